use std::fmt;
use std::str::FromStr;

/// How the bytes of a key or a value are written: the three formats of a Confluent-compatible registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// Avro binary.
    Avro,
    /// Protobuf binary.
    Protobuf,
    /// JSON text, described by a JSON Schema.
    Json,
}

impl Format {
    /// The word that steps and directives use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Avro => "Avro",
            Self::Protobuf => "Protobuf",
            Self::Json => "JSON",
        }
    }

    /// The `schemaType` of the registry's API.
    pub const fn schema_type(self) -> &'static str {
        match self {
            Self::Avro => "AVRO",
            Self::Protobuf => "PROTOBUF",
            Self::Json => "JSON",
        }
    }

    /// The extension of a schema file in a test's `schemas/` folder, without the dot.
    pub const fn schema_extension(self) -> &'static str {
        match self {
            Self::Avro => "avsc",
            Self::Protobuf => "proto",
            Self::Json => "json",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no format.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a format is `avro`, `protobuf` or `json`")]
pub struct UnknownFormat;

impl FromStr for Format {
    type Err = UnknownFormat;

    /// Reads a format in any case, as the steps (`Avro`), the registry (`AVRO`, `JSONSCHEMA`) and the Scala system's
    /// `metadata.serdes-type` write it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().to_ascii_lowercase().replace(['-', '_'], "").as_str() {
            "avro" => Ok(Self::Avro),
            "protobuf" | "proto" => Ok(Self::Protobuf),
            "json" | "jsonschema" => Ok(Self::Json),
            _ => Err(UnknownFormat),
        }
    }
}
