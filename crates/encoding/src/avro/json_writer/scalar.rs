use std::borrow::Cow;

use apache_avro::schema::{InnerDecimalSchema, Schema, UuidSchema};
use serde_json::{Number, Value};
use uuid::Uuid;

use super::super::{binary, decimal};
use super::text_forms;

/// A value that is no list and no object, ready to be written.
#[derive(Debug, PartialEq)]
pub(super) enum Scalar<'v> {
    Null,
    Boolean(bool),
    /// An `int` too: both are written alike.
    Long(i64),
    Float(f32),
    Double(f64),
    /// Bytes or text, with the length before them.
    Bytes(Cow<'v, [u8]>),
    /// Bytes whose number the schema knows.
    Fixed(Vec<u8>),
}

impl Scalar<'_> {
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => {}
            Self::Boolean(value) => out.push(u8::from(*value)),
            Self::Long(value) => binary::write_long(*value, out),
            Self::Float(value) => out.extend_from_slice(&value.to_le_bytes()),
            Self::Double(value) => out.extend_from_slice(&value.to_le_bytes()),
            Self::Bytes(bytes) => binary::write_bytes(bytes, out),
            Self::Fixed(bytes) => out.extend_from_slice(bytes),
        }
    }
}

/// Converts JSON to what `schema` wants; nothing when it does not fit.
///
/// With `defaults`, the value is a field's default, where bytes are their text whatever the logical type.
pub(super) fn read<'v>(schema: &Schema, value: &'v Value, defaults: bool) -> Option<Scalar<'v>> {
    match (schema, value) {
        (Schema::Null, Value::Null) => Some(Scalar::Null),
        (Schema::Boolean, Value::Bool(value)) => Some(Scalar::Boolean(*value)),
        (Schema::String, Value::String(text)) => Some(Scalar::Bytes(Cow::Borrowed(text.as_bytes()))),
        (Schema::Int | Schema::Date | Schema::TimeMillis, Value::Number(number)) => {
            i32::try_from(number.as_i64()?).ok().map(|number| Scalar::Long(i64::from(number)))
        }
        (
            Schema::Long
            | Schema::TimeMicros
            | Schema::TimestampMillis
            | Schema::TimestampMicros
            | Schema::TimestampNanos
            | Schema::LocalTimestampMillis
            | Schema::LocalTimestampMicros
            | Schema::LocalTimestampNanos,
            Value::Number(number),
        ) => number.as_i64().map(Scalar::Long),
        (Schema::Float, value) => float(value).and_then(narrow).map(Scalar::Float),
        (Schema::Double, value) => float(value).map(Scalar::Double),
        (Schema::Enum(symbols), Value::String(text)) => {
            let index = symbols.symbols.iter().position(|symbol| symbol == text)?;
            i64::try_from(index).ok().map(Scalar::Long)
        }
        (Schema::Bytes, Value::String(text)) => bytes_of(text).map(Cow::Owned).map(Scalar::Bytes),
        (Schema::Fixed(fixed), Value::String(text)) => bytes_of_length(text, fixed.size).map(Scalar::Fixed),
        (schema, Value::String(text)) if defaults => default_bytes(schema, text),
        (Schema::Uuid(uuid), Value::String(text)) => read_uuid(uuid, text),
        (Schema::Decimal(schema), value) => {
            let unscaled = decimal::unscaled(&number_text(value)?, schema.precision, schema.scale)?;
            match &schema.inner {
                InnerDecimalSchema::Bytes => Some(Scalar::Bytes(Cow::Owned(unscaled.to_signed_bytes_be()))),
                InnerDecimalSchema::Fixed(fixed) => decimal::widened(&unscaled, fixed.size).map(Scalar::Fixed),
            }
        }
        (Schema::BigDecimal, value) => decimal::with_scale(&number_text(value)?).map(Cow::Owned).map(Scalar::Bytes),
        (Schema::Duration(_), Value::Object(parts)) => text_forms::duration(parts).map(Scalar::Fixed),
        (schema, Value::String(text)) => text_forms::moment(schema, text).map(Scalar::Long),
        _ => None,
    }
}

/// A number, or the words for what JSON numbers cannot be.
fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => match text.as_str() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            _ => None,
        },
        _ => None,
    }
}

/// The nearest 32-bit number; nothing when the number is too large for any.
#[allow(clippy::cast_possible_truncation, reason = "the nearest number is what is asked for")]
fn narrow(number: f64) -> Option<f32> {
    let near = number as f32;
    (near.is_finite() || !number.is_finite()).then_some(near)
}

fn number_text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Number(number) => Some(Cow::Owned(Number::to_string(number))),
        Value::String(text) => Some(Cow::Borrowed(text)),
        _ => None,
    }
}

/// The bytes of a text of which each character is one, as Avro's JSON encoding writes bytes.
fn bytes_of(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|c| u8::try_from(c).ok()).collect()
}

fn bytes_of_length(text: &str, length: usize) -> Option<Vec<u8>> {
    bytes_of(text).filter(|bytes| bytes.len() == length)
}

fn default_bytes<'v>(schema: &Schema, text: &'v str) -> Option<Scalar<'v>> {
    match schema {
        Schema::Uuid(UuidSchema::String) => Some(Scalar::Bytes(Cow::Borrowed(text.as_bytes()))),
        Schema::Decimal(decimal) => match &decimal.inner {
            InnerDecimalSchema::Bytes => bytes_of(text).map(Cow::Owned).map(Scalar::Bytes),
            InnerDecimalSchema::Fixed(fixed) => bytes_of_length(text, fixed.size).map(Scalar::Fixed),
        },
        Schema::BigDecimal | Schema::Uuid(UuidSchema::Bytes) => bytes_of(text).map(Cow::Owned).map(Scalar::Bytes),
        Schema::Uuid(UuidSchema::Fixed(fixed)) | Schema::Duration(fixed) => {
            bytes_of_length(text, fixed.size).map(Scalar::Fixed)
        }
        _ => None,
    }
}

fn read_uuid<'v>(schema: &UuidSchema, text: &'v str) -> Option<Scalar<'v>> {
    let uuid = Uuid::parse_str(text).ok()?;
    Some(match schema {
        UuidSchema::String => Scalar::Bytes(Cow::Borrowed(text.as_bytes())),
        UuidSchema::Bytes => Scalar::Bytes(Cow::Owned(uuid.into_bytes().to_vec())),
        UuidSchema::Fixed(_) => Scalar::Fixed(uuid.into_bytes().to_vec()),
    })
}
