use super::gather::{Damage, Found, gather};
use super::scalar::Scalar;
use super::schema::{Kind, Message, Schema};
use super::wire::{MAX_DEPTH, Raw};
use crate::json::ReadError;

/// A payload that is being read.
#[derive(Clone, Copy)]
pub(super) struct Payload<'s> {
    pub(super) schema: &'s Schema,
    /// The address at which the payload ends, for messages only.
    end: usize,
}

/// Where the bytes of one value are.
#[derive(Clone, Copy)]
pub(super) enum Source<'e, 'a> {
    One(Raw<'a>),
    /// All that was found of a field; the last of them counts, but messages are merged.
    All(&'e [Found<'a>]),
}

impl<'a> Source<'_, 'a> {
    #[inline]
    pub(super) fn last(self) -> Option<Raw<'a>> {
        match self {
            Self::One(raw) => Some(raw),
            Self::All(found) => found.last().map(|found| found.raw),
        }
    }

    fn raws(self) -> impl Iterator<Item = Raw<'a>> {
        let (one, all): (_, &[Found<'a>]) = match self {
            Self::One(raw) => (Some(raw), &[]),
            Self::All(found) => (None, found),
        };
        one.into_iter().chain(all.iter().map(|found| found.raw))
    }

    fn contents(self) -> impl Iterator<Item = &'a [u8]> {
        self.raws().map(|raw| match raw {
            Raw::Bytes(bytes) | Raw::Group(bytes) => bytes,
            _ => &[],
        })
    }
}

impl<'s> Payload<'s> {
    pub(super) fn new(schema: &'s Schema, bytes: &[u8]) -> Self {
        Self { schema, end: bytes.as_ptr_range().end.addr() }
    }

    /// How many bytes there are from the front of `rest` to the payload's end.
    fn left(&self, rest: &[u8]) -> usize {
        self.end.saturating_sub(rest.as_ptr().addr())
    }

    #[cold]
    pub(super) fn damage(&self, problem: impl Into<String>, rest: &[u8]) -> ReadError {
        ReadError::damage(problem, self.left(rest))
    }

    /// The fields of the message that lies in `source`, below `depth` others.
    #[inline]
    pub(super) fn gather<'a>(
        &self,
        message: &Message,
        source: Source<'_, 'a>,
        depth: usize,
    ) -> Result<Vec<Found<'a>>, ReadError> {
        if depth > MAX_DEPTH {
            let rest = source.contents().last().unwrap_or_default();
            return Err(self.damage(format!("messages lie more than {MAX_DEPTH} deep in one another"), rest));
        }
        gather(message, source.contents()).map_err(|Damage { problem, rest }| self.damage(problem, rest))
    }

    #[inline]
    pub(super) fn scalar<'a>(&self, kind: Kind, raw: Option<Raw<'a>>) -> Result<Scalar<'a>, ReadError> {
        Scalar::read(kind, raw).map_err(|problem| match raw {
            Some(Raw::Bytes(bytes) | Raw::Group(bytes)) => self.damage(problem, bytes),
            _ => ReadError::damage(problem, 0),
        })
    }

    /// The key and the value of a map's entry; either may be left out for its default, as which no bytes are read.
    pub(super) fn entry<'a>(
        &self,
        kind: Kind,
        raw: Raw<'a>,
        depth: usize,
    ) -> Result<(Option<Raw<'a>>, Raw<'a>), ReadError> {
        let Kind::Message(id) = kind else { return Ok((None, Raw::Bytes(&[]))) };
        let found = self.gather(self.schema.message(id), Source::One(raw), depth)?;
        let last = |position| found.iter().rfind(|found| found.position == position).map(|found| found.raw);
        Ok((last(0), last(1).unwrap_or(Raw::Bytes(&[]))))
    }
}
