mod access;
mod identifier;
mod payload;
mod reader;
mod skip;
mod variant;

use serde::de::{DeserializeOwned, Deserializer, Visitor};

use self::access::{Blocks, Single};
use self::payload::Payload;
use self::reader::{Reader, is_called};
use self::variant::{Branch, Symbol};
use super::layout::{Kind, Layout, Wide};
use crate::json::ReadError;

/// Why a type could not be read.
pub(super) enum Failure {
    Other(ReadError),
    /// Records and lists lie too deep in one another, so many bytes before the payload's end.
    TooDeep {
        left: usize,
    },
}

/// How deep records and lists may lie in one another where a type is read: half as deep as in JSON, since the type
/// takes what it needs of a thread's stack besides.
pub(super) const MAX_DEPTH: usize = 64;

/// Takes a type off the front of `bytes`.
///
/// What a payload claims is not believed: nothing is reserved beyond the bytes that are there, items that take no bytes
/// are counted, and depth is limited. A number must be of the size that the schema has, a struct be called as the record
/// is (its name space aside), and an `Option` be a union of null and one other; an enum's variants are the symbols by
/// their names, or the branches of a union by their places. Logical types are what lies under them.
///
/// # Errors
/// What `explain` makes of the [`Failure`], with the place where the bytes end or make no sense, or are not what the type
/// wants.
#[inline]
pub(super) fn read<T: DeserializeOwned, E>(
    layout: &Layout,
    bytes: &mut &[u8],
    explain: impl FnOnce(Failure) -> E,
) -> Result<T, E> {
    let mut payload = Payload::new(layout, bytes);
    let reader = Reader { payload: &mut payload, kind: layout.root };
    match T::deserialize(reader) {
        Ok(value) => {
            *bytes = payload.rest;
            Ok(value)
        }
        Err(error) => Err(explain(failure(&payload, error))),
    }
}

/// Follows the lengths, counts and depth that a payload claims to the end of one value, and makes nothing of it.
///
/// # Errors
/// [`Failure`] with the place where the bytes end or make no sense.
pub(super) fn follow(layout: &Layout, bytes: &[u8]) -> Result<(), Failure> {
    let mut payload = Payload::new(layout, bytes);
    payload.skip(layout.root).map_err(|error| failure(&payload, error))
}

#[cold]
fn failure(payload: &Payload<'_, '_>, error: ReadError) -> Failure {
    if payload.is_too_deep { Failure::TooDeep { left: payload.rest.len() } } else { Failure::Other(error) }
}

macro_rules! numbers {
    ($($method:ident($read:ident) is $type:ident for $visit:ident;)*) => {$(
        #[inline]
        fn $method<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
            let number = self.past_union()?.$read(stringify!($type))?;
            match $type::try_from(number) {
                Ok(number) => visitor.$visit(number),
                Err(_) => Err(Self::out_of_range(number, stringify!($type))),
            }
        }
    )*};
}

macro_rules! wide_numbers {
    ($($method:ident($wide:pat) is $type:ident for $visit:ident;)*) => {$(
        fn $method<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
            let reader = self.past_union()?;
            match reader.kind {
                Kind::Wide($wide) => visitor.$visit($type::from_le_bytes(reader.payload.array()?)),
                _ => Err(reader.other(stringify!($type))),
            }
        }
    )*};
}

