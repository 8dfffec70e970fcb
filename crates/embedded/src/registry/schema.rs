use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use test_probe_directives::Format;
use uuid::Uuid;

use super::protobuf;
use super::refusal::Refusal;

/// A schema as a client sends it.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) format: Format,
    pub(super) text: String,
    pub(super) references: Vec<Reference>,
    /// Whether it is to be brought into its normal form.
    pub(super) normalize: bool,
}

/// The version of a subject that a schema's text calls by a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reference {
    pub(super) name: String,
    pub(super) subject: String,
    pub(super) version: i32,
}

/// A schema that another one needs, with the name by which it is called.
#[derive(Clone, Debug)]
pub(super) struct Dependency {
    pub(super) name: String,
    pub(super) text: String,
}

/// A schema as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StoredSchema {
    pub(super) format: Format,
    /// The text, without white space that means nothing; of Protobuf as it was sent.
    pub(super) text: String,
    pub(super) references: Vec<Reference>,
    /// Of Protobuf the descriptor of the file, in Base64.
    serialized: Option<String>,
    /// The first 16 bytes of the SHA-256 of all that makes the schema, as a UUID of version 8. So it is the same in every
    /// registry of this kind, and another one in Confluent's, which takes an MD5 of its own reading.
    pub(super) guid: Uuid,
}

impl StoredSchema {
    /// Checks a schema and brings it into the form in which texts are compared. With `normalize`, an Avro text is
    /// written anew from what it means, so that the order of its attributes means nothing either.
    pub(super) fn new(draft: Draft, dependencies: &[Dependency]) -> Result<Self, Refusal> {
        let Draft { format, text, references, normalize } = draft;
        let (text, serialized) = match format {
            Format::Protobuf => {
                let descriptor = protobuf::compile(&text, dependencies)?;
                (text, Some(STANDARD.encode(descriptor)))
            }
            Format::Json => {
                let schema = json(&text)?;
                jsonschema::meta::options().validate(&schema).map_err(invalid)?;
                (schema.to_string(), None)
            }
            Format::Avro => {
                let schema = avro(&text, dependencies)?;
                let text =
                    if normalize { serde_json::to_string(&schema).map_err(invalid)? } else { json(&text)?.to_string() };
                (text, None)
            }
        };
        let guid = guid(format, &text, &references);
        Ok(Self { format, text, references, serialized, guid })
    }

    /// The text in the format that a client asks for: `serialized` is the descriptor of Protobuf; what is not known is
    /// the text itself.
    pub(super) fn text_in(&self, format: Option<&str>) -> &str {
        match (&self.serialized, format) {
            (Some(serialized), Some("serialized")) => serialized,
            _ => &self.text,
        }
    }
}

fn guid(format: Format, text: &str, references: &[Reference]) -> Uuid {
    let mut digest = Sha256::new();
    // Each part with its length, so that no two schemas give the same bytes.
    let mut add = |part: &[u8]| {
        digest.update(part.len().to_le_bytes());
        digest.update(part);
    };
    add(format.schema_type().as_bytes());
    add(text.as_bytes());
    for Reference { name, subject, version } in references {
        add(name.as_bytes());
        add(subject.as_bytes());
        add(&version.to_le_bytes());
    }
    let digest = digest.finalize();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(byte, digit)| *byte = digit);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// An Avro schema, in which what it refers to stands in its place.
pub(super) fn avro(text: &str, dependencies: &[Dependency]) -> Result<apache_avro::Schema, Refusal> {
    if dependencies.is_empty() {
        return apache_avro::Schema::parse_str(text).map_err(invalid);
    }
    let texts = dependencies.iter().map(|dependency| dependency.text.as_str());
    let (schema, _) = apache_avro::Schema::parse_str_with_list(text, texts).map_err(invalid)?;
    Ok(schema)
}

fn json(text: &str) -> Result<Value, Refusal> {
    serde_json::from_str(text).map_err(invalid)
}

fn invalid(reason: impl ToString) -> Refusal {
    Refusal::InvalidSchema(reason.to_string())
}
