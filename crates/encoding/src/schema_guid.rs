use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// The GUID of a schema, which the registries of Confluent give beside its id.
///
/// Unlike an id it means the same in every registry that keeps the schema. Its 16 bytes are any: registries make them from
/// a digest, so they are no UUID of a certain version. Its text is hyphenated and in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaGuid(Uuid);

/// A text that is no GUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is no GUID such as 01234567-89ab-cdef-0123-456789abcdef")]
pub struct InvalidSchemaGuid;

impl SchemaGuid {
    /// The GUID of these bytes, the first digits first.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// Its bytes, the first digits first.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl fmt::Display for SchemaGuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

/// Reads the hyphenated form and the one without hyphens, in either case.
impl FromStr for SchemaGuid {
    type Err = InvalidSchemaGuid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self).map_err(|_| InvalidSchemaGuid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_is_read_in_either_case_and_written_in_lower_case() {
        let guid: SchemaGuid = "01234567-89AB-CDEF-0123-456789abcdef".parse().unwrap();
        assert_eq!(guid.to_string(), "01234567-89ab-cdef-0123-456789abcdef");
        assert_eq!("0123456789abcdef0123456789abcdef".parse(), Ok(guid));
        assert_eq!(guid.as_bytes()[..3], [0x01, 0x23, 0x45]);
        assert_eq!(SchemaGuid::from_bytes(*guid.as_bytes()), guid);
    }

    #[test]
    fn what_is_no_guid_is_refused() {
        for text in ["", "7", "01234567-89ab-cdef-0123-456789abcde", "01234567-89ab-cdef-0123-456789abcdeg"] {
            assert_eq!(text.parse::<SchemaGuid>(), Err(InvalidSchemaGuid), "{text}");
        }
    }
}
