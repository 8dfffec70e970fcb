//! How the directives' types stand in the ledger: as the text that they print and read.

/// For types whose `Display` and `FromStr` agree.
pub(crate) mod as_text {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(crate) fn serialize<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// For a cluster's name, which may be any text.
pub(crate) mod cluster {
    use serde::{Deserialize as _, Deserializer};
    use test_probe_directives::ClusterName;

    pub(crate) use super::as_text::serialize;

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ClusterName, D::Error> {
        String::deserialize(deserializer).map(|name| ClusterName::new(&name))
    }
}

/// For a point of time: RFC 3339 in UTC with microseconds.
pub(crate) mod timestamp {
    use serde::{Deserialize as _, Deserializer, de::Error as _};
    use test_probe_directives::Timestamp;

    pub(crate) use super::as_text::serialize;

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(deserializer)?;
        Timestamp::parse(&text).ok_or_else(|| {
            D::Error::custom(format!("`{text}` is not a time; write it as 2026-01-31T08:00:00.000000Z (RFC 3339)"))
        })
    }
}
