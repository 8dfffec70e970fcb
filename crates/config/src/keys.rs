//! What keys there are: one table that drives reading, validation and the search for keys that nobody knows.
//!
//! Defaults stand in `config/reference.conf` alone, beside their reasons.

mod table;
#[cfg(test)]
mod tests;
mod unread;

pub(crate) use table::keys;
pub(crate) use unread::{UNREAD, UnreadKey};

/// The section without which nothing is looked at.
pub(crate) const ROOT: &str = "test-probe.core";

/// One key.
#[derive(Debug)]
pub(crate) struct KeySpec {
    /// The full path.
    pub(crate) path: &'static str,
    /// What messages call it.
    pub(crate) description: &'static str,
    pub(crate) kind: Kind,
    /// The environment variable that overrides every layer.
    pub(crate) variable: Option<&'static str>,
}

/// What values a key takes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// A text that is not blank.
    Text,
    /// What is appended to a topic's name; may be empty.
    TopicSuffix,
    /// A text that may be empty.
    FreeText,
    /// A text that may be empty and is never shown.
    Secret,
    /// Texts, none of them blank; none at all is a list too.
    TextList,
    /// The `http` or `https` address of a service, without credentials.
    Endpoint {
        /// Whether it may be empty, which means that the service's own address is used.
        optional: bool,
    },
    /// The address of a function in a cloud; empty for none.
    FunctionUrl,
    /// A number of seconds, minutes or hours as HTTP headers of the Scala system write it: `30s`.
    RetryAfter,
    /// A path of a file, relative to the folder of the text that says it; empty for none.
    File,
    BootstrapServers,
    SchemaRegistryUrl,
    Choice {
        allowed: &'static [&'static str],
        /// Words of the language that this version does not carry out.
        unavailable: &'static [&'static str],
    },
    Boolean,
    Integer(Bounds),
    /// A whole number from 1 on, refused in the words of the Scala system's services.
    Positive(Bounds),
    /// A number from 0 to 1.
    Fraction,
    /// A duration; the bounds are milliseconds.
    Duration(Bounds),
    /// A size; the bounds are bytes.
    Size(Bounds),
    /// Properties of librdkafka.
    ClientProperties,
    /// How a connection is secured, by Kafka's name; empty for what goes with the credentials.
    SecurityProtocol,
    /// A SASL mechanism, by Kafka's name.
    SaslMechanism,
    /// What a client tells a broker beside its token, by name.
    SaslExtensions,
    /// Further fields of a request for a token, by name.
    TokenParameters,
}

/// Between which numbers a value must lie, and above which one it is doubtful.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) min: i64,
    pub(crate) recommended: Option<i64>,
    pub(crate) max: Option<Max>,
}

/// An upper bound, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Max {
    pub(crate) value: i64,
    pub(crate) reason: &'static str,
}

impl Kind {
    /// Whether the names below the key are the author's own.
    pub(crate) const fn has_free_names(self) -> bool {
        matches!(self, Self::ClientProperties | Self::SaslExtensions | Self::TokenParameters)
    }
}

impl KeySpec {
    const fn new(path: &'static str, description: &'static str, kind: Kind) -> Self {
        Self { path, description, kind, variable: None }
    }

    const fn overridden_by(self, variable: &'static str) -> Self {
        Self { variable: Some(variable), ..self }
    }
}

impl Bounds {
    const fn at_least(min: i64) -> Self {
        Self { min, recommended: None, max: None }
    }

    const fn recommended(self, recommended: i64) -> Self {
        Self { recommended: Some(recommended), ..self }
    }

    /// Bounded because more would not fit into memory.
    const fn at_most(self, max: i64) -> Self {
        self.limited_by(max, "memory safety limit")
    }

    const fn limited_by(self, max: i64, reason: &'static str) -> Self {
        Self { max: Some(Max { value: max, reason }), ..self }
    }
}
