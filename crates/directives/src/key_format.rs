use std::fmt;
use std::str::FromStr;

/// What the key of a topic's records is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum KeyFormat {
    /// The ten-field CloudEvent record, encoded through the registry. The Scala system knows only this one.
    #[default]
    CloudEvent,
    /// UTF-8 text, not framed.
    Text,
    /// JSON text, not framed.
    Json,
    /// Bytes as they are.
    Bytes,
}

impl KeyFormat {
    /// The word as the directive file writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CloudEvent => "cloudevent",
            Self::Text => "string",
            Self::Json => "json",
            Self::Bytes => "bytes",
        }
    }
}

impl fmt::Display for KeyFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for KeyFormat {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().to_ascii_lowercase().as_str() {
            "cloudevent" => Ok(Self::CloudEvent),
            "string" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            "bytes" => Ok(Self::Bytes),
            _ => Err(()),
        }
    }
}
