use serde::de::DeserializeOwned;
use serde_json::Value;
use test_probe_directives::KeyFormat;

use super::SerdesFactory;
use super::loaded::LoadedSchema;
use crate::codec::Codec;
use crate::record_name::serde_name::{self, SerdeName};
use crate::record_name::simple_name;
use crate::resolve_request::Wanted;
use crate::{CloudEvent, DecodeError, Frame, RecordName, ResolveRequest, SchemaId, plain_key};

impl SerdesFactory {
    /// Reads a framed value as a type of its own. A struct must be called as the record is, full or simple; what is no
    /// struct takes any record.
    ///
    /// # Errors
    /// [`DecodeError::Unresolved`] when the schema is not known yet, [`DecodeError::WrongRecord`] when the bytes hold
    /// another record, and the other variants of [`DecodeError`].
    pub fn decode_value<T: DeserializeOwned>(&self, bytes: &[u8]) -> Result<T, DecodeError> {
        self.decode(bytes, |schema, payload| {
            check_record::<T>(schema)?;
            schema.codec.read(payload).map_err(|source| DecodeError::Value {
                record: schema.record().to_owned(),
                id: schema.id,
                source,
            })
        })
    }

    /// Reads a framed value as plain JSON: unions without the names of their branches, and what JSON does not have as
    /// the crate's documentation says.
    ///
    /// # Errors
    /// [`DecodeError::Unresolved`] when the schema is not known yet, [`DecodeError::Payload`] with the place where the
    /// bytes make no sense, and the other variants of [`DecodeError`].
    pub fn decode_value_json(&self, bytes: &[u8]) -> Result<Value, DecodeError> {
        self.decode(bytes, |schema, payload| {
            schema.codec.read_json(payload).map_err(|source| DecodeError::Payload {
                record: schema.record().to_owned(),
                id: schema.id,
                source,
            })
        })
    }

    /// Reads a key of a topic whose keys are of `format`: a CloudEvent by the schema in its frame, other keys as they
    /// are.
    ///
    /// # Errors
    /// [`DecodeError::Unresolved`] when the schema is not known yet, [`DecodeError::Key`] when the key is not of the
    /// format, and the other variants of [`DecodeError`].
    pub fn decode_key<K: DeserializeOwned>(&self, format: KeyFormat, bytes: &[u8]) -> Result<K, DecodeError> {
        match format {
            KeyFormat::CloudEvent => return self.decode_value(bytes),
            KeyFormat::Text => plain_key::read_text(bytes),
            KeyFormat::Json => plain_key::read_json(bytes),
            KeyFormat::Bytes => plain_key::read_bytes(bytes),
        }
        .map_err(|source| DecodeError::Key { format, source })
    }

    /// Reads a key as plain JSON: a CloudEvent as an object, `string` as text, `json` as it is, and `bytes` as text of
    /// one character a byte.
    ///
    /// # Errors
    /// Those of [`decode_key`](Self::decode_key).
    pub fn decode_key_json(&self, format: KeyFormat, bytes: &[u8]) -> Result<Value, DecodeError> {
        match format {
            KeyFormat::CloudEvent => self.decode_value_json(bytes),
            KeyFormat::Text | KeyFormat::Json => self.decode_key(format, bytes),
            KeyFormat::Bytes => Ok(Value::String(bytes.iter().map(|byte| char::from(*byte)).collect())),
        }
    }

    /// Reads a CloudEvent key. Missing fields are filled as [`CloudEvent`] says, a missing time with the clock's.
    ///
    /// # Errors
    /// Those of [`decode_value`](Self::decode_value).
    pub fn decode_cloud_event(&self, bytes: &[u8]) -> Result<CloudEvent, DecodeError> {
        let mut event: CloudEvent = self.decode_value(bytes)?;
        if event.time.is_empty() {
            event.time = self.0.clock.now().to_string();
        }
        Ok(event)
    }

    /// The full name of the record that framed bytes hold; nothing when their schema describes no record.
    ///
    /// # Errors
    /// [`DecodeError::Frame`] and [`DecodeError::Unresolved`].
    pub fn record_name_of(&self, bytes: &[u8]) -> Result<Option<RecordName>, DecodeError> {
        self.with_schema(bytes, |schema, _| Ok(schema.codec.record().cloned()))
    }

    /// The id of the schema that framed bytes were written with.
    ///
    /// # Errors
    /// [`DecodeError::Frame`].
    pub fn schema_id_of(&self, bytes: &[u8]) -> Result<SchemaId, DecodeError> {
        Ok(Frame::parse(bytes)?.schema_id)
    }

    #[inline]
    fn decode<R>(
        &self,
        bytes: &[u8],
        read: impl FnOnce(&LoadedSchema, &mut &[u8]) -> Result<R, DecodeError>,
    ) -> Result<R, DecodeError> {
        self.with_schema(bytes, |schema, mut payload| {
            let value = read(schema, &mut payload)?;
            if payload.is_empty() {
                Ok(value)
            } else {
                Err(DecodeError::LeftOver { record: schema.record().to_owned(), id: schema.id, bytes: payload.len() })
            }
        })
    }

    #[inline]
    fn with_schema<R>(
        &self,
        bytes: &[u8],
        work: impl FnOnce(&LoadedSchema, &[u8]) -> Result<R, DecodeError>,
    ) -> Result<R, DecodeError> {
        let Frame { schema_id, payload } = Frame::parse(bytes)?;
        self.0
            .loaded
            .with(schema_id, |schema| work(schema, payload))
            .unwrap_or_else(|| Err(DecodeError::Unresolved(ResolveRequest(Wanted::Id(schema_id)))))
    }
}

/// Refuses a struct that is called otherwise than the record. Name spaces are not compared, since a serde name seldom
/// has one.
fn check_record<T: DeserializeOwned>(schema: &LoadedSchema) -> Result<(), DecodeError> {
    match (serde_name::of_type::<T>(), schema.codec.record()) {
        // Nearly always the names are equal as they are, and no dot needs to be looked for.
        (SerdeName::Record(asked), Some(found)) if asked != found.simple() && simple_name(asked) != found.simple() => {
            Err(DecodeError::WrongRecord { asked: asked.to_owned(), found: found.to_string(), id: schema.id })
        }
        _ => Ok(()),
    }
}
