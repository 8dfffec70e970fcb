use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::schema::{ResolvedSchema, Schema};
use apache_avro::writer::datum::GenericDatumWriter;
use self_cell::self_cell;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{json_reader, json_writer, skim};
use crate::codec::BoxError;
use crate::json::{JsonMismatch, MalformedPayload};

/// A schema together with what borrows it: its writer, its reader, and its names.
pub(super) struct Compiled(Cell);

self_cell!(
    struct Cell {
        owner: Schema,

        #[not_covariant]
        dependent: Machinery,
    }
);

/// What borrows the schema.
struct Machinery<'s> {
    writer: GenericDatumWriter<'s>,
    reader: GenericDatumReader<'s>,
    resolved: ResolvedSchema<'s>,
}

impl Compiled {
    pub(super) fn new(schema: Schema) -> Result<Self, BoxError> {
        let cell = Cell::try_new(schema, |schema| {
            Ok::<_, apache_avro::Error>(Machinery {
                writer: GenericDatumWriter::builder(schema).human_readable(false).build()?,
                reader: GenericDatumReader::builder(schema).human_readable(false).build()?,
                resolved: ResolvedSchema::new(schema)?,
            })
        })?;
        Ok(Self(cell))
    }

    pub(super) fn schema(&self) -> &Schema {
        self.0.borrow_owner()
    }

    pub(super) fn write<T: Serialize + ?Sized>(&self, value: &T, out: &mut Vec<u8>) -> Result<(), BoxError> {
        self.0.with_dependent(|_, machinery| machinery.writer.write_ser(out, &value))?;
        Ok(())
    }

    /// Refuses a payload that would cost more than it is worth.
    pub(super) fn check(&self, payload: &[u8]) -> Result<(), MalformedPayload> {
        self.0.with_dependent(|schema, machinery| skim::follow(schema, machinery.resolved.get_names(), payload))
    }

    /// Reads a payload that was [checked](Self::check).
    pub(super) fn read<T: DeserializeOwned>(&self, payload: &mut &[u8]) -> Result<T, BoxError> {
        Ok(self.0.with_dependent(|_, machinery| machinery.reader.read_deser(payload))?)
    }

    pub(super) fn write_json(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), JsonMismatch> {
        self.0
            .with_dependent(|schema, machinery| json_writer::write(schema, machinery.resolved.get_names(), value, out))
    }

    pub(super) fn read_json(&self, payload: &mut &[u8]) -> Result<Value, MalformedPayload> {
        self.0.with_dependent(|schema, machinery| json_reader::read(schema, machinery.resolved.get_names(), payload))
    }
}
