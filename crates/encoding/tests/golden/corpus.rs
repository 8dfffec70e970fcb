//! The corpus, and a registry that has its schemas.

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::Value;
use test_probe_directives::Format;
use test_probe_encoding::{
    Framed, IdentifiedSchema, Registered, RegisteredSchema, RegistryError, RegistryFailure, RegistryRequest,
    SchemaGuid, SchemaId, SchemaReference, SchemaRegistry, SchemaText,
};

/// Cases of which our bytes differ from the other client's, and why that is no harm: an encoder may choose there.
pub(crate) const MAY_DIFFER: [&str; 6] = [
    // A negative decimal is padded by a byte that says nothing.
    "avro/decimals-bytes.python",
    "avro/decimals-whole.python",
    // A number beyond 64 bits is a double here, and is written as one.
    "json/numbers-beyond.python",
    // Maps have no order; Python sorts their entries.
    "protobuf/free.python",
    "protobuf/maps.python",
    "protobuf/moments.python",
];

/// One file of the corpus.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) file: String,
    pub(crate) made_by: String,
    pub(crate) format: Format,
    pub(crate) schema: SchemaText,
    pub(crate) references: Vec<RawReference>,
    pub(crate) record: Option<String>,
    pub(crate) id: u32,
    pub(crate) guid: Option<SchemaGuid>,
    pub(crate) header: Option<Vec<u8>>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) value: Value,
    pub(crate) read_as: Value,
}

#[derive(Deserialize)]
struct RawCase {
    made_by: String,
    schema_type: String,
    schema: String,
    references: Vec<RawReference>,
    record: Option<String>,
    id: u32,
    guid: Option<String>,
    #[serde(default)]
    headers: HashMap<String, String>,
    bytes: String,
    value: Value,
    read_as: Option<Value>,
}

/// A schema of another subject, as it stands in a file.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct RawReference {
    pub(crate) name: String,
    pub(crate) subject: String,
    pub(crate) version: u32,
    pub(crate) schema: String,
    pub(crate) references: Vec<RawReference>,
}

/// All cases below a folder, in the order of their files.
pub(crate) fn read(root: &Path) -> Vec<Case> {
    let mut cases = Vec::new();
    for folder in ["avro", "json", "protobuf"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let file = format!("{folder}/{}", path.file_name().unwrap().to_string_lossy());
            let raw: RawCase = serde_json::from_str(&std::fs::read_to_string(path).unwrap())
                .unwrap_or_else(|error| panic!("{file}: {error}"));
            cases.push(Case::new(file, raw));
        }
    }
    cases.sort_by(|left, right| left.file.cmp(&right.file));
    cases
}

impl Case {
    fn new(file: String, raw: RawCase) -> Self {
        Self {
            file,
            made_by: raw.made_by,
            format: raw.schema_type.parse().unwrap(),
            schema: schema(raw.schema_type.parse().unwrap(), &raw.schema, &raw.references),
            references: raw.references,
            record: raw.record,
            id: raw.id,
            guid: raw.guid.map(|guid| guid.parse().unwrap()),
            header: raw.headers.into_values().next().map(|header| unhex(&header)),
            bytes: unhex(&raw.bytes),
            read_as: raw.read_as.unwrap_or_else(|| raw.value.clone()),
            value: raw.value,
        }
    }

    /// Whether a value is what the case is read as. A 32-bit float is shown by its shortest text (0.1), and in the
    /// corpus by all digits of the double that it is.
    pub(crate) fn is_read_as(&self, value: &Value) -> bool {
        const SINGLES: [&str; 6] = [
            "avro/floats-special",
            "avro/primitives-highest",
            "avro/primitives-lowest",
            "protobuf/floats-special",
            "protobuf/scalars-highest",
            "protobuf/scalars-lowest",
        ];
        let has_singles = SINGLES.iter().any(|name| self.file.starts_with(name));
        *value == self.read_as || (has_singles && as_singles(value) == as_singles(&self.read_as))
    }

    pub(crate) fn framed(&self) -> Framed<'_> {
        Framed::new(&self.bytes).with_schema_header(self.header.as_deref())
    }

    /// Whether the value can be written in JSON as our side takes it.
    pub(crate) fn is_written_from_json(&self) -> bool {
        // A block's size is an encoder's own affair, and none of ours.
        !self.file.starts_with("avro/blocks")
    }
}

