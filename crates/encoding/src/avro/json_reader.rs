use apache_avro::schema::{InnerDecimalSchema, NamesRef, RecordSchema, Schema, UnionSchema, UuidSchema};
use serde_json::{Map, Number, Value};
use uuid::Uuid;

use super::{binary, decimal};
use crate::json::{MAX_DEPTH, MalformedPayload, Place, Segment};

/// Takes one value off the front of `payload`, as plain JSON: unions without their branch, bytes as text of one
/// character a byte, enums as their symbols, UUIDs as text, decimals as numbers where a JSON number is exact and as text
/// where it is not, dates, times and timestamps as their numbers.
///
/// Nothing is reserved by a length that the bytes claim, and depth is limited.
///
/// # Errors
/// [`MalformedPayload`] where the bytes end or make no sense.
pub(super) fn read(schema: &Schema, names: &NamesRef<'_>, payload: &mut &[u8]) -> Result<Value, MalformedPayload> {
    let mut reader = Reader { names, rest: payload, place: Place::default(), empty_items: 0 };
    let value = reader.read(schema)?;
    let left = reader.rest.len();
    *payload = &payload[payload.len() - left..];
    Ok(value)
}

struct Reader<'a> {
    names: &'a NamesRef<'a>,
    rest: &'a [u8],
    place: Place<'a>,
    /// How many items so far took no bytes.
    empty_items: usize,
}

/// A list may claim any number of items that take no bytes (nulls, empty records), and records of such records double with
/// each level, so their number has a limit.
pub(super) const MOST_EMPTY_ITEMS: usize = 65_536;

impl<'a> Reader<'a> {
    fn read(&mut self, schema: &'a Schema) -> Result<Value, MalformedPayload> {
        if self.place.depth() > MAX_DEPTH {
            return Err(self.malformed(&format!("objects and lists lie more than {MAX_DEPTH} deep in one another")));
        }
        match schema {
            Schema::Array(array) => self.items(&array.items),
            Schema::Map(map) => self.entries(&map.types),
            Schema::Union(union) => self.union(union),
            Schema::Record(record) => self.record(record),
            Schema::Ref { name } => match self.names.get(name) {
                Some(schema) => self.read(schema),
                None => Err(self.malformed(&format!("the schema does not say what {name} is"))),
            },
            _ => self.scalar(schema),
        }
    }

    /// Reads what has nothing inside. Apart from the rest, so that its many values do not lie on the stack once a level.
    fn scalar(&mut self, schema: &'a Schema) -> Result<Value, MalformedPayload> {
        match schema {
            Schema::Null => Ok(Value::Null),
            Schema::Boolean => match self.take(1)? {
                [0] => Ok(Value::Bool(false)),
                [1] => Ok(Value::Bool(true)),
                _ => Err(self.malformed("a boolean is neither 0 nor 1")),
            },
            Schema::Int | Schema::Date | Schema::TimeMillis => self.int().map(Value::from),
            Schema::Long
            | Schema::TimeMicros
            | Schema::TimestampMillis
            | Schema::TimestampMicros
            | Schema::TimestampNanos
            | Schema::LocalTimestampMillis
            | Schema::LocalTimestampMicros
            | Schema::LocalTimestampNanos => self.long().map(Value::from),
            Schema::Float => Ok(float(f32::from_le_bytes(self.array()?))),
            Schema::Double => Ok(double(f64::from_le_bytes(self.array()?))),
            Schema::String | Schema::Uuid(UuidSchema::String) => self.text().map(Value::from),
            Schema::Bytes => self.bytes().map(text_of),
            Schema::Fixed(fixed) => self.take(fixed.size).map(text_of),
            Schema::Enum(symbols) => {
                let index = usize::try_from(self.int()?).ok();
                match index.and_then(|index| symbols.symbols.get(index)) {
                    Some(symbol) => Ok(Value::from(symbol.as_str())),
                    None => Err(self.malformed(&format!("enum {} has no such symbol", symbols.name))),
                }
            }
            Schema::Decimal(schema) => {
                let digits = match &schema.inner {
                    InnerDecimalSchema::Bytes => self.bytes()?,
                    InnerDecimalSchema::Fixed(fixed) => self.take(fixed.size)?,
                };
                Ok(decimal::to_json(digits, i64::try_from(schema.scale).unwrap_or(i64::MAX)))
            }
            Schema::BigDecimal => {
                let bytes = self.bytes()?;
                decimal::from_digits_and_scale(bytes).ok_or_else(|| self.malformed("a big-decimal is damaged"))
            }
            Schema::Uuid(UuidSchema::Fixed(_)) => Ok(Value::from(Uuid::from_bytes(self.array()?).to_string())),
            Schema::Uuid(UuidSchema::Bytes) => {
                let bytes = self.bytes()?;
                Uuid::from_slice(bytes)
                    .map(|uuid| Value::from(uuid.to_string()))
                    .map_err(|_| self.malformed("a UUID has not 16 bytes"))
            }
            Schema::Duration(_) => self.duration(),
            Schema::Array(_) | Schema::Map(_) | Schema::Union(_) | Schema::Record(_) | Schema::Ref { .. } => {
                self.read(schema)
            }
        }
    }

