mod special;

use serde_json::{Map, Number, Value};

use super::base64;
use super::gather::Found;
use super::scalar::{Items, Scalar};
use super::schema::{Element, Entry, Field, Form, Kind, MessageId, Schema};
use super::source::{Payload, Source};
use super::wire::Raw;
use crate::json::MalformedPayload;
use crate::json::ReadError;

/// Reads the message that is all of `bytes` as plain JSON: the names in the file, 64-bit numbers as numbers, bytes in
/// base64, enums by their names, and the messages that Protobuf's JSON mapping knows in its forms.
///
/// A field without presence that is not there has its default; one with presence is left out. What memory is taken is
/// bounded by the bytes that are there, and depth is limited.
///
/// # Errors
/// [`MalformedPayload`] where the bytes end or make no sense.
pub(super) fn read(schema: &Schema, element: &Element, bytes: &[u8]) -> Result<Value, MalformedPayload> {
    let reader = Reader { payload: Payload::new(schema, bytes) };
    reader.element(element.kind, Source::One(Raw::Bytes(bytes)), 0).map_err(ReadError::into_malformed)
}

/// Reads one value, wherever it lies.
pub(super) fn element(
    payload: Payload<'_>,
    kind: Kind,
    source: Source<'_, '_>,
    depth: usize,
) -> Result<Value, ReadError> {
    Reader { payload }.element(kind, source, depth)
}

struct Reader<'s> {
    payload: Payload<'s>,
}

impl Reader<'_> {
    fn element(&self, kind: Kind, source: Source<'_, '_>, depth: usize) -> Result<Value, ReadError> {
        match kind {
            Kind::Message(id) => match self.payload.schema.message(id).special {
                Some(special) => self.special(special, id, source, depth),
                None => self.fields(id, source, depth).map(Value::Object),
            },
            kind => Ok(self.scalar(kind, self.payload.scalar(kind, source.last())?)),
        }
    }

    fn fields(&self, id: MessageId, source: Source<'_, '_>, depth: usize) -> Result<Map<String, Value>, ReadError> {
        let message = self.payload.schema.message(id);
        let found = self.payload.gather(message, source, depth)?;
        let mut members = Map::with_capacity(message.fields.len());
        let mut rest = found.as_slice();
        for (position, field) in message.fields.iter().enumerate() {
            let count = rest.iter().take_while(|found| found.position == position).count();
            let (own, others) = rest.split_at(count);
            rest = others;
            if count > 0 || field.has_default() {
                let value = self.field(field, own, depth).map_err(|error| error.inside(&field.name))?;
                members.insert(field.name.to_string(), value);
            }
        }
        Ok(members)
    }

    fn field(&self, field: &Field, found: &[Found<'_>], depth: usize) -> Result<Value, ReadError> {
        let kind = field.element.kind;
        match &field.form {
            Form::Single => self.element(kind, Source::All(found), depth + 1),
            Form::List | Form::Packed(_) => self.items(kind, found, depth + 1).map(Value::Array),
            Form::Map(entry) => self.entries(kind, entry, found, depth + 1).map(Value::Object),
        }
    }

    fn items(&self, kind: Kind, found: &[Found<'_>], depth: usize) -> Result<Vec<Value>, ReadError> {
        let mut values = Vec::new();
        let mut items = Items::of(kind, found);
        loop {
            let item = items.next().map_err(|problem| self.payload.damage(problem, items.block));
            let index = values.len();
            match item.map_err(|error| error.at(index))? {
                Some(raw) => {
                    values.push(self.element(kind, Source::One(raw), depth).map_err(|error| error.at(index))?);
                }
                None => return Ok(values),
            }
        }
    }

    fn entries(
        &self,
        kind: Kind,
        entry: &Entry,
        found: &[Found<'_>],
        depth: usize,
    ) -> Result<Map<String, Value>, ReadError> {
        let mut members = Map::new();
        for found in found {
            let (key, value) = self.payload.entry(kind, found.raw, depth)?;
            let name = self.payload.scalar(entry.key.kind, key)?.key_text();
            let value = self.element(entry.value.kind, Source::One(value), depth + 1);
            let value = value.map_err(|error| error.inside(&name))?;
            members.insert(name, value);
        }
        Ok(members)
    }

    fn scalar(&self, kind: Kind, scalar: Scalar<'_>) -> Value {
        match scalar {
            Scalar::I32(number) => Value::from(number),
            Scalar::I64(number) => Value::from(number),
            Scalar::U32(number) => Value::from(number),
            Scalar::U64(number) => Value::from(number),
            Scalar::F32(number) => float(number),
            Scalar::F64(number) => double(number),
            Scalar::Bool(value) => Value::from(value),
            Scalar::Text(text) => Value::from(text),
            Scalar::Bytes(bytes) => Value::from(base64::encode(bytes)),
            Scalar::Enum(number) => match kind {
                Kind::Enum(id) if self.payload.schema.enumeration(id).is_null_value() => Value::Null,
                Kind::Enum(id) => match self.payload.schema.enumeration(id).name_of(number) {
                    Some(name) => Value::from(name),
                    None => Value::from(number),
                },
                _ => Value::from(number),
            },
        }
    }
}

/// The shortest number that is the same 32-bit one, so that 0.1 stays 0.1.
pub(super) fn float(value: f32) -> Value {
    double(if value.is_finite() { value.to_string().parse().unwrap_or(f64::from(value)) } else { f64::from(value) })
}

/// A number, or its word where JSON has no number for it.
pub(super) fn double(value: f64) -> Value {
    Number::from_f64(value).map_or_else(
        || {
            Value::from(match value {
                f64::INFINITY => "Infinity",
                f64::NEG_INFINITY => "-Infinity",
                _ => "NaN",
            })
        },
        Value::Number,
    )
}
