//! Asks a serde type for its name: the derived code says it in its first call, and the call is answered with an error
//! that carries it. Nothing of the value is looked at.

use std::fmt;

use serde::de::{self, DeserializeOwned, Deserializer, Visitor};
use serde::ser::{self, Impossible, Serialize, Serializer};

/// What a type says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SerdeName {
    /// A struct of this name.
    Record(&'static str),
    /// A message of this package and name.
    Message {
        /// The package; empty where there is none.
        package: &'static str,
        /// The message's name in its package, with those of the messages around it.
        name: &'static str,
    },
    /// Something without a record's name.
    Other(&'static str),
}

/// What a value is written as.
pub(crate) fn of_value<T: Serialize + ?Sized>(value: &T) -> SerdeName {
    match value.serialize(NameProbe) {
        Err(name) => name,
        Ok(never) => match never {},
    }
}

/// What a type is read as.
pub(crate) fn of_type<T: DeserializeOwned>() -> SerdeName {
    match T::deserialize(NameProbe) {
        Err(name) => name,
        // A type that is made without reading anything takes every record.
        Ok(_) => SerdeName::Other("nothing"),
    }
}

struct NameProbe;

enum Never {}

impl fmt::Display for SerdeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Record(name) => write!(f, "record {name}"),
            Self::Message { package, name } => write!(f, "message {package}.{name}"),
            Self::Other(kind) => f.write_str(kind),
        }
    }
}

impl std::error::Error for SerdeName {}

impl ser::Error for SerdeName {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Other("a value that refuses to be written")
    }
}

impl de::Error for SerdeName {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Other("a type that refuses to be read")
    }
}

macro_rules! other {
    ($($method:ident($type:ty) is $kind:literal;)*) => {
        $(fn $method(self, _: $type) -> Result<Never, SerdeName> {
            Err(SerdeName::Other($kind))
        })*
    };
}

impl Serializer for NameProbe {
    type Ok = Never;
    type Error = SerdeName;
    type SerializeSeq = Impossible<Never, SerdeName>;
    type SerializeTuple = Impossible<Never, SerdeName>;
    type SerializeTupleStruct = Impossible<Never, SerdeName>;
    type SerializeTupleVariant = Impossible<Never, SerdeName>;
    type SerializeMap = Impossible<Never, SerdeName>;
    type SerializeStruct = Impossible<Never, SerdeName>;
    type SerializeStructVariant = Impossible<Never, SerdeName>;

