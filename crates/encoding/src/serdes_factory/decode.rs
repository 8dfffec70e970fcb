use serde::de::DeserializeOwned;
use serde_json::Value;
use test_probe_directives::{Format, KeyFormat};

use super::SerdesFactory;
use super::asked_record::AskedRecord;
use super::loaded::LoadedSchema;
use crate::codec::{Codec, Part};
use crate::record_name::serde_name::SerdeName;
use crate::record_name::simple_name;
use crate::resolve_request::Wanted;
use crate::typed_value::{Decodable, Payload};
use crate::{
    CloudEvent, DecodeError, Frame, Framed, MalformedPayload, RecordName, ResolveRequest, SchemaIdentity, plain_key,
};

impl SerdesFactory {
    /// Reads a framed value as a type of its own, in either wire form. A struct must be called as the record is, full or
    /// simple, and a prost message in full; what is no struct takes any record. Of an Avro union that is an enum of the
    /// records, or a map of the fields.
    ///
    /// # Errors
    /// [`DecodeError::Unresolved`] when the schema is not known yet, [`DecodeError::WrongRecord`] when the bytes hold
    /// another record, and the other variants of [`DecodeError`].
    pub fn decode_value<'a, T: Decodable>(&self, framed: impl Into<Framed<'a>>) -> Result<T, DecodeError> {
        self.decode(framed.into(), read)
    }

    /// Reads a framed value as plain JSON: unions without the names of their branches, and what JSON does not have as
    /// the crate's documentation says.
    ///
    /// # Errors
    /// [`DecodeError::Unresolved`] when the schema is not known yet, [`DecodeError::Payload`] with the place where the
    /// bytes make no sense, and the other variants of [`DecodeError`].
    pub fn decode_value_json<'a>(&self, framed: impl Into<Framed<'a>>) -> Result<Value, DecodeError> {
        self.decode(framed.into(), read_json)
    }

    /// Reads a key of a topic whose keys are of `format`: a CloudEvent by the schema in its frame, other keys as they
    /// are.
    ///
    /// # Errors
    /// [`DecodeError::Unresolved`] when the schema is not known yet, [`DecodeError::Key`] when the key is not of the
    /// format, and the other variants of [`DecodeError`].
    pub fn decode_key<'a, K: DeserializeOwned>(
        &self,
        format: KeyFormat,
        framed: impl Into<Framed<'a>>,
    ) -> Result<K, DecodeError> {
        let framed = framed.into();
        let bytes = framed.bytes();
        match format {
            KeyFormat::CloudEvent => return self.decode_value(framed),
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
    pub fn decode_key_json<'a>(&self, format: KeyFormat, framed: impl Into<Framed<'a>>) -> Result<Value, DecodeError> {
        let framed = framed.into();
        match format {
            KeyFormat::CloudEvent => self.decode_value_json(framed),
            KeyFormat::Text | KeyFormat::Json => self.decode_key(format, framed),
            KeyFormat::Bytes => Ok(Value::String(framed.bytes().iter().map(|byte| char::from(*byte)).collect())),
        }
    }

    /// Reads a CloudEvent key. Missing fields are filled as [`CloudEvent`] says, a missing time with the clock's.
    ///
    /// # Errors
    /// Those of [`decode_value`](Self::decode_value).
    pub fn decode_cloud_event<'a>(&self, framed: impl Into<Framed<'a>>) -> Result<CloudEvent, DecodeError> {
        let mut event: CloudEvent = self.decode_value(framed)?;
        if event.time.is_empty() {
            event.time = self.0.clock.now().to_string();
        }
        Ok(event)
    }

    /// The names of what framed bytes hold, the closest first: of the branch of a union or of a `oneOf`, and of the schema
    /// as a whole.
    ///
    /// # Errors
    /// [`DecodeError::Frame`] and [`DecodeError::Unresolved`].
    pub fn record_names_of<'a>(&self, framed: impl Into<Framed<'a>>) -> Result<Vec<RecordName>, DecodeError> {
        self.with_schema(framed.into(), |schema, part, payload| {
            let codec = &schema.codec;
            let closest = codec.record(codec.exact_part(part, payload));
            let whole = codec.record(codec.widest_part(part)).filter(|whole| Some(*whole) != closest);
            Ok(closest.into_iter().chain(whole).cloned().collect())
        })
    }

    /// The full name of the record that framed bytes hold; nothing when their schema describes no record.
    ///
    /// # Errors
    /// [`DecodeError::Frame`] and [`DecodeError::Unresolved`].
    pub fn record_name_of<'a>(&self, framed: impl Into<Framed<'a>>) -> Result<Option<RecordName>, DecodeError> {
        self.with_schema(framed.into(), |schema, part, payload| {
            let part = schema.codec.exact_part(part, payload);
            Ok(schema.codec.record(part).cloned())
        })
    }

    /// The format of the schema that framed bytes were written with.
    ///
    /// # Errors
    /// [`DecodeError::Frame`] and [`DecodeError::Unresolved`].
    pub fn format_of<'a>(&self, framed: impl Into<Framed<'a>>) -> Result<Format, DecodeError> {
        self.with_schema(framed.into(), |schema, _, _| Ok(schema.codec.format()))
    }

    /// What the schema is called that framed bytes were written with.
    ///
    /// # Errors
    /// [`DecodeError::Frame`].
    pub fn schema_of<'a>(&self, framed: impl Into<Framed<'a>>) -> Result<SchemaIdentity, DecodeError> {
        Ok(Frame::parse(framed)?.schema)
    }

    /// Checks that a value is what its schema allows, beyond being readable: a document against its JSON Schema.
    ///
    /// # Errors
    /// [`DecodeError::Invalid`] with the place and the rule, and those of
    /// [`decode_value_json`](Self::decode_value_json).
    pub fn validate_value<'a>(&self, framed: impl Into<Framed<'a>>) -> Result<(), DecodeError> {
        self.decode(framed.into(), |schema, part, payload| {
            let value = read_json(schema, part, payload)?;
            schema.codec.validate(&value).map_err(|source| DecodeError::Invalid {
                record: schema.record(part).to_owned(),
                schema: schema.identity,
                source: Box::new(source),
            })
        })
    }

    #[inline]
    fn decode<R>(
        &self,
        framed: Framed<'_>,
        read: impl FnOnce(&LoadedSchema, Part, &mut &[u8]) -> Result<R, DecodeError>,
    ) -> Result<R, DecodeError> {
        self.with_schema(framed, |schema, part, mut payload| {
            let value = read(schema, part, &mut payload);
            if value.is_ok() && !payload.is_empty() {
                return Err(left_over(schema, part, payload));
            }
            value
        })
    }

    #[inline]
    pub(super) fn with_schema<R>(
        &self,
        framed: Framed<'_>,
        work: impl FnOnce(&LoadedSchema, Part, &[u8]) -> Result<R, DecodeError>,
    ) -> Result<R, DecodeError> {
        let Frame { schema: identity, header_rest, mut payload } = Frame::parse(framed)?;
        let Some(schema) = self.0.loaded.find(identity) else { return Err(unresolved(identity)) };
        match schema.codec.open(header_rest, &mut payload) {
            Ok(part) => work(&schema, part, payload),
            Err(source) => Err(damaged(&schema, Part::WHOLE, source)),
        }
    }
}

