//! `include "file"`, `include file("file")`, and both with `required(…)` around.

use std::sync::Arc;

use super::{HoconError, Node, NodeKind, Object, Parser, Reason, TokenKind};

/// Files may include files this deep.
const MAX_INCLUDES: usize = 16;

impl Parser<'_> {
    /// Whether the word `include` and a file's name come next. A key may be called `include` too.
    pub(super) fn at_include(&self) -> bool {
        let kind_at = |ahead: usize| self.tokens.get(self.next + ahead).map(|token| &token.kind);
        let is_word = matches!(kind_at(0), Some(TokenKind::Unquoted(word)) if word == "include");
        let blank = usize::from(matches!(kind_at(1), Some(TokenKind::Blank(_))));
        let names_a_file = match kind_at(1 + blank) {
            Some(TokenKind::Quoted(_)) => true,
            Some(TokenKind::Unquoted(word)) => word.contains('('),
            _ => false,
        };
        is_word && names_a_file
    }

    pub(super) fn include(&mut self, object: &mut Object) -> Result<(), HoconError> {
        self.advance();
        self.skip_blank();
        let at = self.peek().at;
        let opening = self.word();
        let (required, closing) = match opening.as_str() {
            "" => (false, ""),
            "file(" => (false, ")"),
            "required(" => (true, ")"),
            "required(file(" => (true, "))"),
            other => {
                let kind = other.to_owned();
                return Err(self.error(at, Reason::IncludeOfOtherKind { kind }));
            }
        };
        let TokenKind::Quoted(name) = self.peek().kind.clone() else {
            return Err(self.unexpected(|_| Reason::BadInclude));
        };
        self.advance();
        if self.word() != closing {
            return Err(self.error(at, Reason::BadInclude));
        }
        match self.included(&name).map_err(|reason| self.error(at, reason))? {
            Some(parser) => {
                if let Node { kind: NodeKind::Object(included), .. } = parser.root()? {
                    object.absorb(included);
                }
                Ok(())
            }
            None if required => Err(self.error(at, Reason::IncludeNotFound { name })),
            None => Ok(()),
        }
    }

    /// The parser of the file that this one calls `name`; nothing if there is no such file.
    fn included(&self, name: &str) -> Result<Option<Self>, Reason> {
        let unreadable =
            |error: crate::LoadFileError| Reason::IncludeUnreadable { name: name.to_owned(), cause: error.to_string() };
        let Some(file) = self.includes.load(&self.source, name).map_err(unreadable)? else { return Ok(None) };
        let mut including = self.including.clone();
        including.push(Arc::clone(&self.source));
        if including.len() > MAX_INCLUDES || including.iter().any(|source| **source == *file.name) {
            return Err(Reason::IncludeLoop { name: name.to_owned(), limit: MAX_INCLUDES });
        }
        let included_at = if self.lists > 0 { super::KeyPath::default() } else { self.path.clone() };
        let mut parser = Self::new(Arc::from(file.name), &file.text, self.includes, included_at, including);
        parser.lists = self.lists;
        parser.depth = self.depth;
        Ok(Some(parser))
    }

    /// The unquoted text that is next, or an empty one.
    fn word(&mut self) -> String {
        let TokenKind::Unquoted(word) = self.peek().kind.clone() else { return String::new() };
        self.advance();
        word
    }

    fn skip_blank(&mut self) {
        if let TokenKind::Blank(_) = self.peek().kind {
            self.advance();
        }
    }
}
