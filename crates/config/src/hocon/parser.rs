//! From tokens to nodes, by recursive descent.

use std::sync::Arc;

use super::error::{HoconError, Reason};
use super::lexer::tokens_of;
use super::node::{Node, NodeKind, Object, Piece, Scalar, Substitution};
use super::path::{KeyPath, PathBuilder};
use super::token::{Position, Token, TokenKind};
use crate::{Includes, Place};

mod include;
mod value;

/// Objects, lists and parts of keys may be nested this deep. It keeps recursion within any thread's stack.
pub(super) const MAX_DEPTH: usize = 100;

/// Reads one layer. Its root is an object.
pub(crate) fn parse(source: &str, text: &str, includes: &dyn Includes) -> Result<Node, HoconError> {
    Parser::new(Arc::from(source), text, includes, KeyPath::default(), Vec::new()).root()
}

/// What ends the object or list that is being read.
#[derive(Clone, Copy)]
enum Ending {
    Text,
    Brace { opened_at: Position },
    Bracket,
}

struct Parser<'a> {
    source: Arc<str>,
    tokens: Vec<Token>,
    next: usize,
    includes: &'a dyn Includes,
    /// The files that include this one, outermost first.
    including: Vec<Arc<str>>,
    /// Where this file was included.
    included_at: KeyPath,
    /// The keys of the object that is being read, from the root of the layer on.
    path: KeyPath,
    /// How many lists are open. What stands in a list cannot be reached by a path.
    lists: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn new(
        source: Arc<str>,
        text: &str,
        includes: &'a dyn Includes,
        included_at: KeyPath,
        including: Vec<Arc<str>>,
    ) -> Self {
        let path = included_at.clone();
        Self { source, tokens: tokens_of(text), next: 0, includes, including, included_at, path, lists: 0, depth: 0 }
    }

    fn root(mut self) -> Result<Node, HoconError> {
        self.skip_blank_lines();
        let start = self.peek().at;
        let object = match self.peek().kind {
            TokenKind::BracketOpen => return Err(self.error(start, Reason::RootIsList)),
            TokenKind::BraceOpen => {
                self.advance();
                let object = self.object(Ending::Brace { opened_at: start })?;
                self.skip_blank_lines();
                if self.peek().kind != TokenKind::End {
                    return Err(self.unexpected(|found| Reason::AfterRoot { found }));
                }
                object
            }
            _ => self.object(Ending::Text)?,
        };
        Ok(self.node(start, NodeKind::Object(object)))
    }

    /// The members of an object, up to and with what ends it.
    fn object(&mut self, ending: Ending) -> Result<Object, HoconError> {
        let mut object = Object::default();
        loop {
            self.skip_blank_lines();
            match (&self.peek().kind, ending) {
                (TokenKind::BraceClose, Ending::Brace { .. }) => {
                    self.advance();
                    return Ok(object);
                }
                (TokenKind::BraceClose, _) => return Err(self.unexpected(|_| Reason::StrayBrace)),
                (TokenKind::End, Ending::Brace { opened_at }) => {
                    return Err(self.error(opened_at, Reason::UnclosedBrace));
                }
                (TokenKind::End, _) => return Ok(object),
                _ if self.at_include() => self.include(&mut object)?,
                _ => self.member(&mut object)?,
            }
            self.separator(ending)?;
        }
    }

    /// One `key = value`, `key += value` or `key { … }`.
    fn member(&mut self, object: &mut Object) -> Result<(), HoconError> {
        let key_at = self.peek().at;
        let key = self.key()?;
        let separator = self.key_separator(&key)?;
        let is_append = separator.kind == TokenKind::PlusEquals;
        let outer = self.path.clone();
        self.path = outer.join(&key);
        self.depth += key.0.len();
        let value = self.value_of(&key, separator.at)?;
        let value = if is_append { self.append_to_earlier(value) } else { value };
        self.depth -= key.0.len();
        self.path = outer;
        if let [outermost, inner @ ..] = key.0.as_slice() {
            object.add(outermost, self.nested(key_at, inner, value));
        }
        Ok(())
    }

    /// What stands between a key and its value, possibly on a later line. A brace belongs to the value.
    fn key_separator(&mut self, key: &KeyPath) -> Result<Token, HoconError> {
        let after_key = self.next;
        self.skip_blank_lines();
        let separator = self.peek().clone();
        match separator.kind {
            TokenKind::Equals | TokenKind::Colon | TokenKind::PlusEquals => self.advance(),
            TokenKind::BraceOpen => {}
            _ => {
                self.next = after_key;
                return Err(self.unexpected(|found| Reason::MissingSeparator { key: key.to_string(), found }));
            }
        }
        Ok(separator)
    }

    /// The value below the keys `inner`, each an object with one member.
    fn nested(&self, at: Position, inner: &[String], value: Node) -> Node {
        inner.iter().rev().fold(value, |value, name| {
            let mut object = Object::default();
            object.add(name, value);
            self.node(at, NodeKind::Object(object))
        })
    }

    /// `a += b` is `a = ${?a} [b]`. In a list there is no earlier value to append to.
    fn append_to_earlier(&self, value: Node) -> Node {
        let place = value.place.clone();
        let with = |kind| Node { place: place.clone(), kind };
        let addition = with(NodeKind::List(vec![value]));
        if self.lists > 0 {
            return addition;
        }
        let earlier = Substitution { path: self.path.clone(), optional: true, included_at: KeyPath::default() };
        let piece = |node| Piece { blank_before: String::new(), node };
        with(NodeKind::Concatenation(vec![piece(with(NodeKind::Substitution(earlier))), piece(addition)]))
    }

    fn key(&mut self) -> Result<KeyPath, HoconError> {
        let start = self.peek().at;
        let mut path = PathBuilder::default();
        loop {
            let at = self.peek().at;
            match self.peek().kind.clone() {
                TokenKind::Quoted(text) => path.quoted(&text),
                TokenKind::Unquoted(text) => path.unquoted(&text).map_err(|reason| self.error(at, reason))?,
                TokenKind::Blank(text) => path.blank(&text),
                _ => break,
            }
            self.advance();
        }
        let path = path.finish().map_err(|reason| self.error(start, reason))?;
        path.ok_or_else(|| self.unexpected(|found| Reason::ExpectedKey { found }))
    }

    /// A comma, new lines, or nothing before the end.
    fn separator(&mut self, ending: Ending) -> Result<(), HoconError> {
        let crossed_a_line = self.skip_blank_lines();
        let closing = match ending {
            Ending::Text => "the end of the text",
            Ending::Brace { .. } => "'}'",
            Ending::Bracket => "']'",
        };
        match (&self.peek().kind, ending) {
            (TokenKind::Comma, _) => self.advance(),
            (TokenKind::BraceClose, Ending::Brace { .. } | Ending::Text)
            | (TokenKind::BracketClose, Ending::Bracket)
            | (TokenKind::End, _) => {}
            _ if crossed_a_line => {}
            _ => return Err(self.unexpected(|found| Reason::ExpectedEndOfValue { closing, found })),
        }
        Ok(())
    }

    /// Skips white space and new lines; tells whether there were new lines.
    fn skip_blank_lines(&mut self) -> bool {
        let mut crossed_a_line = false;
        while let TokenKind::Blank(_) | TokenKind::NewLine = self.peek().kind {
            crossed_a_line |= self.peek().kind == TokenKind::NewLine;
            self.advance();
        }
        crossed_a_line
    }

    fn peek(&self) -> &Token {
        &self.tokens[self.next]
    }

    /// Goes on to the next token; the last one, which is the end or broken, stays.
    fn advance(&mut self) {
        if self.next + 1 < self.tokens.len() {
            self.next += 1;
        }
    }

    fn node(&self, at: Position, kind: NodeKind) -> Node {
        Node { place: self.place(at), kind }
    }

    fn place(&self, at: Position) -> Place {
        Place { source: Arc::clone(&self.source), line: at.line, column: at.column }
    }

    fn error(&self, at: Position, reason: Reason) -> HoconError {
        HoconError { place: self.place(at), reason }
    }

    /// The error for the token that is next; where the lexer gave up, that is the reason.
    fn unexpected(&self, reason: impl FnOnce(String) -> Reason) -> HoconError {
        let token = self.peek();
        match &token.kind {
            TokenKind::Broken(broken) => self.error(token.at, broken.clone()),
            kind => self.error(token.at, reason(kind.describe())),
        }
    }

    fn check_depth(&self, at: Position) -> Result<(), HoconError> {
        if self.depth > MAX_DEPTH { Err(self.error(at, Reason::TooDeep { limit: MAX_DEPTH })) } else { Ok(()) }
    }
}
