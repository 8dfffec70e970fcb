mod access;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Error, IntoDeserializer, Visitor};

use self::access::{Entries, Fields, List, Octets};
use super::scalar::Scalar;
use super::schema::{Element, Form, Kind, MessageId, Schema};
use super::source::{Payload, Source};
use super::wire::Raw;
use super::{base64, json_reader};
use crate::codec::BoxError;
use crate::json::ReadError;

/// Reads a type from the message that is all of `bytes`.
///
/// A field without presence that is not there has its default, but for an `Option`, which has nothing; one with presence
/// is left out. Where a type takes anything, it gets what JSON would have.
///
/// # Errors
/// [`MalformedPayload`](crate::MalformedPayload) where the bytes end or make no sense, or what the type says of them.
pub(super) fn read<T: DeserializeOwned>(schema: &Schema, element: &Element, bytes: &[u8]) -> Result<T, BoxError> {
    let reader = Reader {
        payload: Payload::new(schema, bytes),
        kind: element.kind,
        form: &Form::Single,
        source: Source::One(Raw::Bytes(bytes)),
        depth: 0,
    };
    T::deserialize(reader).map_err(ReadError::into_boxed)
}

/// Reads what one place holds.
#[derive(Clone, Copy)]
struct Reader<'e, 's, 'a> {
    payload: Payload<'s>,
    kind: Kind,
    form: &'s Form,
    source: Source<'e, 'a>,
    /// How many messages lie around the place.
    depth: usize,
}

impl<'e, 's, 'a> Reader<'e, 's, 'a> {
    #[inline]
    fn scalar(&self) -> Result<Scalar<'a>, ReadError> {
        self.payload.scalar(self.kind, self.source.last())
    }

    /// The message that stands here, where it is no other value.
    #[inline]
    fn message(&self) -> Option<MessageId> {
        match (self.form, self.kind) {
            (Form::Single, Kind::Message(id)) => Some(id),
            _ => None,
        }
    }

    fn is_special(&self) -> bool {
        self.message().is_some_and(|id| self.payload.schema.message(id).special.is_some())
    }

    /// Whether the message may be any JSON.
    fn is_json(&self) -> bool {
        self.message()
            .and_then(|id| self.payload.schema.message(id).special)
            .is_some_and(super::schema::Special::is_json)
    }

    /// Reads it as JSON, from which the type is read.
    #[cold]
    fn json(&self) -> Result<serde_json::Value, ReadError> {
        json_reader::element(self.payload, self.kind, self.source, self.depth)
    }

    #[inline]
    fn fields(&self, id: MessageId, wanted: Option<&'static [&'static str]>) -> Result<Fields<'s, 'a>, ReadError> {
        let message = self.payload.schema.message(id);
        let found = self.payload.gather(message, self.source, self.depth)?;
        Ok(Fields::new(self.payload, message, found, wanted, self.depth))
    }

    fn list(&self) -> Option<List<'e, 's, 'a>> {
        match (self.form, self.source) {
            (Form::List | Form::Packed(_), Source::All(found)) => {
                Some(List::new(self.payload, self.kind, found, self.depth))
            }
            _ => None,
        }
    }

    fn entries(&self) -> Option<Entries<'e, 's, 'a>> {
        match (self.form, self.source) {
            (Form::Map(entry), Source::All(found)) => {
                Some(Entries::new(self.payload, self.kind, entry, found, self.depth))
            }
            _ => None,
        }
    }

    /// An enum's name; its number where it has none.
    fn visit_enum_value<'de, V: Visitor<'de>>(&self, number: i32, visitor: V) -> Result<V::Value, ReadError> {
        match self.enum_name(number) {
            Some(name) => visitor.visit_str(name),
            None => visitor.visit_i32(number),
        }
    }

    fn enum_name(&self, number: i32) -> Option<&'s str> {
        match self.kind {
            Kind::Enum(id) => self.payload.schema.enumeration(id).name_of(number),
            _ => None,
        }
    }

    /// A float as JSON has it: its shortest digits, or the word for what is no number.
    fn visit_float<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, ReadError>
    where
        'a: 'de,
    {
        match self.scalar()? {
            Scalar::F32(number) => from_json(json_reader::float(number).deserialize_any(visitor)),
            Scalar::F64(number) => from_json(json_reader::double(number).deserialize_any(visitor)),
            _ => self.visit_scalar(visitor),
        }
    }

    #[inline]
    fn visit_scalar<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, ReadError>
    where
        'a: 'de,
    {
        match self.scalar()? {
            Scalar::I32(number) => visitor.visit_i32(number),
            Scalar::I64(number) => visitor.visit_i64(number),
            Scalar::U32(number) => visitor.visit_u32(number),
            Scalar::U64(number) => visitor.visit_u64(number),
            Scalar::F32(number) => visitor.visit_f32(number),
            Scalar::F64(number) => visitor.visit_f64(number),
            Scalar::Bool(value) => visitor.visit_bool(value),
            Scalar::Text(text) => visitor.visit_borrowed_str(text),
            Scalar::Bytes(bytes) => visitor.visit_string(base64::encode(bytes)),
            Scalar::Enum(number) => match self.kind {
                Kind::Enum(id) if self.payload.schema.enumeration(id).is_null_value() => visitor.visit_unit(),
                _ => self.visit_enum_value(number, visitor),
            },
        }
    }
}

