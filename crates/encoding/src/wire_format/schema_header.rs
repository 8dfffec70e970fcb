use std::sync::Arc;

use super::Frame;
use crate::SchemaGuid;

/// The value of the record header that names a schema: magic byte 1, the schema's GUID, and for Protobuf the message
/// indexes. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaHeader(Arc<[u8]>);

/// Where the schema of encoded bytes is named.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "without its header a record in the header form cannot be read"]
pub enum SchemaPlace {
    /// In the bytes themselves, or nowhere where they have no schema.
    Bytes,
    /// In a header, which the record must carry along.
    Header(SchemaHeader),
}

impl SchemaHeader {
    /// What the header of a key's schema is called.
    pub const KEY: &'static str = "__key_schema_id";
    /// What the header of a value's schema is called.
    pub const VALUE: &'static str = "__value_schema_id";

    pub(crate) fn new(guid: SchemaGuid, message_indexes: &[u8]) -> Self {
        Self([&[Frame::MAGIC_GUID], guid.as_bytes().as_slice(), message_indexes].concat().into())
    }

    /// The bytes of the header.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl SchemaPlace {
    /// The header, where the schema is named in one.
    pub fn header(&self) -> Option<&SchemaHeader> {
        match self {
            Self::Bytes => None,
            Self::Header(header) => Some(header),
        }
    }
}
