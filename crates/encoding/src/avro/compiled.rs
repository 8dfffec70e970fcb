use apache_avro::schema::{ResolvedSchema, Schema};
use apache_avro::writer::datum::GenericDatumWriter;
use self_cell::self_cell;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::layout::Layout;
use super::serde_reader::{self, Failure, MAX_DEPTH};
use super::{json_reader, json_writer};
use crate::codec::BoxError;
use crate::json::{JsonMismatch, MalformedPayload};

/// A schema together with what is made of it: its writer and its names, which borrow it, and its layout for the reader.
pub(super) struct Compiled {
    cell: Cell,
    layout: Layout,
}

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
    resolved: ResolvedSchema<'s>,
}

impl Compiled {
    pub(super) fn new(schema: Schema) -> Result<Self, BoxError> {
        let cell = Cell::try_new(schema, |schema| {
            Ok::<_, BoxError>(Machinery {
                writer: GenericDatumWriter::builder(schema).human_readable(false).build()?,
                resolved: ResolvedSchema::new(schema)?,
            })
        })?;
        let layout = cell.with_dependent(|schema, machinery| Layout::new(schema, machinery.resolved.get_names()))?;
        Ok(Self { cell, layout })
    }

    pub(super) fn schema(&self) -> &Schema {
        self.cell.borrow_owner()
    }

    pub(super) fn write<T: Serialize + ?Sized>(&self, value: &T, out: &mut Vec<u8>) -> Result<(), BoxError> {
        self.cell.with_dependent(|_, machinery| machinery.writer.write_ser(out, &value))?;
        Ok(())
    }

    /// Refuses a payload whose lengths, counts or depth cannot be followed to the end of one value.
    pub(super) fn check(&self, payload: &[u8]) -> Result<(), MalformedPayload> {
        serde_reader::follow(&self.layout, payload).map_err(|failure| match failure {
            Failure::Other(error) => error.into_malformed(),
            Failure::TooDeep { left } => self.too_deep(payload, left),
        })
    }

    #[inline]
    pub(super) fn read<T: DeserializeOwned>(&self, payload: &mut &[u8]) -> Result<T, BoxError> {
        let whole = *payload;
        serde_reader::read(&self.layout, payload, |failure| self.explain(failure, whole))
    }

    #[cold]
    fn explain(&self, failure: Failure, payload: &[u8]) -> BoxError {
        match failure {
            Failure::Other(error) => error.into_boxed(),
            Failure::TooDeep { left } => self.too_deep(payload, left).into(),
        }
    }

    /// What is too deep for a type may still be read as JSON, or be damaged further on.
    #[cold]
    fn too_deep(&self, payload: &[u8], left: usize) -> MalformedPayload {
        self.read_json(&mut { payload }).err().unwrap_or_else(|| MalformedPayload {
            path: "$".to_owned(),
            problem: format!(
                "objects and lists lie more than {MAX_DEPTH} deep in one another; it can only be read as JSON"
            ),
            left,
        })
    }

    pub(super) fn write_json(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), JsonMismatch> {
        self.cell
            .with_dependent(|schema, machinery| json_writer::write(schema, machinery.resolved.get_names(), value, out))
    }

    pub(super) fn read_json(&self, payload: &mut &[u8]) -> Result<Value, MalformedPayload> {
        self.cell.with_dependent(|schema, machinery| json_reader::read(schema, machinery.resolved.get_names(), payload))
    }
}
