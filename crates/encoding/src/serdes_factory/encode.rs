use serde::Serialize;
use serde_json::Value;
use test_probe_directives::KeyFormat;

use super::SerdesFactory;
use super::lane::{Lane, LaneKey};
use crate::codec::Codec;
use crate::record_name::serde_name::{self, SerdeName};
use crate::resolve_request::Wanted;
use crate::{EncodeError, Frame, KeyTarget, RecordName, ResolveRequest, ValueTarget, plain_key};

impl SerdesFactory {
    /// Appends a value to `out`, framed: magic byte, schema id, payload. After an error `out` is as it was.
    ///
    /// The record is the one that the target names, or else the serde name of `T`.
    ///
    /// # Errors
    /// [`EncodeError::Unresolved`] when the schema is not known yet, and the other variants of [`EncodeError`].
    pub fn encode_value<T: Serialize + ?Sized>(
        &self,
        target: &ValueTarget,
        value: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        let record = match (&target.record, serde_name_where_needed(target, value)) {
            (Some(record), _) => Some(record.as_str()),
            (None, SerdeName::Record(name)) => Some(name),
            (None, SerdeName::Other(_)) if target.subject.is_some() => None,
            (None, SerdeName::Other(kind)) => {
                return Err(EncodeError::NoRecordName { kind, topic: target.topic.clone() });
            }
        };
        self.encode(target, record, out, |lane, out| {
            lane.schema.codec.write(value, out).map_err(|source| EncodeError::Value {
                record: lane.schema.record().to_owned(),
                id: lane.schema.id,
                subject: lane.subject.to_string(),
                source,
            })
        })
    }

    /// Appends plain JSON to `out`, converted as the schema wants it, and framed. After an error `out` is as it was.
    ///
    /// The record is the one that the target names; without a name it is the only local schema, or else the only one
    /// registered for values of the topic. See [`JsonMismatch`](crate::JsonMismatch) for what does not fit, and the
    /// crate's documentation for how JSON stands for Avro.
    ///
    /// # Errors
    /// [`EncodeError::Unresolved`] when the schema is not known yet, and the other variants of [`EncodeError`].
    pub fn encode_json(&self, target: &ValueTarget, value: &Value, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let record = target.record.as_ref().map(RecordName::as_str);
        self.encode(target, record, out, |lane, out| {
            lane.schema.codec.write_json(value, out).map_err(|source| EncodeError::Json {
                record: lane.schema.record().to_owned(),
                id: lane.schema.id,
                subject: lane.subject.to_string(),
                source: Box::new(source),
            })
        })
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
    ) -> Result<(), EncodeError> {
        let start = out.len();
        let written = match target.format {
            KeyFormat::CloudEvent => return self.encode_value(&target.schema, key, out),
            KeyFormat::Text => plain_key::write_text(key, out),
            KeyFormat::Json => plain_key::write_json(key, out),
            KeyFormat::Bytes => plain_key::write_bytes(key, out),
        };
        written.map_err(|found| {
            out.truncate(start);
            EncodeError::Key { topic: target.schema.topic.clone(), format: target.format, found }
        })
    }

    #[inline]
    fn encode(
        &self,
        target: &ValueTarget,
        record: Option<&str>,
        out: &mut Vec<u8>,
        write: impl FnOnce(&Lane, &mut Vec<u8>) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let start = out.len();
        let written = self.0.lanes.with(target, record, |lane| {
            Frame::write_header(lane.schema.id, out);
            write(lane, out)
        });
        match written {
            Some(Ok(())) => Ok(()),
            Some(Err(error)) => {
                out.truncate(start);
                Err(error)
            }
            None => Err(EncodeError::Unresolved(ResolveRequest(Wanted::Lane(Box::new(LaneKey::new(target, record)))))),
        }
    }
}

#[inline]
fn serde_name_where_needed<T: Serialize + ?Sized>(target: &ValueTarget, value: &T) -> SerdeName {
    if target.record.is_some() { SerdeName::Other("a named value") } else { serde_name::of_value(value) }
}
