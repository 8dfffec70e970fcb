use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::Reader;
use crate::json::ReadError;
use crate::protobuf::gather::Found;
use crate::protobuf::scalar::{Items, Scalar};
use crate::protobuf::schema::{Entry, Field, Kind, Message, SINGLE};
use crate::protobuf::source::{Payload, Source};
use crate::protobuf::wire::Raw;

/// The fields of a message, in the order of their numbers.
pub(super) struct Fields<'s, 'a> {
    payload: Payload<'s>,
    message: &'s Message,
    found: Vec<Found<'a>>,
    /// The names that the type asks for, where it says so.
    wanted: Option<&'static [&'static str]>,
    /// Whether fields without presence that are not there have their defaults.
    defaults: bool,
    depth: usize,
    /// The next field.
    next: usize,
    /// The next name that the type likely asks for.
    likely: usize,
    /// What of `found` belongs to the field before the next one.
    from: usize,
    to: usize,
}

impl<'s, 'a> Fields<'s, 'a> {
    #[inline]
    pub(super) fn new(
        payload: Payload<'s>,
        message: &'s Message,
        found: Vec<Found<'a>>,
        wanted: Option<&'static [&'static str]>,
        depth: usize,
    ) -> Self {
        Self { payload, message, found, wanted, defaults: true, depth, next: 0, likely: 0, from: 0, to: 0 }
    }

    pub(super) fn without_defaults(self) -> Self {
        Self { defaults: false, ..self }
    }

    pub(super) fn visit<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_map(self)
    }

    /// The name by which the type knows the field: that in the file goes before that in JSON.
    #[inline]
    fn name(&mut self, field: &'s Field) -> Option<&'s str> {
        let Some(wanted) = self.wanted else { return Some(&field.name) };
        if let Some(name) = wanted.get(self.likely)
            && *field.name == **name
        {
            self.likely += 1;
            return Some(name);
        }
        for name in [&*field.name, &*field.json_name] {
            if let Some(index) = wanted.iter().position(|wanted| *wanted == name) {
                self.likely = index + 1;
                return Some(name);
            }
        }
        None
    }
}

impl<'a> MapAccess<'a> for Fields<'_, 'a> {
    type Error = ReadError;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, ReadError> {
        let message = self.message;
        while let Some(field) = message.fields.get(self.next) {
            self.from = self.to;
            while self.found.get(self.to).is_some_and(|found| found.position == self.next) {
                self.to += 1;
            }
            self.next += 1;
            let is_there = self.from < self.to;
            if !(is_there || self.defaults && field.has_default()) {
                continue;
            }
            match (self.name(field), is_there) {
                (Some(name), _) => return seed.deserialize(Name(name)).map(Some),
                // The type may have a word to say about a field that it does not know.
                (None, true) => return seed.deserialize(Name(&field.name)).map(Some),
                (None, false) => {}
            }
        }
        Ok(None)
    }

    #[inline]
    fn next_value_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<T::Value, ReadError> {
        let Some(field) = self.next.checked_sub(1).and_then(|index| self.message.fields.get(index)) else {
            return Err(ReadError::other_type("a value is read before its name"));
        };
        let reader = Reader {
            payload: self.payload,
            kind: field.element.kind,
            form: &field.form,
            source: Source::All(&self.found[self.from..self.to]),
            depth: self.depth + 1,
        };
        seed.deserialize(reader).map_err(|error| error.inside(&field.name))
    }
}

/// A name that is looked at and forgotten.
struct Name<'n>(&'n str);

impl<'de> Deserializer<'de> for Name<'_> {
    type Error = ReadError;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_str(self.0)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// The values of a list.
pub(super) struct List<'e, 's, 'a> {
    payload: Payload<'s>,
    kind: Kind,
    items: Items<'e, 'a>,
    depth: usize,
    index: usize,
}

impl<'e, 's, 'a> List<'e, 's, 'a> {
    pub(super) fn new(payload: Payload<'s>, kind: Kind, found: &'e [Found<'a>], depth: usize) -> Self {
        Self { payload, kind, items: Items::of(kind, found), depth, index: 0 }
    }
}

impl<'a> SeqAccess<'a> for List<'_, '_, 'a> {
    type Error = ReadError;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<Option<T::Value>, ReadError> {
        let Self { payload, kind, depth, index, .. } = *self;
        let item = self.items.next().map_err(|problem| payload.damage(problem, self.items.block).at(index))?;
        let Some(raw) = item else { return Ok(None) };
        self.index += 1;
        let reader = Reader { payload, kind, form: &SINGLE, source: Source::One(raw), depth };
        seed.deserialize(reader).map(Some).map_err(|error| error.at(index))
    }
}

/// The entries of a map.
pub(super) struct Entries<'e, 's, 'a> {
    payload: Payload<'s>,
    /// What an entry is.
    kind: Kind,
    entry: &'s Entry,
    found: std::slice::Iter<'e, Found<'a>>,
    depth: usize,
    key: Option<Raw<'a>>,
    value: Raw<'a>,
}

impl<'e, 's, 'a> Entries<'e, 's, 'a> {
    pub(super) fn new(
        payload: Payload<'s>,
        kind: Kind,
        entry: &'s Entry,
        found: &'e [Found<'a>],
        depth: usize,
    ) -> Self {
        Self { payload, kind, entry, found: found.iter(), depth, key: None, value: Raw::Bytes(&[]) }
    }
}

impl<'a> MapAccess<'a> for Entries<'_, '_, 'a> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, ReadError> {
        let Some(found) = self.found.next() else { return Ok(None) };
        (self.key, self.value) = self.payload.entry(self.kind, found.raw, self.depth)?;
        seed.deserialize(Key(self.payload.scalar(self.entry.key.kind, self.key)?)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<T::Value, ReadError> {
        let Self { payload, value, depth, .. } = *self;
        let source = Source::One(value);
        let reader = Reader { payload, kind: self.entry.value.kind, form: &SINGLE, source, depth: depth + 1 };
        seed.deserialize(reader).map_err(|error| match payload.scalar(self.entry.key.kind, self.key) {
            Ok(key) => error.inside(&key.key_text()),
            Err(_) => error,
        })
    }
}

/// The key of an entry: a text where the type asks for one or takes anything, else its own number.
struct Key<'a>(Scalar<'a>);

macro_rules! own {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
            match self.0 {
                Scalar::I32(number) | Scalar::Enum(number) => visitor.visit_i32(number),
                Scalar::I64(number) => visitor.visit_i64(number),
                Scalar::U32(number) => visitor.visit_u32(number),
                Scalar::U64(number) => visitor.visit_u64(number),
                Scalar::Bool(value) => visitor.visit_bool(value),
                key => Key(key).deserialize_any(visitor),
            }
        }
    )*};
}

impl<'de, 'a: 'de> Deserializer<'de> for Key<'a> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0 {
            Scalar::Text(text) => visitor.visit_borrowed_str(text),
            key => visitor.visit_string(key.key_text()),
        }
    }

    own! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_enum(serde::de::value::StringDeserializer::new(self.0.key_text()))
    }

    serde::forward_to_deserialize_any! {
        f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// Bytes, one by one.
pub(super) struct Octets<'a>(std::slice::Iter<'a, u8>);

impl<'a> Octets<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes.iter())
    }
}

impl<'de> SeqAccess<'de> for Octets<'_> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ReadError> {
        let Some(byte) = self.0.next() else { return Ok(None) };
        seed.deserialize(serde::de::value::U8Deserializer::new(*byte)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}
