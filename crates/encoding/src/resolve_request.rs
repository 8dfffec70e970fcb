use std::fmt;

use crate::SchemaIdentity;
use crate::serdes_factory::LaneKey;

/// A schema that encoding or decoding needs and that is not known yet. Hand it to
/// [`SerdesFactory::resolve`](crate::SerdesFactory::resolve).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolveRequest(pub(crate) Wanted);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The schema to write with.
    Lane(Box<LaneKey>),
    /// The schema to read with.
    Schema(SchemaIdentity),
}

impl fmt::Display for ResolveRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Wanted::Lane(key) => write!(f, "the schema of {key}"),
            Wanted::Schema(identity) => write!(f, "the schema with {identity}"),
        }
    }
}
