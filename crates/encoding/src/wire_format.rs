//! The wire formats of Confluent's serializers, byte for byte: how a key or a value names its schema.

mod frame_error;
mod framed;
mod schema_header;

use std::fmt;

pub use self::frame_error::FrameError;
pub use self::framed::Framed;
pub use self::schema_header::{SchemaHeader, SchemaPlace};
use crate::SchemaGuid;

/// The number under which a registry keeps a schema. It means nothing without the registry that gave it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaId(u32);

impl SchemaId {
    /// The id with this number.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number, as it stands in the frame and in the registry's addresses.
    pub const fn as_u32(self) -> u32 {
        self.0
    }
}

impl fmt::Display for SchemaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for SchemaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SchemaId({})", self.0)
    }
}

/// What a schema is called: by the number that one registry gave it, or by the name that it has everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SchemaIdentity {
    /// The registry's number, which stands before the payload.
    Id(SchemaId),
    /// The GUID, which stands in the record's headers.
    Guid(SchemaGuid),
}

/// `id 7`, `GUID 89791762-…`.
impl fmt::Display for SchemaIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "id {id}"),
            Self::Guid(guid) => write!(f, "GUID {guid}"),
        }
    }
}

/// A key or a value taken apart without copying.
///
/// ```text
/// prefix form                               header form
/// offset  bytes  meaning                    the header                      the value
///      0      1  magic byte, 0              0       1  magic byte, 1        0   n  the payload
///      1      4  schema id, big-endian      1      16  schema GUID
///      5      n  the payload                17      m  message indexes
/// ```
///
/// A Protobuf payload has its message indexes before it: in the prefix form they are the payload's first bytes. The
/// header is called `__key_schema_id` or `__value_schema_id`; one with the magic byte 0 and an id is taken too, as
/// Confluent's clients take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Frame<'a> {
    /// The schema that the payload was written with.
    pub schema: SchemaIdentity,
    /// What follows the schema's name in the header: a Protobuf payload's message indexes. Nothing in the prefix form.
    pub header_rest: Option<&'a [u8]>,
    /// What follows the prefix, or all bytes in the header form.
    pub payload: &'a [u8],
}

impl<'a> Frame<'a> {
    /// The first byte before an id.
    pub const MAGIC: u8 = 0;
    /// The first byte before a GUID.
    pub const MAGIC_GUID: u8 = 1;
    /// The number of bytes before the payload in the prefix form.
    pub const HEADER: usize = 5;

    /// Takes a key or a value apart, in either form: a header that names a schema goes before the bytes. Nothing is
    /// copied, and no length is read from the bytes.
    ///
    /// # Errors
    /// [`FrameError`] when neither the header nor the first bytes name a schema.
    #[inline]
    pub fn parse(framed: impl Into<Framed<'a>>) -> Result<Self, FrameError> {
        let framed = framed.into();
        match framed.schema_header {
            None => Self::with_prefix(framed.bytes),
            Some(header) => Self::with_header(header, framed.bytes),
        }
    }

    #[inline]
    fn with_prefix(bytes: &'a [u8]) -> Result<Self, FrameError> {
        match bytes {
            [] => Err(FrameError::Empty),
            [first, ..] if *first != Self::MAGIC => Err(FrameError::NotFramed { first: *first }),
            [_, a, b, c, d, payload @ ..] => Ok(Self {
                schema: SchemaIdentity::Id(SchemaId(u32::from_be_bytes([*a, *b, *c, *d]))),
                header_rest: None,
                payload,
            }),
            cut => Err(FrameError::CutOff { length: cut.len() }),
        }
    }

    fn with_header(header: &'a [u8], payload: &'a [u8]) -> Result<Self, FrameError> {
        let (schema, rest) = match header {
            [Self::MAGIC, a, b, c, d, rest @ ..] => {
                (SchemaIdentity::Id(SchemaId(u32::from_be_bytes([*a, *b, *c, *d]))), rest)
            }
            [Self::MAGIC_GUID, named @ ..] => match named.split_first_chunk::<16>() {
                Some((guid, rest)) => (SchemaIdentity::Guid(SchemaGuid::from_bytes(*guid)), rest),
                None => return Err(FrameError::HeaderCutOff { length: header.len() }),
            },
            [] | [Self::MAGIC, ..] => return Err(FrameError::HeaderCutOff { length: header.len() }),
            [first, ..] => return Err(FrameError::HeaderNotKnown { first: *first }),
        };
        Ok(Self { schema, header_rest: Some(rest), payload })
    }

    /// Appends the prefix to `out`; the payload follows.
    pub fn write_header(schema_id: SchemaId, out: &mut Vec<u8>) {
        let [a, b, c, d] = schema_id.0.to_be_bytes();
        out.extend_from_slice(&[Self::MAGIC, a, b, c, d]);
    }
}

#[cfg(test)]
mod tests;
