mod aliases;
mod binary;
mod compiled;
mod decimal;
mod describe;
mod json_reader;
mod json_writer;
mod layout;
mod plain_bytes;
mod projection;
mod serde_reader;

use std::collections::HashMap;

use apache_avro::schema::{ResolvedSchema, Schema};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use self::compiled::Compiled;
pub(crate) use self::projection::Projection;
use crate::RecordName;
use crate::codec::{BoxError, Codec, Dependency, Part};
use crate::json::{JsonMismatch, MalformedPayload};

/// The writers and readers of one Avro schema, built once: resolving a schema costs far more than writing with it.
///
/// The branches of a union are parts of their own, so that a record is written and read by its name and never by which
/// branch it happens to fit.
pub(crate) struct AvroCodec {
    whole: Compiled,
    record: Option<RecordName>,
    branches: Vec<Branch>,
    /// Whether the schema is plain bytes, which stand for themselves.
    is_plain_bytes: bool,
}

/// A branch of a schema that is a union.
struct Branch {
    schema: Compiled,
    record: Option<RecordName>,
}

impl AvroCodec {
    /// Builds the codec of a schema's text and of those whose types it names.
    ///
    /// # Errors
    /// What the Avro library says about the texts.
    pub(crate) fn parse(text: &str, dependencies: &[Dependency]) -> Result<Self, BoxError> {
        let texts = dependencies.iter().map(|dependency| &*dependency.text);
        let (mut schema, others) = Schema::parse_str_with_list(text, texts)?;
        if !others.is_empty() {
            schema.denormalize(&named_in(&others)?)?;
        }
        Self::new(schema)
    }

    /// Builds the codec of a schema.
    ///
    /// # Errors
    /// What the Avro library says about the schema.
    pub(crate) fn new(schema: Schema) -> Result<Self, BoxError> {
        let branches = match &schema {
            Schema::Union(union) => {
                let named = named_in(std::slice::from_ref(&schema))?;
                union.variants().iter().map(|branch| Branch::new(branch, &named)).collect::<Result<_, _>>()?
            }
            _ => Vec::new(),
        };
        let is_plain_bytes = matches!(schema, Schema::Bytes);
        Ok(Self { record: record_name(&schema), branches, is_plain_bytes, whole: Compiled::new(schema)? })
    }

    /// The branch that is a part; nothing for the whole.
    #[inline]
    fn branch(&self, part: Part) -> Option<(usize, &Branch)> {
        let index = usize::try_from(part.0).ok()?.checked_sub(1)?;
        self.branches.get(index).map(|branch| (index, branch))
    }
}

impl Branch {
    fn new(branch: &Schema, named: &[Schema]) -> Result<Self, BoxError> {
        let mut schema = branch.clone();
        schema.denormalize(named)?;
        Ok(Self { record: record_name(&schema), schema: Compiled::new(schema)? })
    }
}

fn record_name(schema: &Schema) -> Option<RecordName> {
    schema.name().map(|name| RecordName::new(name.to_string()))
}

/// All types that schemas define, those inside others too.
fn named_in(schemas: &[Schema]) -> Result<Vec<Schema>, BoxError> {
    let resolved = ResolvedSchema::new_with_schemata(schemas.iter().collect())?;
    let named: HashMap<_, _> = resolved.get_names().iter().collect();
    Ok(named.into_values().map(|schema| (*schema).clone()).collect())
}

fn part_at(index: usize) -> Part {
    u32::try_from(index + 1).map_or(Part::WHOLE, Part)
}

impl Codec for AvroCodec {
    fn records(&self) -> Vec<&RecordName> {
        self.record.iter().chain(self.branches.iter().filter_map(|branch| branch.record.as_ref())).collect()
    }

    fn part_of(&self, record: &str) -> Option<Part> {
        let is_called = |own: &RecordName| own.as_str() == record || own.simple() == record;
        if self.record.as_ref().is_some_and(is_called) {
            return Some(Part::WHOLE);
        }
        let mut called = self.branches.iter().enumerate().filter_map(|(index, branch)| {
            branch.record.as_ref().filter(|own| is_called(own)).map(|own| (part_at(index), own.as_str() == record))
        });
        let first = called.next()?;
        match called.next() {
            None => Some(first.0),
            // Two of one simple name, in different name spaces: only the full name tells them apart.
            Some(second) => {
                [first, second].into_iter().chain(called).find(|(_, in_full)| *in_full).map(|(part, _)| part)
            }
        }
    }

    #[inline]
    fn part_in(&self, mut payload: &[u8]) -> Part {
        if self.branches.is_empty() {
            return Part::WHOLE;
        }
        let index = binary::read_long(&mut payload).and_then(|index| usize::try_from(index).ok());
        index.filter(|index| *index < self.branches.len()).map_or(Part::WHOLE, part_at)
    }

    #[inline]
    fn record(&self, part: Part) -> Option<&RecordName> {
        match self.branch(part) {
            None => self.record.as_ref(),
            Some((_, branch)) => branch.record.as_ref(),
        }
    }

    fn write<T: Serialize + ?Sized>(&self, part: Part, value: &T, out: &mut Vec<u8>) -> Result<(), BoxError> {
        match self.branch(part) {
            None if self.is_plain_bytes => plain_bytes::without_length(out, |out| self.whole.write(value, out)),
            None => self.whole.write(value, out),
            Some((index, branch)) => {
                write_index(index, out);
                branch.schema.write(value, out)
            }
        }
    }

    #[inline]
    fn read<T: DeserializeOwned>(&self, part: Part, payload: &mut &[u8]) -> Result<T, BoxError> {
        if self.is_plain_bytes {
            return plain_bytes::with_length(payload, |payload| self.whole.read(payload));
        }
        let schema = match self.branch(part) {
            None => &self.whole,
            Some((_, branch)) => {
                binary::read_long(payload);
                &branch.schema
            }
        };
        schema.read(payload)
    }

    fn write_json(&self, part: Part, value: &Value, out: &mut Vec<u8>) -> Result<(), JsonMismatch> {
        match self.branch(part) {
            None if self.is_plain_bytes => plain_bytes::without_length(out, |out| self.whole.write_json(value, out)),
            None => self.whole.write_json(value, out),
            Some((index, branch)) => {
                write_index(index, out);
                branch.schema.write_json(value, out)
            }
        }
    }

    fn read_json(&self, _: Part, payload: &mut &[u8]) -> Result<Value, MalformedPayload> {
        if self.is_plain_bytes {
            return plain_bytes::with_length(payload, |payload| self.whole.read_json(payload));
        }
        self.whole.read_json(payload)
    }
}

fn write_index(index: usize, out: &mut Vec<u8>) {
    binary::write_long(i64::try_from(index).unwrap_or(i64::MAX), out);
}

#[cfg(test)]
mod tests;
