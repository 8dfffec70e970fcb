use std::sync::Arc;

use super::loaded::LoadedSchema;
use crate::codec::Part;
use crate::{Frame, SchemaGuid, SchemaHeader, SchemaId, SchemaPlace};

/// What values are written with.
#[derive(Clone)]
pub(super) struct WrittenWith {
    /// The subject, or what else the schema was found by.
    pub(super) subject: Arc<str>,
    pub(super) id: SchemaId,
    pub(super) schema: Arc<LoadedSchema>,
    pub(super) part: Part,
    /// What stands before each payload.
    pub(super) prefix: Arc<[u8]>,
    /// Where the schema is named.
    pub(super) place: SchemaPlace,
}

impl WrittenWith {
    /// In the prefix form, or with the header in the header form.
    pub(super) fn new(
        subject: Arc<str>,
        id: SchemaId,
        schema: Arc<LoadedSchema>,
        part: Part,
        guid: Option<SchemaGuid>,
    ) -> Self {
        let indexes = schema.codec.indexes(part);
        let (prefix, place) = match guid {
            None => {
                let mut prefix = Vec::with_capacity(Frame::HEADER + indexes.len());
                Frame::write_header(id, &mut prefix);
                prefix.extend_from_slice(indexes);
                (prefix, SchemaPlace::Bytes)
            }
            Some(guid) => (Vec::new(), SchemaPlace::Header(SchemaHeader::new(guid, indexes))),
        };
        Self { subject, id, schema, part, prefix: prefix.into(), place }
    }

    /// The record's full name, for messages.
    pub(super) fn record(&self) -> &str {
        self.schema.record(self.part)
    }

    /// Whether both write the same way.
    pub(super) fn is(&self, other: &Self) -> bool {
        (self.id, self.part, &self.subject, &self.place) == (other.id, other.part, &other.subject, &other.place)
    }
}