/// From JSON to a type, whose errors say the rest.
fn from_json<T>(result: Result<T, serde_json::Error>) -> Result<T, ReadError> {
    result.map_err(ReadError::custom)
}

/// Where a type asks for a number, an enum is its own.
macro_rules! numbers {
    ($($method:ident)*) => {$(
        #[inline]
        fn $method<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
            match (self.form, self.kind) {
                (Form::Single, Kind::Message(_)) => self.deserialize_any(visitor),
                (Form::Single, _) => match self.scalar()? {
                    Scalar::Enum(number) => visitor.visit_i32(number),
                    _ => self.visit_scalar(visitor),
                },
                _ => self.deserialize_any(visitor),
            }
        }
    )*};
}

macro_rules! any {
    ($($method:ident)*) => {$(
        #[inline]
        fn $method<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
            self.deserialize_any(visitor)
        }
    )*};
}

impl<'a> Deserializer<'a> for Reader<'_, '_, 'a> {
    type Error = ReadError;

    #[inline]
    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match (self.form, self.kind) {
            (Form::Single, Kind::Message(id)) if !self.is_special() => self.fields(id, None)?.visit(visitor),
            (Form::Single, Kind::Message(_)) => from_json(self.json()?.deserialize_any(visitor)),
            (Form::Single, Kind::Double | Kind::Float) => self.visit_float(visitor),
            (Form::Single, _) => self.visit_scalar(visitor),
            (Form::Map(_), _) => self.deserialize_map(visitor),
            (Form::List | Form::Packed(_), _) => self.deserialize_seq(visitor),
        }
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64
    }

    any! { deserialize_bool deserialize_char deserialize_str deserialize_string deserialize_identifier }

    fn deserialize_bytes<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match (self.form, self.kind) {
            (Form::Single, Kind::Bytes) => match self.scalar()? {
                Scalar::Bytes(bytes) => visitor.visit_borrowed_bytes(bytes),
                _ => self.visit_scalar(visitor),
            },
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_bytes(visitor)
    }

    #[inline]
    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        // What may be any JSON may be null, which stands there as a value.
        if matches!(self.source, Source::All([])) || (self.is_json() && self.json()?.is_null()) {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_unit<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.message() {
            Some(_) if !self.is_special() => visitor.visit_unit(),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'a>>(self, _: &'static str, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_unit(visitor)
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'a>>(self, _: &'static str, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match (self.list(), self.kind) {
            (Some(list), _) => visitor.visit_seq(list),
            (None, Kind::Bytes) if matches!(self.form, Form::Single) => match self.scalar()? {
                Scalar::Bytes(bytes) => visitor.visit_seq(Octets::new(bytes)),
                _ => self.visit_scalar(visitor),
            },
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_tuple<V: Visitor<'a>>(self, _: usize, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.entries() {
            Some(entries) => visitor.visit_map(entries),
            None => self.deserialize_any(visitor),
        }
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match self.message() {
            Some(id) if !self.is_json() => self.fields(id, Some(fields))?.visit(visitor),
            _ => self.deserialize_map(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'a>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        if let Some(id) = self.message().filter(|_| !self.is_special()) {
            // The variant is the field that is there.
            let fields = self.fields(id, Some(variants))?.without_defaults();
            return visitor.visit_enum(MapAccessDeserializer::new(fields));
        }
        match (self.form, self.kind) {
            (Form::Single, Kind::Message(_)) => from_json(self.json()?.deserialize_enum(name, variants, visitor)),
            (Form::Single, _) => match self.scalar()? {
                Scalar::Text(text) => visitor.visit_enum(text.into_deserializer()),
                Scalar::Enum(number) => match self.enum_name(number) {
                    Some(name) => visitor.visit_enum(name.into_deserializer()),
                    None => Err(ReadError::other_type(format!("the number {number} has no name in the schema's enum"))),
                },
                _ => self.visit_scalar(visitor),
            },
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_unit()
    }
}
