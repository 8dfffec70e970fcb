//! What a text says, before substitutions are followed.
//!
//! An object keeps every value that a key is given, oldest first. Which of them counts is only known when substitutions
//! are: `${?NAME}` gives way to the value before it when `NAME` is not set.

use std::borrow::Cow;

use super::path::KeyPath;
use crate::Place;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(super) place: Place,
    pub(super) kind: NodeKind,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum NodeKind {
    Scalar(Scalar),
    List(Vec<Node>),
    Object(Object),
    Substitution(Substitution),
    /// Several values on one line, of which at least one is no plain text.
    Concatenation(Vec<Piece>),
}

/// A value without parts. Numbers stay the text that the author wrote.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scalar {
    Null,
    Boolean(bool),
    Number(String),
    Text(String),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Substitution {
    pub(super) path: KeyPath,
    pub(super) optional: bool,
    /// Where the file that holds this was included: the path is tried below it first.
    pub(super) included_at: KeyPath,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    /// The white space before this piece, which joins two texts.
    pub(super) blank_before: String,
    pub(super) node: Node,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Object {
    members: Vec<(String, Vec<Node>)>,
}

impl Object {
    /// Gives `name` one more value.
    pub(super) fn add(&mut self, name: &str, node: Node) {
        match self.members.iter_mut().find(|(member, _)| member == name) {
            Some((_, nodes)) => nodes.push(node),
            None => self.members.push((name.to_owned(), vec![node])),
        }
    }

    /// Gives this object every value of the other one, as if they stood here.
    pub(super) fn absorb(&mut self, other: Self) {
        for (name, nodes) in other.members {
            for node in nodes {
                self.add(&name, node);
            }
        }
    }

    /// The values that `name` was given, oldest first.
    pub(super) fn values_of(&self, name: &str) -> &[Node] {
        self.members.iter().find(|(member, _)| member == name).map_or(&[], |(_, nodes)| nodes)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(name, _)| name.as_str())
    }
}

impl Scalar {
    /// What an unquoted text is.
    pub(super) fn of_unquoted(text: &str) -> Self {
        match text {
            "null" => Self::Null,
            "true" => Self::Boolean(true),
            "false" => Self::Boolean(false),
            _ if is_number(text) => Self::Number(text.to_owned()),
            _ => Self::Text(text.to_owned()),
        }
    }

    /// The text that the author wrote.
    pub(crate) fn as_text(&self) -> Cow<'_, str> {
        match self {
            Self::Null => Cow::Borrowed("null"),
            Self::Boolean(true) => Cow::Borrowed("true"),
            Self::Boolean(false) => Cow::Borrowed("false"),
            Self::Number(text) | Self::Text(text) => Cow::Borrowed(text),
        }
    }
}

/// Whether the text is `-`, digits, a fraction and an exponent, all but the digits optional.
pub(super) fn is_number(text: &str) -> bool {
    let is_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    is_digits(whole) && fraction.is_none_or(is_digits) && exponent.is_none_or(is_digits)
}
