use serde::Serialize;
use serde_json::Value;
use test_probe_directives::KeyFormat;

use super::SerdesFactory;
use super::asked_record::AskedRecord;
use super::lane::LaneKey;
use super::written_with::WrittenWith;
use crate::codec::Codec;
use crate::record_name::serde_name::SerdeName;
use crate::resolve_request::Wanted;
use crate::typed_value::{Encodable, Payload};
use crate::{EncodeError, KeyTarget, ResolveRequest, SchemaPlace, SubjectNameStrategy, ValueTarget, plain_key};

impl SerdesFactory {
    /// Appends a value to `out`, framed: in the prefix form magic byte, schema id, and payload; in the header form the
    /// payload alone, and the answer is the header that goes with it. After an error `out` is as it was.
    ///
    /// The record is the one that the target names, or else the serde name of `T`, or a prost message's own.
    ///
    /// # Errors
    /// [`EncodeError::Unresolved`] when the schema is not known yet, and the other variants of [`EncodeError`].
    pub fn encode_value<T: Encodable + ?Sized>(
        &self,
        target: &ValueTarget,
        value: &T,
        out: &mut Vec<u8>,
    ) -> Result<SchemaPlace, EncodeError> {
        let record = match &target.record {
            Some(record) => Some(AskedRecord::from(record)),
            None => self.record_of(target, value.record_name())?,
        };
        self.encode(
            target,
            record,
            out,
            |with, out| value.write_payload(Payload { codec: &with.schema.codec, part: with.part }, out),
            |with, source| EncodeError::Value {
                record: with.record().to_owned(),
                id: with.id,
                subject: with.subject.to_string(),
                source,
            },
        )
    }

    /// Appends plain JSON to `out`, converted as the schema wants it, and framed as by
    /// [`encode_value`](Self::encode_value). After an error `out` is as it was.
    ///
    /// The record is the one that the target names; without a name it is the only local schema, or else the only one
    /// registered for values of the topic. See [`JsonMismatch`](crate::JsonMismatch) for what does not fit, and the
    /// crate's documentation for how JSON stands for Avro and Protobuf.
    ///
    /// # Errors
    /// [`EncodeError::Unresolved`] when the schema is not known yet, and the other variants of [`EncodeError`].
    pub fn encode_json(
        &self,
        target: &ValueTarget,
        value: &Value,
        out: &mut Vec<u8>,
    ) -> Result<SchemaPlace, EncodeError> {
        let record = target.record.as_ref().map(AskedRecord::from);
        self.encode(
            target,
            record,
            out,
            |with, out| with.schema.codec.write_json(with.part, value, out),
            |with, source| EncodeError::Json {
                record: with.record().to_owned(),
                id: with.id,
                subject: with.subject.to_string(),
                source: Box::new(source),
            },
        )
    }

    /// Appends a key to `out`: a CloudEvent framed, as its registered schema wants it, other keys as they are. After an
    /// error `out` is as it was.
    ///
    /// A key of the format `string` is a text or a number, one of `bytes` a list of bytes or a text, one of `json`
    /// anything that serde writes.
    ///
    /// # Errors
    /// [`EncodeError::Unresolved`] when the schema is not known yet, [`EncodeError::Key`] when the key is not of the
    /// format, and the other variants of [`EncodeError`].
    pub fn encode_key<K: Serialize + ?Sized>(
        &self,
        target: &KeyTarget,
        key: &K,
        out: &mut Vec<u8>,
    ) -> Result<SchemaPlace, EncodeError> {
        let start = out.len();
        let written = match target.format {
            KeyFormat::CloudEvent => return self.encode_value(&target.schema, key, out),
            KeyFormat::Text => plain_key::write_text(key, out),
            KeyFormat::Json => plain_key::write_json(key, out),
            KeyFormat::Bytes => plain_key::write_bytes(key, out),
        };
        match written {
            Ok(()) => Ok(SchemaPlace::Bytes),
            Err(found) => {
                out.truncate(start);
                Err(EncodeError::Key { topic: target.schema.topic.clone(), format: target.format, found })
            }
        }
    }

    /// The record that a value is; none where the subject, or the schema's id, says enough.
    #[inline]
    pub(super) fn record_of(
        &self,
        target: &ValueTarget,
        name: SerdeName,
    ) -> Result<Option<AskedRecord<'static>>, EncodeError> {
        match name {
            SerdeName::Record(name) => Ok(Some(AskedRecord::in_one_piece(name))),
            SerdeName::Message { package, name } => Ok(Some(AskedRecord::in_package(package, name))),
            SerdeName::Other(_)
                if target.subject.is_some()
                    || target.schema_id.is_some()
                    || self.0.settings.subject_name_strategy == SubjectNameStrategy::TopicName =>
            {
                Ok(None)
            }
            SerdeName::Other(kind) => Err(EncodeError::NoRecordName { kind, topic: target.topic.clone() }),
        }
    }

    #[inline]
    fn encode<E>(
        &self,
        target: &ValueTarget,
        record: Option<AskedRecord<'_>>,
        out: &mut Vec<u8>,
        write: impl FnOnce(&WrittenWith, &mut Vec<u8>) -> Result<(), E>,
        failed: impl FnOnce(&WrittenWith, E) -> EncodeError,
    ) -> Result<SchemaPlace, EncodeError> {
        let Some(lane) = self.0.lanes.find(target, record) else { return Err(unresolved(target, record)) };
        let (with, start) = (&lane.written, out.len());
        out.extend_from_slice(&with.prefix);
        match write(with, out) {
            Ok(()) => Ok(with.place.clone()),
            Err(error) => {
                out.truncate(start);
                Err(failed(with, error))
            }
        }
    }
}

#[cold]
fn unresolved(target: &ValueTarget, record: Option<AskedRecord<'_>>) -> EncodeError {
    EncodeError::Unresolved(ResolveRequest(Wanted::Lane(Box::new(LaneKey::new(target, record)))))
}
