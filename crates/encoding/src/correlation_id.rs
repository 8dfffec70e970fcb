use std::fmt;
use std::str::FromStr;

use md5::{Digest, Md5};
use uuid::{Builder, Uuid};

/// The id that ties an event to what a test did: the CloudEvent key's `correlationid`, always a UUID.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CorrelationId(Uuid);

impl CorrelationId {
    /// A fresh random id (UUID version 4).
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }

    /// The id with these 16 bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// The id that a scenario's text stands for: a UUID in its usual form (five groups joined by hyphens) is itself,
    /// every other text is the name UUID of its UTF-8 bytes.
    ///
    /// The name UUID is that of Java's `java.util.UUID.nameUUIDFromBytes`: the MD5 sum of the bytes alone, without a
    /// name space, with the bits of version 3.
    pub fn from_label(text: &str) -> Self {
        text.parse().unwrap_or_else(|InvalidCorrelationId| {
            Self(Builder::from_md5_bytes(Md5::digest(text.as_bytes()).into()).into_uuid())
        })
    }
}

impl fmt::Display for CorrelationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl fmt::Debug for CorrelationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CorrelationId({self})")
    }
}

/// A text that is no UUID in its usual form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a correlation id is a UUID such as 3f2504e0-4f89-41d3-9a0c-0305e82c3301")]
pub struct InvalidCorrelationId;

impl FromStr for CorrelationId {
    type Err = InvalidCorrelationId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const USUAL_LENGTH: usize = 36;
        if text.len() != USUAL_LENGTH {
            return Err(InvalidCorrelationId);
        }
        Uuid::parse_str(text).map(Self).map_err(|_| InvalidCorrelationId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_stays_as_it_is() {
        let text = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
        assert_eq!(CorrelationId::from_label(text).to_string(), text);
        assert_eq!(CorrelationId::from_label(&text.to_uppercase()).to_string(), text);
    }

    // The expected ids are what `UUID.nameUUIDFromBytes(text.getBytes(UTF_8))` gives.
    #[test]
    fn another_text_becomes_javas_name_uuid() {
        for (text, id) in [
            ("order-1", "6e7f85a9-d0fe-3b5d-bb50-4c6f2991d744"),
            ("", "d41d8cd9-8f00-3204-a980-0998ecf8427e"),
            ("größe", "fdbb3a56-280a-3fa9-8317-07622c599ccb"),
            ("3f2504e04f8941d39a0c0305e82c3301", "98ad5235-1895-3344-a013-db6a2d3ed88c"),
        ] {
            assert_eq!(CorrelationId::from_label(text).to_string(), id, "{text}");
        }
    }

    #[test]
    fn only_the_usual_form_is_read() {
        for text in ["", "order-1", "3f2504e04f8941d39a0c0305e82c3301", "{3f2504e0-4f89-41d3-9a0c-0305e82c3301}"] {
            assert_eq!(text.parse::<CorrelationId>(), Err(InvalidCorrelationId), "{text}");
        }
    }
}
