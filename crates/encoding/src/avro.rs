mod binary;
mod decimal;
mod describe;
mod json_mismatch;
mod json_reader;
mod json_writer;
mod place;
mod simple_struct_name;
mod skim;

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::schema::{ResolvedSchema, Schema};
use apache_avro::writer::datum::GenericDatumWriter;
use self_cell::self_cell;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use json_mismatch::{JsonMismatch, JsonProblem};
pub use json_reader::MalformedPayload;

use self::simple_struct_name::SimpleStructName;
use crate::RecordName;
use crate::codec::{BoxError, Codec};
use crate::record_name::serde_name::{SerdeName, of_type};

/// The writer and the reader of one Avro schema, built once: resolving a schema costs far more than writing with it.
pub(crate) struct AvroCodec {
    compiled: Compiled,
    record: Option<RecordName>,
}

self_cell!(
    struct Compiled {
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

impl AvroCodec {
    /// Builds the codec of a schema's text.
    ///
    /// # Errors
    /// What the Avro library says about the text.
    pub(crate) fn parse(text: &str) -> Result<Self, BoxError> {
        Self::new(Schema::parse_str(text)?)
    }

    /// Builds the codec of a schema.
    ///
    /// # Errors
    /// What the Avro library says about the schema.
    pub(crate) fn new(schema: Schema) -> Result<Self, BoxError> {
        let record = schema.name().map(|name| RecordName::new(name.to_string()));
        let compiled = Compiled::try_new(schema, |schema| {
            Ok::<_, apache_avro::Error>(Machinery {
                writer: GenericDatumWriter::builder(schema).human_readable(false).build()?,
                reader: GenericDatumReader::builder(schema).human_readable(false).build()?,
                resolved: ResolvedSchema::new(schema)?,
            })
        })?;
        Ok(Self { compiled, record })
    }
}

impl Codec for AvroCodec {
    fn record(&self) -> Option<&RecordName> {
        self.record.as_ref()
    }

    fn write<T: Serialize + ?Sized>(&self, value: &T, out: &mut Vec<u8>) -> Result<(), BoxError> {
        self.compiled.with_dependent(|_, machinery| machinery.writer.write_ser(out, &value))?;
        Ok(())
    }

    fn read<T: DeserializeOwned>(&self, payload: &mut &[u8]) -> Result<T, BoxError> {
        // The library compares a struct's name with the record's simple name only.
        let simple = self.record.as_ref().map_or("", RecordName::simple);
        let dotted = matches!(of_type::<T>(), SerdeName::Record(name) if name != simple && name.contains('.'));
        self.compiled.with_dependent(|schema, machinery| {
            skim::follow(schema, machinery.resolved.get_names(), payload)?;
            Ok(if dotted {
                machinery.reader.read_deser(payload).map(|SimpleStructName(value)| value)
            } else {
                machinery.reader.read_deser(payload)
            }?)
        })
    }

    fn write_json(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), JsonMismatch> {
        self.compiled
            .with_dependent(|schema, machinery| json_writer::write(schema, machinery.resolved.get_names(), value, out))
    }

    fn read_json(&self, payload: &mut &[u8]) -> Result<Value, MalformedPayload> {
        self.compiled
            .with_dependent(|schema, machinery| json_reader::read(schema, machinery.resolved.get_names(), payload))
    }
}

#[cfg(test)]
mod tests;