/// The value with each number that is no whole one cut to 32 bits.
#[allow(clippy::cast_possible_truncation, reason = "the cut is what is asked for")]
fn as_singles(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => Value::from(number.as_f64().unwrap() as f32),
        Value::Array(items) => items.iter().map(as_singles).collect(),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), as_singles(value))).collect())
        }
        other => other.clone(),
    }
}

fn schema(format: Format, text: &str, references: &[RawReference]) -> SchemaText {
    let references = references.iter().map(|RawReference { name, subject, version, .. }| SchemaReference {
        name: name.clone(),
        subject: subject.clone(),
        version: *version,
    });
    SchemaText { references: references.collect::<Vec<_>>().into(), ..SchemaText::new(format, text) }
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// An error with all that caused it.
pub(crate) fn explain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// A registry with the schemas of the corpus under the ids and GUIDs that stand in its bytes.
#[derive(Debug, Default)]
pub(crate) struct CorpusRegistry {
    ids: HashMap<u32, IdentifiedSchema>,
    guids: HashMap<SchemaGuid, IdentifiedSchema>,
    versions: HashMap<(String, u32), SchemaText>,
}

impl CorpusRegistry {
    pub(crate) fn of(cases: &[Case]) -> Self {
        let mut registry = Self::default();
        for case in cases {
            // Where the client gave none, any name will do.
            let guid = case.guid.unwrap_or_else(|| SchemaGuid::from_bytes(u128::from(case.id).to_be_bytes()));
            let identified = IdentifiedSchema { schema: case.schema.clone(), guid: Some(guid) };
            let known = registry.ids.entry(case.id).or_insert_with(|| identified.clone());
            if case.guid.is_some() {
                *known = identified.clone();
            }
            registry.guids.insert(guid, identified);
            registry.keep(case.format, &case.references);
        }
        registry
    }

    fn keep(&mut self, format: Format, references: &[RawReference]) {
        for reference in references {
            self.keep(format, &reference.references);
            let text = schema(format, &reference.schema, &reference.references);
            self.versions.insert((reference.subject.clone(), reference.version), text);
        }
    }

    fn answer<T>(request: RegistryRequest, found: Option<T>) -> Result<T, RegistryError> {
        found.ok_or_else(|| RegistryError::new(request, "corpus", RegistryFailure::SchemaNotFound))
    }
}

#[async_trait]
impl SchemaRegistry for CorpusRegistry {
    fn url(&self) -> &str {
        "corpus"
    }

    async fn register(&self, subject: &str, _: &SchemaText, _: bool) -> Result<Registered, RegistryError> {
        Self::answer(RegistryRequest::Register { subject: subject.to_owned() }, None)
    }

    async fn look_up(&self, subject: &str, _: &SchemaText, _: bool) -> Result<RegisteredSchema, RegistryError> {
        Self::answer(RegistryRequest::LookUp { subject: subject.to_owned() }, None)
    }

    async fn by_id(&self, id: SchemaId) -> Result<IdentifiedSchema, RegistryError> {
        Self::answer(RegistryRequest::ById { id }, self.ids.get(&id.as_u32()).cloned())
    }

    async fn by_guid(&self, guid: SchemaGuid) -> Result<IdentifiedSchema, RegistryError> {
        Self::answer(RegistryRequest::ByGuid { guid }, self.guids.get(&guid).cloned())
    }

    async fn latest(&self, subject: &str) -> Result<RegisteredSchema, RegistryError> {
        Self::answer(RegistryRequest::Latest { subject: subject.to_owned() }, None)
    }

    async fn version(&self, subject: &str, version: u32) -> Result<RegisteredSchema, RegistryError> {
        let request = RegistryRequest::Version { subject: subject.to_owned(), version };
        let found = self.versions.get(&(subject.to_owned(), version)).map(|schema| RegisteredSchema {
            subject: subject.into(),
            version,
            id: SchemaId::new(0),
            guid: None,
            schema: schema.clone(),
        });
        Self::answer(request, found)
    }

    async fn subjects(&self, prefix: &str) -> Result<Vec<String>, RegistryError> {
        Self::answer(RegistryRequest::Subjects { prefix: prefix.to_owned() }, None)
    }
}
