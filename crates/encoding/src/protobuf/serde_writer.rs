mod compound;
mod error;
mod message;

use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use self::compound::{Compound, Entries, Items, Octets};
use self::error::WriteError;
use self::message::Fields;
use super::datum::Datum;
use super::describe::describe_form;
use super::schema::{Element, Form, Kind, SINGLE, Schema, Special};
use super::{frame, json_writer};
use crate::codec::BoxError;

/// Appends a value to `out` in Protobuf's wire format, as `element` wants it, straight from its fields.
///
/// Fields are found by their names in the file or in JSON. Nothing stands for a field that is not there, as does the
/// default of a field without presence.
///
/// # Errors
/// A [`JsonMismatch`](crate::JsonMismatch) at the first place that does not fit, or what the value says itself.
pub(super) fn write<T: Serialize + ?Sized>(
    schema: &Schema,
    element: &Element,
    value: &T,
    out: &mut Vec<u8>,
) -> Result<(), BoxError> {
    write_value(Writer { schema, out, element, form: &SINGLE, depth: 0, role: Role::Item }, value)
        .map_err(WriteError::into_boxed)
}

/// Writes one value to its place.
struct Writer<'w, 's> {
    schema: &'s Schema,
    out: &'w mut Vec<u8>,
    element: &'s Element,
    form: &'s Form,
    /// How many messages lie around the value.
    depth: usize,
    role: Role,
}

/// What a value is where it is written.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    /// It may be absent.
    Field,
    /// It must be there, as in a list.
    Item,
    /// The key of a map's entry, which may be a text whatever its type.
    Key,
}

/// Writes a value. One that may be any JSON goes by way of JSON, since its wire form is of no interest to it, and so
/// does one of any type that says its type.
#[inline]
fn write_value<T: Serialize + ?Sized>(writer: Writer<'_, '_>, value: &T) -> Result<(), WriteError> {
    match writer.special() {
        Some(special) if special.is_json() || special == Special::Any => {
            let json = serde_json::to_value(value).map_err(<WriteError as serde::ser::Error>::custom)?;
            if special.is_json() || json.get(json_writer::TYPE).is_some() {
                writer.json(&json)
            } else {
                value.serialize(writer)
            }
        }
        _ => value.serialize(writer),
    }
}

impl<'w, 's> Writer<'w, 's> {
    /// What the message is that is written here, besides a plain one.
    #[inline]
    fn special(&self) -> Option<Special> {
        match self.form {
            Form::Single => self.schema.special(self.element.kind),
            _ => None,
        }
    }

    #[inline]
    fn put(self, datum: Option<Datum<'_>>, told: impl FnOnce() -> Value) -> Result<(), WriteError> {
        match (datum, self.form) {
            (Some(datum), Form::Single) => {
                if !(self.element.skips_default && datum.is_default()) {
                    self.element.tag.write(self.out);
                    datum.write(self.out);
                }
                Ok(())
            }
            (None, ..) if self.special().is_some() => self.json(&told()),
            _ => Err(self.does_not_fit(&told().to_string())),
        }
    }

    /// Writes JSON where the message has a form in it.
    #[cold]
    fn json(self, value: &Value) -> Result<(), WriteError> {
        if value.is_null() && !self.schema.takes_null(self.element.kind) {
            return self.absent();
        }
        json_writer::write(self.schema, self.element, value, self.depth, self.out).map_err(WriteError::from)
    }

    #[inline]
    fn absent(self) -> Result<(), WriteError> {
        if self.role == Role::Field { Ok(()) } else { Err(self.does_not_fit("null")) }
    }

    #[cold]
    fn does_not_fit(&self, told: &str) -> WriteError {
        let wanted = describe_form(self.schema, self.form, self.element);
        WriteError::does_not_fit(told, if self.role == Role::Key { format!("as the key {wanted}") } else { wanted })
    }

    fn list(self, told: &str) -> Result<Compound<'w, 's>, WriteError> {
        let Self { schema, out, element, form, depth, role } = self;
        match (form, element.kind) {
            (Form::List, _) => Ok(Compound::Items(Items { schema, out, element, depth, index: 0, block: None })),
            (Form::Packed(tag), _) => {
                let before = out.len();
                let start = frame::open_block(*tag, out);
                Ok(Compound::Items(Items { schema, out, element, depth, index: 0, block: Some((before, start)) }))
            }
            (Form::Single, Kind::Bytes) => Ok(Compound::Octets(Octets::new(schema, out, element))),
            _ => Err(Self { schema, out, element, form, depth, role }.does_not_fit(told)),
        }
    }