    fn record(&mut self, record: &'a RecordSchema) -> Result<Value, MalformedPayload> {
        let before = self.rest.len();
        let mut members = Map::with_capacity(record.fields.len());
        for field in &record.fields {
            let value = self.inside(Segment::Name(&field.name), &field.schema)?;
            members.insert(field.name.clone(), value);
        }
        if self.rest.len() == before && !members.is_empty() {
            self.count_empty_item()?;
        }
        Ok(Value::Object(members))
    }

    fn union(&mut self, union: &'a UnionSchema) -> Result<Value, MalformedPayload> {
        let index = usize::try_from(self.long()?).ok();
        match index.and_then(|index| union.variants().get(index)) {
            Some(branch) => self.read(branch),
            None => Err(self.malformed("the union has no such branch")),
        }
    }

    fn items(&mut self, schema: &'a Schema) -> Result<Value, MalformedPayload> {
        let mut items = Vec::new();
        while let Some(count) = self.block()? {
            for _ in 0..count {
                let before = self.rest.len();
                items.push(self.inside(Segment::Index(items.len()), schema)?);
                if self.rest.len() == before {
                    self.count_empty_item()?;
                }
            }
        }
        Ok(Value::Array(items))
    }

    fn entries(&mut self, schema: &'a Schema) -> Result<Value, MalformedPayload> {
        let mut members = Map::new();
        while let Some(count) = self.block()? {
            for _ in 0..count {
                let name = self.text()?;
                let value = self.inside(Segment::Name(name), schema)?;
                members.insert(name.to_owned(), value);
            }
        }
        Ok(Value::Object(members))
    }

    /// How many items the next block has; nothing at the end. A negative number is followed by the block's bytes.
    fn block(&mut self) -> Result<Option<u64>, MalformedPayload> {
        let count = self.long()?;
        if count < 0 {
            self.long()?;
        }
        Ok((count != 0).then(|| count.unsigned_abs()))
    }

    fn count_empty_item(&mut self) -> Result<(), MalformedPayload> {
        self.empty_items += 1;
        if self.empty_items > MOST_EMPTY_ITEMS {
            return Err(
                self.malformed(&format!("there are more than {MOST_EMPTY_ITEMS} items and records without bytes"))
            );
        }
        Ok(())
    }

    fn inside(&mut self, segment: Segment<'a>, schema: &'a Schema) -> Result<Value, MalformedPayload> {
        self.place.enter(segment);
        let value = self.read(schema)?;
        self.place.leave();
        Ok(value)
    }

    fn duration(&mut self) -> Result<Value, MalformedPayload> {
        let mut parts = Map::with_capacity(3);
        for unit in ["months", "days", "millis"] {
            parts.insert(unit.to_owned(), Value::from(u32::from_le_bytes(self.array()?)));
        }
        Ok(Value::Object(parts))
    }

    fn int(&mut self) -> Result<i32, MalformedPayload> {
        i32::try_from(self.long()?).map_err(|_| self.malformed("an int has more than 32 bits"))
    }

    fn long(&mut self) -> Result<i64, MalformedPayload> {
        binary::read_long(&mut self.rest).ok_or_else(|| self.malformed("a number is cut off or too long"))
    }

    fn text(&mut self) -> Result<&'a str, MalformedPayload> {
        let bytes = self.bytes()?;
        std::str::from_utf8(bytes).map_err(|_| self.malformed("a string is not UTF-8"))
    }

    fn bytes(&mut self) -> Result<&'a [u8], MalformedPayload> {
        let length = self.long()?;
        match usize::try_from(length) {
            Ok(length) => self.take(length),
            Err(_) => Err(self.malformed(&format!("a length is {length}"))),
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], MalformedPayload> {
        match self.rest.split_first_chunk() {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(*bytes)
            }
            None => Err(self.malformed(&format!("{N} bytes are wanted"))),
        }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], MalformedPayload> {
        match self.rest.split_at_checked(length) {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(bytes)
            }
            None => Err(self.malformed(&format!("{length} bytes are wanted"))),
        }
    }

    fn malformed(&self, problem: &str) -> MalformedPayload {
        MalformedPayload { path: self.place.to_string(), problem: problem.to_owned(), left: self.rest.len() }
    }
}

fn text_of(bytes: &[u8]) -> Value {
    Value::String(bytes.iter().map(|byte| char::from(*byte)).collect())
}

/// The shortest number that is the same 32-bit one, so that 0.1 stays 0.1.
fn float(value: f32) -> Value {
    double(if value.is_finite() { value.to_string().parse().unwrap_or(f64::from(value)) } else { f64::from(value) })
}

/// A number, or its word where JSON has no number for it.
fn double(value: f64) -> Value {
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

#[cfg(test)]
mod tests;
