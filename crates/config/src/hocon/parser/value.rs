//! Values: scalars, lists, objects, and what stands side by side on one line.

use super::{
    Ending, HoconError, KeyPath, Node, NodeKind, Parser, Piece, Position, Reason, Scalar, Substitution, TokenKind,
};

/// A value under way: the text of neighbouring scalars is joined at once, the rest when substitutions are known.
#[derive(Default)]
struct Pieces {
    pieces: Vec<Piece>,
    blank: String,
}

impl Parser<'_> {
    /// The value of a key, which may begin on a later line than its separator.
    pub(super) fn value_of(&mut self, key: &KeyPath, separator_at: Position) -> Result<Node, HoconError> {
        self.check_depth(separator_at)?;
        let missing = |found| Reason::MissingValue { key: key.to_string(), found };
        let crossed_a_line = self.skip_blank_lines();
        if crossed_a_line && self.at_member() {
            return Err(self.error(separator_at, missing("the next key".to_owned())));
        }
        match self.value()? {
            Some(node) => Ok(node),
            None => Err(match &self.peek().kind {
                TokenKind::Broken(_) => self.unexpected(missing),
                found => self.error(separator_at, missing(found.describe())),
            }),
        }
    }

    /// Everything up to the end of the value; nothing if there is none.
    fn value(&mut self) -> Result<Option<Node>, HoconError> {
        let mut pieces = Pieces::default();
        loop {
            let at = self.peek().at;
            let kind = match self.peek().kind.clone() {
                TokenKind::Quoted(text) => NodeKind::Scalar(Scalar::Text(text)),
                TokenKind::Unquoted(text) => NodeKind::Scalar(Scalar::of_unquoted(&text)),
                TokenKind::Substitution { path, optional } => {
                    NodeKind::Substitution(Substitution { path, optional, included_at: self.included_at.clone() })
                }
                TokenKind::Blank(text) => {
                    pieces.blank = text;
                    self.advance();
                    continue;
                }
                TokenKind::BraceOpen => {
                    self.advance();
                    NodeKind::Object(self.object(Ending::Brace { opened_at: at })?)
                }
                TokenKind::BracketOpen => {
                    self.advance();
                    NodeKind::List(self.list(at)?)
                }
                _ => return Ok(pieces.finish()),
            };
            if !matches!(kind, NodeKind::Object(_) | NodeKind::List(_)) {
                self.advance();
            }
            pieces.add(self.node(at, kind));
        }
    }

    fn list(&mut self, opened_at: Position) -> Result<Vec<Node>, HoconError> {
        self.lists += 1;
        self.depth += 1;
        self.check_depth(opened_at)?;
        let mut items = Vec::new();
        loop {
            self.skip_blank_lines();
            match self.peek().kind {
                TokenKind::BracketClose => break,
                TokenKind::End => return Err(self.error(opened_at, Reason::UnclosedBracket)),
                _ => {}
            }
            let Some(item) = self.value()? else {
                return Err(self.unexpected(|found| Reason::MissingElement { found }));
            };
            items.push(item);
            self.separator(Ending::Bracket)?;
        }
        self.advance();
        self.depth -= 1;
        self.lists -= 1;
        Ok(items)
    }

    /// Whether a key and its separator come next, so that no value does.
    fn at_member(&self) -> bool {
        let is_key =
            |kind: &TokenKind| matches!(kind, TokenKind::Quoted(_) | TokenKind::Unquoted(_) | TokenKind::Blank(_));
        let rest = &self.tokens[self.next..];
        let key_tokens = rest.iter().take_while(|token| is_key(&token.kind)).count();
        let after = rest.get(key_tokens).map(|token| &token.kind);
        key_tokens > 0
            && matches!(
                after,
                Some(TokenKind::Equals | TokenKind::Colon | TokenKind::PlusEquals | TokenKind::BraceOpen)
            )
    }
}

impl Pieces {
    fn add(&mut self, node: Node) {
        let blank_before = std::mem::take(&mut self.blank);
        if let Some(Piece { node: Node { kind: NodeKind::Scalar(left), .. }, .. }) = self.pieces.last_mut()
            && let NodeKind::Scalar(right) = &node.kind
        {
            *left = Scalar::Text(format!("{}{blank_before}{}", left.as_text(), right.as_text()));
        } else {
            self.pieces.push(Piece { blank_before, node });
        }
    }

    fn finish(mut self) -> Option<Node> {
        let only_one = self.pieces.len() == 1;
        if only_one {
            return self.pieces.pop().map(|piece| piece.node);
        }
        let place = self.pieces.first()?.node.place.clone();
        Some(Node { place, kind: NodeKind::Concatenation(self.pieces) })
    }
}