    #[inline]
    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Self::SerializeStruct, SerdeName> {
        Err(SerdeName::Record(name))
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<Never, SerdeName> {
        Err(SerdeName::Record(name))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, _: &T) -> Result<Never, SerdeName> {
        Err(SerdeName::Record(name))
    }

    fn serialize_tuple_struct(self, name: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, SerdeName> {
        Err(SerdeName::Record(name))
    }

    other! {
        serialize_bool(bool) is "a boolean";
        serialize_i8(i8) is "a number";
        serialize_i16(i16) is "a number";
        serialize_i32(i32) is "a number";
        serialize_i64(i64) is "a number";
        serialize_i128(i128) is "a number";
        serialize_u8(u8) is "a number";
        serialize_u16(u16) is "a number";
        serialize_u32(u32) is "a number";
        serialize_u64(u64) is "a number";
        serialize_u128(u128) is "a number";
        serialize_f32(f32) is "a number";
        serialize_f64(f64) is "a number";
        serialize_char(char) is "a text";
        serialize_str(&str) is "a text";
        serialize_bytes(&[u8]) is "bytes";
    }

    fn serialize_none(self) -> Result<Never, SerdeName> {
        Err(SerdeName::Other("an optional value"))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<Never, SerdeName> {
        Err(SerdeName::Other("an optional value"))
    }

    fn serialize_unit(self) -> Result<Never, SerdeName> {
        Err(SerdeName::Other("nothing"))
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<Never, SerdeName> {
        Err(SerdeName::Other("an enum"))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Never, SerdeName> {
        Err(SerdeName::Other("a tagged enum"))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, SerdeName> {
        Err(SerdeName::Other("a list"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, SerdeName> {
        Err(SerdeName::Other("a tuple"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, SerdeName> {
        Err(SerdeName::Other("a tagged enum"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, SerdeName> {
        Err(SerdeName::Other("a map, or a struct with flattened fields"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, SerdeName> {
        Err(SerdeName::Other("a tagged enum"))
    }
}

impl<'de> Deserializer<'de> for NameProbe {
    type Error = SerdeName;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, SerdeName> {
        Err(SerdeName::Other("a value without a record's name"))
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, SerdeName> {
        Err(SerdeName::Record(name))
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, name: &'static str, _: V) -> Result<V::Value, SerdeName> {
        Err(SerdeName::Record(name))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, _: V) -> Result<V::Value, SerdeName> {
        Err(SerdeName::Record(name))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: usize,
        _: V,
    ) -> Result<V::Value, SerdeName> {
        Err(SerdeName::Record(name))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit seq tuple map
        enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Serialize, Deserialize)]
    #[serde(rename = "com.acme.OrderCreated")]
    struct Renamed {
        id: String,
    }

    #[derive(Serialize, Deserialize)]
    struct Empty;

    #[derive(Serialize, Deserialize)]
    struct Wrapper(i64);

    #[derive(Serialize, Deserialize)]
    struct Pair(i64, i64);

    #[derive(Serialize, Deserialize)]
    #[serde(transparent)]
    struct Transparent {
        inner: Renamed,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        Order(Renamed),
    }

    #[derive(Serialize, Deserialize)]
    enum Tagged {
        Order(Renamed),
        Nothing,
    }

    fn renamed() -> Renamed {
        Renamed { id: "1".into() }
    }

    #[test]
    fn a_struct_says_its_serde_name_both_ways() {
        let name = SerdeName::Record("com.acme.OrderCreated");
        assert_eq!(of_value(&renamed()), name);
        assert_eq!(of_type::<Renamed>(), name);
        assert_eq!(of_value(&Box::new(renamed())), name);
        assert_eq!(of_type::<Box<Renamed>>(), name);
        assert_eq!(of_value(&Transparent { inner: renamed() }), name);
        assert_eq!(of_type::<Transparent>(), name);
        assert_eq!(of_value(&Untagged::Order(renamed())), name);
        assert_eq!(of_type::<Empty>(), SerdeName::Record("Empty"));
        assert_eq!(of_value(&Empty), SerdeName::Record("Empty"));
        assert_eq!(of_type::<Wrapper>(), SerdeName::Record("Wrapper"));
        assert_eq!(of_value(&Wrapper(1)), SerdeName::Record("Wrapper"));
        assert_eq!(of_type::<Pair>(), SerdeName::Record("Pair"));
        assert_eq!(of_value(&Pair(1, 2)), SerdeName::Record("Pair"));
    }

    #[test]
    fn what_is_no_struct_says_what_it_is() {
        assert_eq!(of_value(&Tagged::Order(renamed())), SerdeName::Other("a tagged enum"));
        assert_eq!(of_value(&Tagged::Nothing), SerdeName::Other("an enum"));
        assert_eq!(of_value(&BTreeMap::from([("a", 1)])), SerdeName::Other("a map, or a struct with flattened fields"));
        assert_eq!(of_value(&vec![1]), SerdeName::Other("a list"));
        assert_eq!(of_value("text"), SerdeName::Other("a text"));
        assert_eq!(of_value(&Some(1)), SerdeName::Other("an optional value"));
        for other in [of_type::<Tagged>(), of_type::<serde_json::Value>(), of_type::<BTreeMap<String, i64>>()] {
            assert_eq!(other, SerdeName::Other("a value without a record's name"));
        }
    }
}
