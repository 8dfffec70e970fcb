use serde::de::value::U32Deserializer;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, SeqAccess, VariantAccess, Visitor};

use super::Reader;
use super::access::Fields;
use super::identifier::Name;
use crate::avro::layout::Kind;
use crate::json::ReadError;

/// A symbol of an enum as a variant without anything in it.
pub(super) struct Symbol<'s>(pub(super) &'s str);

impl<'de> EnumAccess<'de> for Symbol<'_> {
    type Error = ReadError;
    type Variant = Unit;

    #[inline]
    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Unit), ReadError> {
        Ok((seed.deserialize(Name(self.0))?, Unit))
    }
}

pub(super) struct Unit;

impl Unit {
    fn other<T>(wanted: &str) -> Result<T, ReadError> {
        Err(ReadError::other_type(format!("{wanted} is asked for, but the schema has a symbol of an enum")))
    }
}

impl<'de> VariantAccess<'de> for Unit {
    type Error = ReadError;

    fn unit_variant(self) -> Result<(), ReadError> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, ReadError> {
        Self::other("a variant with a value")
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, ReadError> {
        Self::other("a variant with a tuple")
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, ReadError> {
        Self::other("a variant with fields")
    }
}

/// A branch of a union as the variant of the same place.
pub(super) struct Branch<'r, 's, 'a> {
    pub(super) index: usize,
    pub(super) reader: Reader<'r, 's, 'a>,
}

impl<'a> EnumAccess<'a> for Branch<'_, '_, 'a> {
    type Error = ReadError;
    type Variant = Self;

    #[inline]
    fn variant_seed<T: DeserializeSeed<'a>>(self, seed: T) -> Result<(T::Value, Self), ReadError> {
        let index: U32Deserializer<ReadError> = u32::try_from(self.index).unwrap_or(u32::MAX).into_deserializer();
        Ok((seed.deserialize(index)?, self))
    }
}

impl<'a> VariantAccess<'a> for Branch<'_, '_, 'a> {
    type Error = ReadError;

    fn unit_variant(self) -> Result<(), ReadError> {
        match self.reader.kind {
            Kind::Null => Ok(()),
            Kind::Record(id) if self.reader.payload.layout.record(id).fields.is_empty() => Ok(()),
            _ => Err(self.reader.other("a variant without a value")),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'a>>(self, seed: T) -> Result<T::Value, ReadError> {
        let Reader { payload, kind } = self.reader;
        let layout = payload.layout;
        match kind {
            Kind::Record(id) if layout.record(id).is_wrapper => {
                let mut fields = Fields::new(payload, layout.record(id));
                match fields.next_element_seed(seed)? {
                    Some(value) => Ok(value),
                    None => Err(ReadError::other_type("a variant with a value is asked for")),
                }
            }
            _ => seed.deserialize(Reader { payload, kind }),
        }
    }

    fn tuple_variant<V: Visitor<'a>>(self, len: usize, visitor: V) -> Result<V::Value, ReadError> {
        self.reader.deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'a>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, ReadError> {
        match self.reader.kind {
            Kind::Record(id) => self.reader.fields(id, visitor),
            _ => Err(self.reader.other("a variant with fields")),
        }
    }
}
