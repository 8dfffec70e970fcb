mod scalar;
mod text_forms;
mod union;

use apache_avro::schema::{NamesRef, RecordField, RecordSchema, Schema};
use serde_json::{Map, Value};
use test_probe_directives::nearest;

use super::binary;
use super::describe::describe;
use crate::json::{JsonMismatch, JsonProblem, MAX_DEPTH, Place, Segment};
use scalar::Scalar;

/// Appends `value` to `out` in Avro's binary encoding, as `schema` wants it.
///
/// Unions take plain JSON, for which the branch is chosen by the value's type, and the form of Avro's own JSON
/// encoding, `{"string": "x"}`, which says the branch. The order of a map's entries is the document's.
///
/// # Errors
/// [`JsonMismatch`] at the first place that does not fit. What `out` holds then is of no use.
pub(super) fn write(
    schema: &Schema,
    names: &NamesRef<'_>,
    value: &Value,
    out: &mut Vec<u8>,
) -> Result<(), JsonMismatch> {
    Writer { names, out, place: Place::default(), defaults: false }.write(schema, value)
}

struct Writer<'a> {
    names: &'a NamesRef<'a>,
    out: &'a mut Vec<u8>,
    place: Place<'a>,
    /// Whether the value is a field's default from the schema, for which the specification knows one form only.
    defaults: bool,
}

impl<'a> Writer<'a> {
    fn write(&mut self, schema: &'a Schema, value: &'a Value) -> Result<(), JsonMismatch> {
        if self.place.depth() > MAX_DEPTH {
            return Err(self.problem(JsonProblem::TooDeep { limit: MAX_DEPTH }));
        }
        match (self.resolve(schema), value) {
            (Schema::Union(union), value) => self.union(union, value),
            (Schema::Record(record), Value::Object(members)) => self.record(record, members),
            (Schema::Array(array), Value::Array(items)) => self.array(&array.items, items),
            (Schema::Map(map), Value::Object(members)) => self.map(&map.types, members),
            (schema, value) => match scalar::read(schema, value, self.defaults) {
                Some(scalar) => {
                    scalar.write(self.out);
                    Ok(())
                }
                None => Err(self.problem(JsonProblem::does_not_fit(value, describe(schema)))),
            },
        }
    }

    /// The schema itself, where the schema is the name of one.
    fn resolve(&self, schema: &'a Schema) -> &'a Schema {
        match schema {
            Schema::Ref { name } => self.names.get(name).copied().unwrap_or(schema),
            schema => schema,
        }
    }

    fn record(&mut self, record: &'a RecordSchema, members: &'a Map<String, Value>) -> Result<(), JsonMismatch> {
        if let Some(unknown) = members.keys().find(|name| !record.fields.iter().any(|field| field.name == **name)) {
            return Err(self.problem(JsonProblem::UnknownField {
                field: unknown.clone(),
                record: record.name.to_string(),
                nearest: nearest(unknown, record.fields.iter().map(|field| field.name.as_str())).map(str::to_owned),
            }));
        }
        for field in &record.fields {
            match (members.get(&field.name), &field.default) {
                (Some(value), _) => self.inside(Segment::Name(&field.name), &field.schema, value)?,
                (None, Some(default)) => self.default(field, default)?,
                (None, None) => {
                    return Err(self.problem(JsonProblem::MissingField {
                        field: field.name.clone(),
                        record: record.name.to_string(),
                        nullable: field.is_nullable(),
                    }));
                }
            }
        }
        Ok(())
    }

    fn default(&mut self, field: &'a RecordField, default: &'a Value) -> Result<(), JsonMismatch> {
        let outer = std::mem::replace(&mut self.defaults, true);
        let written = self.inside(Segment::Name(&field.name), &field.schema, default);
        self.defaults = outer;
        written
    }

    fn array(&mut self, items: &'a Schema, values: &'a [Value]) -> Result<(), JsonMismatch> {
        self.block(values.len());
        for (index, value) in values.iter().enumerate() {
            self.inside(Segment::Index(index), items, value)?;
        }
        Scalar::Long(0).write(self.out);
        Ok(())
    }

    fn map(&mut self, types: &'a Schema, members: &'a Map<String, Value>) -> Result<(), JsonMismatch> {
        self.block(members.len());
        for (name, value) in members {
            binary::write_bytes(name.as_bytes(), self.out);
            self.inside(Segment::Name(name), types, value)?;
        }
        Scalar::Long(0).write(self.out);
        Ok(())
    }

    /// The head of the one block that all items are in; a block of none would be the end.
    fn block(&mut self, items: usize) {
        if items > 0 {
            binary::write_long(i64::try_from(items).unwrap_or(i64::MAX), self.out);
        }
    }

    fn inside(&mut self, segment: Segment<'a>, schema: &'a Schema, value: &'a Value) -> Result<(), JsonMismatch> {
        self.place.enter(segment);
        let written = self.write(schema, value);
        self.place.leave();
        written
    }

    fn problem(&self, problem: JsonProblem) -> JsonMismatch {
        JsonMismatch::new(&self.place, problem)
    }
}

#[cfg(test)]
mod tests;
