use super::error::Reason;
use super::path::KeyPath;

/// A line and a column, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) at: Position,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    BraceOpen,
    BraceClose,
    BracketOpen,
    BracketClose,
    Colon,
    Equals,
    PlusEquals,
    Comma,
    NewLine,
    /// White space within a line. It matters between two texts, which it joins.
    Blank(String),
    Quoted(String),
    Unquoted(String),
    Substitution {
        path: KeyPath,
        optional: bool,
    },
    End,
    /// The lexer gave up here. The parser reports it only if it comes this far.
    Broken(Reason),
}

impl TokenKind {
    /// What the token is, for a message. Quoted and unquoted texts are not repeated: they may be secrets.
    pub(super) fn describe(&self) -> String {
        let fixed = match self {
            Self::BraceOpen => "'{'",
            Self::BraceClose => "'}'",
            Self::BracketOpen => "'['",
            Self::BracketClose => "']'",
            Self::Colon => "':'",
            Self::Equals => "'='",
            Self::PlusEquals => "'+='",
            Self::Comma => "','",
            Self::NewLine => "a new line",
            Self::Blank(_) => "white space",
            Self::Quoted(_) => "a quoted text",
            Self::Unquoted(_) => "an unquoted text",
            Self::Substitution { .. } => "a substitution",
            Self::End => "the end of the text",
            Self::Broken(_) => "what cannot be read",
        };
        fixed.to_owned()
    }
}
