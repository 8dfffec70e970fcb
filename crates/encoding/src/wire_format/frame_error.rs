/// Bytes that name no schema. Asking again does not help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// There are no bytes: a tombstone, or an empty key.
    #[error("there are no bytes to decode; a deletion has no value, ask for it as a tombstone")]
    Empty,
    /// The first byte is not the magic byte.
    #[error(
        "the bytes start with 0x{first:02x}, not with the magic byte 0x00, so they name no schema; they were written \
         without the registry's serializer"
    )]
    NotFramed {
        /// The byte found.
        first: u8,
    },
    /// The bytes end inside the header.
    #[error("the bytes end after {length} of the header's 5 bytes, so they name no schema")]
    CutOff {
        /// How many bytes there are.
        length: usize,
    },
    /// The record's header does not start with a magic byte.
    #[error(
        "the record's header that names the schema starts with 0x{first:02x}, where 0x01 and a GUID, or 0x00 and an id, \
         belong"
    )]
    HeaderNotKnown {
        /// The byte found.
        first: u8,
    },
    /// The record's header ends inside the name of the schema.
    #[error("the record's header that names the schema ends after {length} bytes; a GUID takes 17, an id 5")]
    HeaderCutOff {
        /// How many bytes there are.
        length: usize,
    },
}