    #[inline]
    fn object(self, told: &str) -> Result<Compound<'w, 's>, WriteError> {
        let Self { schema, out, element, form, depth, role } = self;
        match (form, element.kind) {
            (Form::Single, Kind::Message(id)) => {
                Fields::open(schema, out, element, schema.message(id), depth).map(Compound::Fields)
            }
            (Form::Map(entry), _) => Ok(Compound::Entries(Entries { schema, out, element, entry, depth, open: None })),
            _ => Err(Self { schema, out, element, form, depth, role }.does_not_fit(told)),
        }
    }
}

macro_rules! numbers {
    ($($method:ident($type:ty) as $datum:ident($wide:ty);)*) => {$(
        #[inline]
        fn $method(self, value: $type) -> Result<(), WriteError> {
            let datum = Datum::$datum(self.schema, self.element.kind, <$wide>::from(value));
            self.put(datum, || Value::from(value))
        }
    )*};
}

impl<'w, 's> Serializer for Writer<'w, 's> {
    type Ok = ();
    type Error = WriteError;
    type SerializeSeq = Compound<'w, 's>;
    type SerializeTuple = Compound<'w, 's>;
    type SerializeTupleStruct = Compound<'w, 's>;
    type SerializeTupleVariant = Compound<'w, 's>;
    type SerializeMap = Compound<'w, 's>;
    type SerializeStruct = Compound<'w, 's>;
    type SerializeStructVariant = Compound<'w, 's>;

    numbers! {
        serialize_i8(i8) as signed(i64);
        serialize_i16(i16) as signed(i64);
        serialize_i32(i32) as signed(i64);
        serialize_i64(i64) as signed(i64);
        serialize_u8(u8) as unsigned(u64);
        serialize_u16(u16) as unsigned(u64);
        serialize_u32(u32) as unsigned(u64);
        serialize_u64(u64) as unsigned(u64);
        serialize_f32(f32) as float(f64);
        serialize_f64(f64) as float(f64);
    }

    #[inline]
    fn serialize_bool(self, value: bool) -> Result<(), WriteError> {
        let datum = Datum::boolean(self.element.kind, value);
        self.put(datum, || Value::from(value))
    }

    fn serialize_i128(self, value: i128) -> Result<(), WriteError> {
        match (i64::try_from(value), u64::try_from(value)) {
            (Ok(value), _) => self.serialize_i64(value),
            (_, Ok(value)) => self.serialize_u64(value),
            _ => Err(self.does_not_fit(&value.to_string())),
        }
    }

    fn serialize_u128(self, value: u128) -> Result<(), WriteError> {
        match u64::try_from(value) {
            Ok(value) => self.serialize_u64(value),
            Err(_) => Err(self.does_not_fit(&value.to_string())),
        }
    }

    fn serialize_char(self, value: char) -> Result<(), WriteError> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<(), WriteError> {
        let datum = match self.role {
            Role::Key => Datum::key(self.schema, self.element.kind, value),
            Role::Field | Role::Item => Datum::text(self.schema, self.element.kind, value),
        };
        self.put(datum, || Value::from(value))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), WriteError> {
        let datum = Datum::bytes(self.element.kind, value);
        match (datum, std::str::from_utf8(value)) {
            (None, Ok(text)) if self.element.kind == Kind::String => self.serialize_str(text),
            (datum, _) => self.put(datum, || Value::from(format!("{} bytes", value.len()))),
        }
    }

    #[inline]
    fn serialize_none(self) -> Result<(), WriteError> {
        self.absent()
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), WriteError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), WriteError> {
        self.absent()
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<(), WriteError> {
        serde::ser::SerializeMap::end(self.object(name)?)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), WriteError> {
        self.serialize_str(variant)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), WriteError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), WriteError> {
        let mut object = self.object(variant)?;
        serde::ser::SerializeMap::serialize_entry(&mut object, variant, value)?;
        serde::ser::SerializeMap::end(object)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Compound<'w, 's>, WriteError> {
        self.list("a list")
    }

    fn serialize_tuple(self, _: usize) -> Result<Compound<'w, 's>, WriteError> {
        self.list("a list")
    }

    fn serialize_tuple_struct(self, name: &'static str, _: usize) -> Result<Compound<'w, 's>, WriteError> {
        self.list(name)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Compound<'w, 's>, WriteError> {
        Err(self.does_not_fit(variant))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Compound<'w, 's>, WriteError> {
        self.object("an object")
    }

    #[inline]
    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Compound<'w, 's>, WriteError> {
        self.object(name)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Compound<'w, 's>, WriteError> {
        Err(self.does_not_fit(variant))
    }
}