#[cold]
fn unresolved(identity: SchemaIdentity) -> DecodeError {
    DecodeError::Unresolved(ResolveRequest(Wanted::Schema(identity)))
}

#[cold]
fn damaged(schema: &LoadedSchema, part: Part, source: MalformedPayload) -> DecodeError {
    DecodeError::Payload { record: schema.record(part).to_owned(), schema: schema.identity, source }
}

#[cold]
fn left_over(schema: &LoadedSchema, part: Part, rest: &[u8]) -> DecodeError {
    DecodeError::LeftOver { record: schema.record(part).to_owned(), schema: schema.identity, bytes: rest.len() }
}

/// Reads a type from the front of a payload.
#[inline]
pub(super) fn read<T: Decodable>(schema: &LoadedSchema, part: Part, payload: &mut &[u8]) -> Result<T, DecodeError> {
    let part = part_for::<T>(schema, part, payload)?;
    T::read_payload(Payload { codec: &schema.codec, part }, payload, |source| DecodeError::Value {
        record: schema.record(part).to_owned(),
        schema: schema.identity,
        source,
    })
}

/// Reads plain JSON from the front of a payload.
pub(super) fn read_json(schema: &LoadedSchema, part: Part, payload: &mut &[u8]) -> Result<Value, DecodeError> {
    schema.codec.read_json(part, payload).map_err(|source| damaged(schema, part, source))
}

/// Refuses what is left of a payload that was read.
#[inline]
pub(super) fn all_read(schema: &LoadedSchema, part: Part, rest: &[u8]) -> Result<(), DecodeError> {
    if rest.is_empty() { Ok(()) } else { Err(left_over(schema, part, rest)) }
}

/// The part to read a type from. A struct that is called otherwise than the record is refused; name spaces are not
/// compared, since a serde name seldom has one, but those of messages are.
#[inline]
fn part_for<T: Decodable>(schema: &LoadedSchema, part: Part, payload: &[u8]) -> Result<Part, DecodeError> {
    let asked = T::record_name_of_type();
    let fits = |part| match (asked, schema.codec.record(part)) {
        // Nearly always the names are equal as they are, and no dot needs to be looked for.
        (SerdeName::Record(asked), Some(found)) => asked == found.simple() || simple_name(asked) == found.simple(),
        (SerdeName::Message { package, name }, Some(found)) => AskedRecord::in_package(package, name) == *found,
        _ => true,
    };
    if matches!(asked, SerdeName::Other(_)) {
        return Ok(schema.codec.widest_part(part));
    }
    if fits(part) {
        return Ok(part);
    }
    let exact = schema.codec.exact_part(part, payload);
    if exact != part && fits(exact) {
        return Ok(exact);
    }
    Err(wrong_record(asked, schema, exact))
}

#[cold]
fn wrong_record(asked: SerdeName, schema: &LoadedSchema, found: Part) -> DecodeError {
    let asked = match asked {
        SerdeName::Record(asked) | SerdeName::Other(asked) => asked.to_owned(),
        SerdeName::Message { package, name } => AskedRecord::in_package(package, name).to_string(),
    };
    DecodeError::WrongRecord { asked, found: schema.record(found).to_owned(), schema: schema.identity }
}