impl<'a> Deserializer<'a> for Reader<'_, '_, 'a> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let reader = self.past_union()?;
        match reader.kind {
            Kind::Null => visitor.visit_unit(),
            Kind::Boolean => visitor.visit_bool(reader.payload.boolean()?),
            Kind::Int => visitor.visit_i32(reader.payload.int()?),
            Kind::Long => visitor.visit_i64(reader.payload.long()?),
            Kind::Float => visitor.visit_f32(f32::from_le_bytes(reader.payload.array()?)),
            Kind::Double => visitor.visit_f64(f64::from_le_bytes(reader.payload.array()?)),
            Kind::Bytes | Kind::Fixed(_) | Kind::Wide(_) => reader.deserialize_bytes(visitor),
            Kind::Text => visitor.visit_borrowed_str(reader.payload.text()?),
            Kind::Enum(id) => visitor.visit_enum(Symbol(reader.payload.symbol(id)?)),
            Kind::Array(_) => reader.deserialize_seq(visitor),
            Kind::Map(_) => reader.deserialize_map(visitor),
            Kind::Record(id) if reader.payload.layout.record(id).is_tuple => reader.tuple(id, visitor),
            Kind::Record(id) => reader.fields(id, visitor),
            Kind::Union(_) => Err(reader.other("a value")),
        }
    }

    fn deserialize_bool<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let reader = self.past_union()?;
        match reader.kind {
            Kind::Boolean => visitor.visit_bool(reader.payload.boolean()?),
            _ => Err(reader.other("bool")),
        }
    }

    numbers! {
        deserialize_i8(int) is i8 for visit_i8;
        deserialize_i16(int) is i16 for visit_i16;
        deserialize_i32(int) is i32 for visit_i32;
        deserialize_i64(long) is i64 for visit_i64;
        deserialize_u8(int) is u8 for visit_u8;
        deserialize_u16(int) is u16 for visit_u16;
        deserialize_u32(long) is u32 for visit_u32;
    }

    wide_numbers! {
        deserialize_u64(Wide::U64) is u64 for visit_u64;
        deserialize_u128(Wide::U128) is u128 for visit_u128;
        deserialize_i128(Wide::I128) is i128 for visit_i128;
    }

    #[inline]
    fn deserialize_f32<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let reader = self.past_union()?;
        match reader.kind {
            Kind::Float => visitor.visit_f32(f32::from_le_bytes(reader.payload.array()?)),
            _ => Err(reader.other("f32")),
        }
    }

    #[inline]
    fn deserialize_f64<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let reader = self.past_union()?;
        match reader.kind {
            Kind::Double => visitor.visit_f64(f64::from_le_bytes(reader.payload.array()?)),
            _ => Err(reader.other("f64")),
        }
    }

    fn deserialize_char<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let reader = self.past_union()?;
        let Kind::Text = reader.kind else { return Err(reader.other("char")) };
        let mut chars = reader.payload.text()?.chars();
        match (chars.next(), chars.next()) {
            (Some(char), None) => visitor.visit_char(char),
            _ => Err(ReadError::other_type("one character is asked for, but the string has another number of them")),
        }
    }

    #[inline]
    fn deserialize_str<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let reader = self.past_union()?;
        match reader.kind {
            Kind::Text => visitor.visit_borrowed_str(reader.payload.text()?),
            _ => Err(reader.other("a string")),
        }
    }

    #[inline]
    fn deserialize_string<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_bytes<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let reader = self.past_union()?;
        let bytes = match reader.kind {
            Kind::Bytes => reader.payload.bytes()?,
            Kind::Fixed(size) => reader.payload.take(size)?,
            Kind::Wide(wide) => reader.payload.take(wide.size())?,
            _ => return Err(reader.other("bytes")),
        };
        visitor.visit_borrowed_bytes(bytes)
    }

    #[inline]
    fn deserialize_byte_buf<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_bytes(visitor)
    }

    #[inline]
    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let union = match self.kind {
            Kind::Union(id) if self.payload.layout.union(id).is_option => id,
            _ => return Err(self.other("an optional value (a union of null and one other)")),
        };
        match self.payload.branch(union)? {
            (_, Kind::Null) => visitor.visit_none(),
            (_, kind) => visitor.visit_some(Self { kind, ..self }),
        }
    }

    fn deserialize_unit<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let reader = self.past_union()?;
        match reader.kind {
            Kind::Null => visitor.visit_unit(),
            _ => Err(reader.other("nothing (null)")),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'a>>(self, name: &'static str, visitor: V) -> Result<V::Value, ReadError> {
        let reader = self.past_union()?;
        match reader.record() {
            Some((_, record)) if record.fields.is_empty() && is_called(&record.name, name) => visitor.visit_unit(),
            _ => Err(reader.other(&format!("record {name} of 0 fields"))),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(self, name: &'static str, visitor: V) -> Result<V::Value, ReadError> {
        let reader = self.past_union()?;
        match reader.record().map(|(_, record)| (&record.name, &*record.fields)) {
            Some((record, [field])) if is_called(record, name) => {
                let Reader { payload, .. } = reader;
                payload.enter()?;
                let inner = Reader { payload: &mut *payload, kind: field.kind };
                let value = visitor.visit_newtype_struct(inner).map_err(|error| error.inside(&field.name))?;
                payload.leave();
                Ok(value)
            }
            _ => Err(reader.other(&format!("record {name} of 1 field"))),
        }
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let reader = self.past_union()?;
        let Kind::Array(items) = reader.kind else { return Err(reader.other("a list")) };
        let mut items = Blocks::new(reader.payload, items)?;
        let value = visitor.visit_seq(&mut items)?;
        items.finish_items()?;
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'a>>(self, len: usize, visitor: V) -> Result<V::Value, ReadError> {
        if len == 1 {
            return visitor.visit_seq(Single(Some(self)));
        }
        let reader = self.past_union()?;
        match reader.record() {
            Some((id, record)) if record.fields.len() == len => reader.tuple(id, visitor),
            None if len == 0 && reader.kind == Kind::Null => visitor.visit_unit(),
            _ => Err(reader.other(&format!("a tuple of {len}"))),
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'a>>(
        self,
        name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let reader = self.past_union()?;
        match reader.record() {
            Some((id, record)) if record.fields.len() == len && is_called(&record.name, name) => {
                reader.tuple(id, visitor)
            }
            _ => Err(reader.other(&format!("record {name} of {len} fields"))),
        }
    }

    fn deserialize_map<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let reader = self.past_union()?;
        match reader.kind {
            Kind::Map(values) => {
                let mut entries = Blocks::new(reader.payload, values)?;
                let value = visitor.visit_map(&mut entries)?;
                entries.finish_entries()?;
                Ok(value)
            }
            // A struct with flattened parts is read as a map.
            Kind::Record(id) => reader.fields(id, visitor),
            _ => Err(reader.other("a map")),
        }
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'a>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let reader = self.past_union()?;
        match reader.record() {
            Some((id, record)) if is_called(&record.name, name) => reader.fields(id, visitor),
            _ => Err(reader.other(&format!("record {name}"))),
        }
    }

    fn deserialize_enum<V: Visitor<'a>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match self.kind {
            Kind::Enum(id) => visitor.visit_enum(Symbol(self.payload.symbol(id)?)),
            Kind::Union(id) => {
                let (index, kind) = self.payload.branch(id)?;
                visitor.visit_enum(Branch { index, reader: Reader { payload: self.payload, kind } })
            }
            _ => Err(self.other(&format!("enum {name} (an enum or a union)"))),
        }
    }

    fn deserialize_identifier<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.kind {
            Kind::Text => self.deserialize_str(visitor),
            _ => Err(self.other("a name")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.payload.skip(self.kind)?;
        visitor.visit_unit()
    }

    #[inline]
    fn is_human_readable(&self) -> bool {
        false
    }
}
