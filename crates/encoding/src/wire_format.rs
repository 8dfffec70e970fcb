use std::fmt;

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

/// A key or a value in the wire format of Confluent's serializers, taken apart without copying.
///
/// ```text
/// offset  bytes  meaning
///      0      1  magic byte, 0
///      1      4  schema id, big-endian
///      5      n  the payload in the schema's format
/// ```
///
/// What names the schema is apart from the payload, so that a schema named in the record's headers makes the same
/// value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Frame<'a> {
    /// The schema that the payload was written with.
    pub schema_id: SchemaId,
    /// What follows the header.
    pub payload: &'a [u8],
}

impl<'a> Frame<'a> {
    /// The first byte of every framed key or value.
    pub const MAGIC: u8 = 0;
    /// The number of bytes before the payload.
    pub const HEADER: usize = 5;

    /// Takes a framed key or value apart. Nothing is copied, and no length is read from the bytes.
    ///
    /// # Errors
    /// [`FrameError`] when the bytes do not start with a whole header.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, FrameError> {
        match bytes {
            [] => Err(FrameError::Empty),
            [first, ..] if *first != Self::MAGIC => Err(FrameError::NotFramed { first: *first }),
            [_, a, b, c, d, payload @ ..] => {
                Ok(Self { schema_id: SchemaId(u32::from_be_bytes([*a, *b, *c, *d])), payload })
            }
            cut => Err(FrameError::CutOff { length: cut.len() }),
        }
    }

    /// Appends the header to `out`; the payload follows.
    pub fn write_header(schema_id: SchemaId, out: &mut Vec<u8>) {
        let [a, b, c, d] = schema_id.0.to_be_bytes();
        out.extend_from_slice(&[Self::MAGIC, a, b, c, d]);
    }
}

/// Bytes that do not start with the header of the wire format. Asking again does not help.
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
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_header_is_a_zero_and_the_id_in_network_order() {
        let mut out = vec![9];
        Frame::write_header(SchemaId::new(0x0102_0304), &mut out);
        assert_eq!(out, [9, 0, 1, 2, 3, 4]);
        assert_eq!(Frame::parse(&[0, 0, 0, 1, 0, 7, 8]), Ok(Frame { schema_id: SchemaId(256), payload: &[7, 8] }));
    }

    #[test]
    fn a_payload_may_be_empty() {
        assert_eq!(Frame::parse(&[0, 0, 0, 0, 1]), Ok(Frame { schema_id: SchemaId(1), payload: &[] }));
    }

    #[test]
    fn bytes_without_a_header_are_refused_with_the_reason() {
        let message = |bytes: &[u8]| Frame::parse(bytes).unwrap_err().to_string();
        assert_eq!(message(b""), "there are no bytes to decode; a deletion has no value, ask for it as a tombstone");
        assert_eq!(
            message(b"{}"),
            "the bytes start with 0x7b, not with the magic byte 0x00, so they name no schema; they were written \
             without the registry's serializer"
        );
        assert_eq!(message(&[0, 0, 0]), "the bytes end after 3 of the header's 5 bytes, so they name no schema");
    }

    proptest! {
        #[test]
        fn what_was_framed_is_found_again(id: u32, payload: Vec<u8>) {
            let mut out = Vec::new();
            Frame::write_header(SchemaId::new(id), &mut out);
            out.extend_from_slice(&payload);
            prop_assert_eq!(Frame::parse(&out), Ok(Frame { schema_id: SchemaId(id), payload: &payload }));
        }

        #[test]
        fn any_bytes_are_a_frame_or_an_error(bytes: Vec<u8>) {
            match Frame::parse(&bytes) {
                Ok(frame) => prop_assert_eq!(frame.payload.len() + Frame::HEADER, bytes.len()),
                Err(_) => prop_assert!(bytes.len() < Frame::HEADER || bytes[0] != 0),
            }
        }
    }
}
