use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::SerdesFactory;
use super::asked_record::AskedRecord;
use super::decode::{all_read, read, read_json};
use super::lane::LaneKey;
use super::loaded::LoadedSchema;
use super::written_with::WrittenWith;
use crate::avro::Projection;
use crate::codec::{AnyCodec, BoxError, Part};
use crate::resolve_request::Wanted;
use crate::typed_value::Decodable;
use crate::{DecodeError, Framed, ResolveRequest, SchemaIdentity, ValueTarget};

impl SerdesFactory {
    /// Reads a framed value by a reader's schema: the one that a value for `reader` would be written with. An Avro payload
    /// is brought into that schema's shape by Avro's rules (defaults, aliases, promotions), a Protobuf payload is read as
    /// that schema's message, and JSON as it is. Where `reader` names no record, it is the type's own.
    ///
    /// It costs several times what [`decode_value`](Self::decode_value) costs where the schemas differ.
    ///
    /// # Errors
    /// [`DecodeError::Unresolved`] when one of the schemas is not known yet, [`DecodeError::Evolution`] when they cannot
    /// be brought together, and the other variants of [`DecodeError`].
    pub fn decode_value_as<'a, T: Decodable>(
        &self,
        reader: &ValueTarget,
        framed: impl Into<Framed<'a>>,
    ) -> Result<T, DecodeError> {
        let record = match &reader.record {
            Some(record) => Some(AskedRecord::from(record)),
            // As it is in writing, though a type without a name leaves it to the target.
            None => self.record_of(reader, T::record_name_of_type()).unwrap_or_default(),
        };
        self.projected(reader, record, framed.into(), read)
    }

    /// Reads a framed value as plain JSON by a reader's schema, as [`decode_value_as`](Self::decode_value_as) does.
    ///
    /// # Errors
    /// Those of [`decode_value_as`](Self::decode_value_as).
    pub fn decode_value_json_as<'a>(
        &self,
        reader: &ValueTarget,
        framed: impl Into<Framed<'a>>,
    ) -> Result<Value, DecodeError> {
        let record = reader.record.as_ref().map(AskedRecord::from);
        self.projected(reader, record, framed.into(), read_json)
    }

    fn projected<R>(
        &self,
        reader: &ValueTarget,
        record: Option<AskedRecord<'_>>,
        framed: Framed<'_>,
        read: impl FnOnce(&LoadedSchema, Part, &mut &[u8]) -> Result<R, DecodeError>,
    ) -> Result<R, DecodeError> {
        let by = self.0.lanes.find(reader, record).map(|lane| lane.written.clone()).ok_or_else(|| {
            DecodeError::Unresolved(ResolveRequest(Wanted::Lane(Box::new(LaneKey::new(reader, record)))))
        })?;
        self.with_schema(framed, |writer, part, mut payload| {
            let failed = |source: BoxError| DecodeError::Evolution {
                record: writer.record(part).to_owned(),
                schema: writer.identity,
                reader: by.record().to_owned(),
                reader_id: by.id,
                source,
            };
            let whole = |schema: &LoadedSchema, part, mut payload: &[u8]| {
                let value = read(schema, part, &mut payload)?;
                all_read(schema, part, payload).map(|()| value)
            };
            match (&writer.codec, &by.schema.codec) {
                _ if writer.identity == by.schema.identity => whole(writer, part, payload),
                (AnyCodec::Avro(from), AnyCodec::Avro(_)) => {
                    let projection = self.0.projections.of(writer, part, &by).map_err(failed)?;
                    let projected = projection.project(from, &mut payload).map_err(failed)?;
                    all_read(writer, part, payload)?;
                    whole(&by.schema, projection.to(), &projected)
                }
                (AnyCodec::Protobuf(_), AnyCodec::Protobuf(_)) => whole(&by.schema, by.part, payload),
                (AnyCodec::Json(_), AnyCodec::Json(_)) => whole(writer, part, payload),
                (written, read) => {
                    Err(failed(format!("it is {}, and the reader's schema {}", written.format(), read.format()).into()))
                }
            }
        })
    }
}

/// How payloads of one schema are brought into the shape of another, worked out once for each part and reader.
pub(super) struct Projections {
    known: Mutex<HashMap<(SchemaIdentity, Part, SchemaIdentity), Arc<Projection>>>,
    capacity: usize,
}

impl Projections {
    pub(super) fn new(capacity: usize) -> Self {
        Self { known: Mutex::default(), capacity: capacity.max(1) }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// # Errors
    /// What the Avro library says about the two schemas; also when one is no Avro.
    fn of(&self, writer: &LoadedSchema, part: Part, reader: &WrittenWith) -> Result<Arc<Projection>, BoxError> {
        let (AnyCodec::Avro(from), AnyCodec::Avro(to)) = (&writer.codec, &reader.schema.codec) else {
            return Err("only Avro has rules for it".into());
        };
        let pair = (writer.identity, part, reader.schema.identity);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(projection) = known.get(&pair) {
            return Ok(Arc::clone(projection));
        }
        let projection = Arc::new(Projection::new(from, part, to)?);
        if known.len() >= self.capacity {
            known.clear();
        }
        known.insert(pair, Arc::clone(&projection));
        Ok(projection)
    }
}
