use serde::ser::{
    Error, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::error::WriteError;
use super::message::Fields;
use super::{Role, Writer, write_value};
use crate::json::JsonProblem;
use crate::protobuf::frame;
use crate::protobuf::scalar::Scalar;
use crate::protobuf::schema::{Element, Entry, Framing, Kind, SINGLE, Schema};
use crate::protobuf::wire::{MAX_DEPTH, Raw, Tag, read_varint, take_field};

/// A value that has others inside.
pub(super) enum Compound<'w, 's> {
    Fields(Fields<'w, 's>),
    Items(Items<'w, 's>),
    Entries(Entries<'w, 's>),
    Octets(Octets<'w, 's>),
}

/// The values of a list.
pub(super) struct Items<'w, 's> {
    pub(super) schema: &'s Schema,
    pub(super) out: &'w mut Vec<u8>,
    pub(super) element: &'s Element,
    pub(super) depth: usize,
    pub(super) index: usize,
    /// Where the block and its first value start in `out`, where they lie in one.
    pub(super) block: Option<(usize, usize)>,
}

impl Items<'_, '_> {
    #[inline]
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        let Self { schema, element, depth, index, .. } = *self;
        let writer = Writer { schema, out: self.out, element, form: &SINGLE, depth, role: Role::Item };
        write_value(writer, value).map_err(|error| error.at(index))?;
        self.index += 1;
        Ok(())
    }

    fn end(self) {
        match self.block {
            // Nothing stands for an empty list.
            Some((before, start)) if self.out.len() == start => self.out.truncate(before),
            Some((_, start)) => frame::close_length(start, self.out),
            None => {}
        }
    }
}

/// The entries of a map.
pub(super) struct Entries<'w, 's> {
    pub(super) schema: &'s Schema,
    pub(super) out: &'w mut Vec<u8>,
    pub(super) element: &'s Element,
    pub(super) entry: &'s Entry,
    pub(super) depth: usize,
    /// Where the entry starts whose key was written.
    pub(super) open: Option<usize>,
}

impl<'s> Entries<'_, 's> {
    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), WriteError> {
        if self.depth > MAX_DEPTH {
            return Err(WriteError::new(JsonProblem::TooDeep { limit: MAX_DEPTH }));
        }
        self.open = Some(frame::open(self.element, self.out));
        let element = &self.entry.key;
        key.serialize(self.writer(element, Role::Key))
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        let Some(start) = self.open.take() else { return Err(Error::custom("a map has a value before its key")) };
        let key_end = self.out.len();
        let element = &self.entry.value;
        if let Err(error) = write_value(self.writer(element, Role::Item), value) {
            return Err(error.inside(&self.key_text(start, key_end)));
        }
        frame::close(self.element, start, self.out);
        Ok(())
    }

    fn writer(&mut self, element: &'s Element, role: Role) -> Writer<'_, 's> {
        let Self { schema, depth, .. } = *self;
        Writer { schema, out: self.out, element, form: &SINGLE, depth: depth + 1, role }
    }

    /// The key that stands before a value which does not fit.
    fn key_text(&self, start: usize, end: usize) -> String {
        match take_field(&mut &self.out[start..end]) {
            Ok((_, Raw::Bytes(text))) => String::from_utf8_lossy(text).into_owned(),
            Ok((_, raw)) => {
                Scalar::read(self.entry.key.kind, Some(raw)).map_or_else(str::to_owned, |key| key.key_text())
            }
            Err(_) => String::new(),
        }
    }
}

/// Bytes that come one by one.
pub(super) struct Octets<'w, 's> {
    schema: &'s Schema,
    out: &'w mut Vec<u8>,
    element: &'s Element,
    before: usize,
    start: usize,
}

/// A number alone, as which each byte is written to be looked at.
static OCTET: Element = Element { kind: Kind::Uint32, tag: Tag::NONE, framing: Framing::Bare, skips_default: false };

impl<'w, 's> Octets<'w, 's> {
    pub(super) fn new(schema: &'s Schema, out: &'w mut Vec<u8>, element: &'s Element) -> Self {
        let before = out.len();
        let start = frame::open_block(element.tag, out);
        Self { schema, out, element, before, start }
    }

    fn octet<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        let at = self.out.len();
        let writer =
            Writer { schema: self.schema, out: self.out, element: &OCTET, form: &SINGLE, depth: 0, role: Role::Item };
        let index = at - self.start;
        value.serialize(writer).map_err(|error| error.at(index))?;
        let number = read_varint(&mut &self.out[at..]).unwrap_or(u64::MAX);
        self.out.truncate(at);
        match u8::try_from(number) {
            Ok(octet) => self.out.push(octet),
            Err(_) => return Err(WriteError::does_not_fit(&number.to_string(), "a byte".to_owned()).at(index)),
        }
        Ok(())
    }

    fn end(self) {
        if self.element.skips_default && self.out.len() == self.start {
            self.out.truncate(self.before);
        } else {
            frame::close_length(self.start, self.out);
        }
    }
}

impl Compound<'_, '_> {
    #[inline]
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        match self {
            Self::Items(items) => items.item(value),
            Self::Octets(octets) => octets.octet(value),
            Self::Fields(_) | Self::Entries(_) => Err(Error::custom("an object has an item")),
        }
    }

    #[inline]
    fn member<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), WriteError> {
        match self {
            Self::Fields(fields) => fields.named(name, value),
            Self::Entries(entries) => {
                entries.key(name)?;
                entries.value(value)
            }
            Self::Items(_) | Self::Octets(_) => Err(Error::custom("a list has a member")),
        }
    }

    #[inline]
    fn finish(self) -> Result<(), WriteError> {
        match self {
            Self::Fields(fields) => return fields.end(),
            Self::Items(items) => items.end(),
            Self::Octets(octets) => octets.end(),
            Self::Entries(_) => {}
        }
        Ok(())
    }
}

macro_rules! lists {
    ($($trait:ident::$method:ident)*) => {$(
        impl $trait for Compound<'_, '_> {
            type Ok = ();
            type Error = WriteError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
                self.item(value)
            }

            fn end(self) -> Result<(), WriteError> {
                self.finish()
            }
        }
    )*};
}

lists! {
    SerializeSeq::serialize_element
    SerializeTuple::serialize_element
    SerializeTupleStruct::serialize_field
    SerializeTupleVariant::serialize_field
}

macro_rules! objects {
    ($($trait:ident)*) => {$(
        impl $trait for Compound<'_, '_> {
            type Ok = ();
            type Error = WriteError;

            #[inline]
            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), WriteError> {
                self.member(name, value)
            }

            #[inline]
            fn end(self) -> Result<(), WriteError> {
                self.finish()
            }
        }
    )*};
}

objects! { SerializeStruct SerializeStructVariant }

impl SerializeMap for Compound<'_, '_> {
    type Ok = ();
    type Error = WriteError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), WriteError> {
        match self {
            Self::Fields(fields) => fields.name(key),
            Self::Entries(entries) => entries.key(key),
            Self::Items(_) | Self::Octets(_) => Err(Error::custom("a list has a member")),
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        match self {
            Self::Fields(fields) => fields.value(value),
            Self::Entries(entries) => entries.value(value),
            Self::Items(_) | Self::Octets(_) => Err(Error::custom("a list has a member")),
        }
    }

    fn end(self) -> Result<(), WriteError> {
        self.finish()
    }
}
