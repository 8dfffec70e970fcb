//! Our bytes, read by other people's clients: each value of the golden corpus is encoded here and decoded there.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use serde_json::{Map, Value, json};
use test_probe_directives::{Format, TestId, TopicName, WallClock};
use test_probe_embedded::EmbeddedRegistry;
use test_probe_encoding::{
    EncodeError, HttpSchemaRegistry, RegistrySettings, SchemaCatalog, SchemaHeader, SchemaIdLocation, SchemaPlace,
    SchemaReference, SchemaRegistry, SchemaText, SerdesFactory, SerdesSettings, ValueTarget,
};
use test_probe_testkit::Stack;

use crate::corpus::{self, Case, RawReference};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// What a script prints when it is done.
fn printed(script: &str) -> String {
    let ended = Command::new(folder(script)).stderr(Stdio::inherit()).output().unwrap();
    assert!(ended.status.success(), "{script}: {ended:?}");
    String::from_utf8(ended.stdout).unwrap().trim().to_owned()
}

/// Hands cases to a client, a line each, and gives what it says of each.
fn read_back(mut client: Command, lines: &[Value]) -> HashMap<String, Result<Value, String>> {
    let mut running = client.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = running.stdin.take().unwrap();
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let writing = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
    let ended = running.wait_with_output().unwrap();
    writing.join().unwrap().unwrap();
    assert!(ended.status.success(), "{client:?}");
    let answers = String::from_utf8(ended.stdout).unwrap();
    let answer = |line: &str| {
        let mut answer: Map<String, Value> = serde_json::from_str(line).unwrap();
        let case = answer["case"].as_str().unwrap().to_owned();
        let value = match answer.remove("error") {
            Some(error) => Err(error.to_string()),
            None => Ok(answer.remove("value").unwrap_or_default()),
        };
        (case, value)
    };
    answers.lines().map(answer).collect()
}

fn python() -> Command {
    let mut command = Command::new(printed("interop/python/setup.sh"));
    command.arg(folder("interop/python/read_back.py"));
    command
}

fn java() -> Command {
    // It is printed for a shell, with the marks that a shell wants.
    let mut command = Command::new("bash");
    command.args(["-c", &format!("exec {} interop.ReadBack", printed("interop/java/setup.sh"))]);
    command
}

/// Registers schemas, and encodes with them.
struct Encoder {
    registry: Arc<HttpSchemaRegistry>,
    serdes: SerdesFactory,
    url: String,
    prefix: String,
}

impl Encoder {
    fn new(url: &str, location: SchemaIdLocation) -> Self {
        let registry = Arc::new(HttpSchemaRegistry::new(RegistrySettings::new(url)).unwrap());
        let settings = SerdesSettings::default().with_schema_id_location(location);
        let serdes =
            SerdesFactory::new(Arc::clone(&registry) as _, SchemaCatalog::default(), settings, WallClock::system());
        Self { registry, serdes, url: url.to_owned(), prefix: format!("interop-{}", TestId::random().short()) }
    }

    /// The references of a schema, registered under subjects of this run, and as the other clients are told of them.
    async fn references(&self, format: Format, references: &[RawReference]) -> (Vec<SchemaReference>, Vec<Value>) {
        let (mut registered, mut told) = (Vec::new(), Vec::new());
        for reference in references {
            let (inner, inner_told) = Box::pin(self.references(format, &reference.references)).await;
            let subject = format!("{}-{}", self.prefix, reference.subject);
            let text = text(format, &reference.schema, inner);
            self.registry.register(&subject, &text, false).await.unwrap();
            let found = self.registry.look_up(&subject, &text, false).await.unwrap();
            told.push(json!({
                "name": reference.name, "subject": subject, "version": found.version, "schema": reference.schema,
                "references": inner_told,
            }));
            registered.push(SchemaReference { name: reference.name.clone(), subject, version: found.version });
        }
        (registered, told)
    }

    /// The line that hands our bytes of a case's value to another client.
    async fn line(&self, case: &Case, is_asked: bool) -> Value {
        let (references, told) = self.references(case.format, &case.references).await;
        let subject = format!("{}-{}", self.prefix, case.file.replace('/', "-"));
        let schema = text(case.format, &case.schema.text, references);
        self.registry.register(&subject, &schema, false).await.unwrap_or_else(|error| panic!("{}: {error}", case.file));
        let found = self.registry.look_up(&subject, &schema, false).await.unwrap();
        let target = ValueTarget::new(TopicName::new("interop").unwrap()).with_subject(subject);
        let target = match &case.record {
            Some(record) => target.named(record.as_str(), None),
            None => target,
        };
        let mut bytes = Vec::new();
        let place: Result<SchemaPlace, EncodeError> = self
            .serdes
            .resolving(|serdes| {
                bytes.clear();
                serdes.encode_json(&target, &case.value, &mut bytes)
            })
            .await;
        let place = place.unwrap_or_else(|error| panic!("{}: {}", case.file, corpus::explain(&error)));
        let mut line = json!({
            "case": case.file, "schema_type": case.format.schema_type(), "schema": &*case.schema.text,
            "references": told, "record": case.record, "id": found.id.as_u32(), "bytes": hex(&bytes),
        });
        if let (Some(header), Some(guid)) = (place.header(), found.guid) {
            line["headers"] = json!({ (SchemaHeader::VALUE): hex(header.as_bytes()) });
            line["guid"] = guid.to_string().into();
        }
        if is_asked {
            line["registry"] = self.url.as_str().into();
        }
        line
    }
}

fn text(format: Format, text: &str, references: Vec<SchemaReference>) -> SchemaText {
    SchemaText { references: references.into(), ..SchemaText::new(format, text) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Each case once, whoever made it: the value is what counts here.
fn cases(wanted: impl Fn(&Case) -> bool) -> Vec<Case> {
    let mut seen = std::collections::HashSet::new();
    let name = |case: &Case| case.file.split('.').next().unwrap_or_default().to_owned();
    let is_new = |case: &Case| case.header.is_none() && case.is_written_from_json() && seen.insert(name(case));
    // A whole number beyond 64 bits is a double here, and none to Python.
    corpus::read(&folder("fixtures/encoding"))
        .into_iter()
        .filter(|case| !case.file.starts_with("json/numbers-beyond") && wanted(case))
        .filter({
            let mut is_new = is_new;
            move |case| is_new(case)
        })
        .collect()
}

fn all_are_equal(cases: &[Case], answers: &HashMap<String, Result<Value, String>>) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| match answers.get(&case.file) {
            Some(Ok(value)) if case.is_read_as(value) => None,
            other => Some(format!("{}: {other:?} is not {}", case.file, case.read_as)),
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[tokio::test]
async fn the_python_client_reads_our_bytes_through_a_real_registry() {
    let Some(stack) = Stack::find() else { return };
    let cases = cases(|_| true);
    assert!(cases.len() >= 80, "{} cases", cases.len());
    let encoder = Encoder::new(&stack.settings()["SCHEMA_REGISTRY_URL"], SchemaIdLocation::Prefix);
    let mut lines = Vec::new();
    for case in &cases {
        lines.push(encoder.line(case, true).await);
    }
    all_are_equal(&cases, &read_back(python(), &lines));
}

#[tokio::test]
async fn the_java_libraries_read_our_bytes() {
    if Stack::find().is_none() {
        return;
    }
    // Bytes without a record have no length before them in Confluent's serializers, which the bare library cannot know.
    let cases = cases(|case| case.format != Format::Json && !case.file.starts_with("avro/top-level-bytes"));
    assert!(cases.len() >= 60, "{} cases", cases.len());
    let registry = EmbeddedRegistry::start().unwrap();
    let encoder = Encoder::new(&registry.url(), SchemaIdLocation::Prefix);
    let mut lines = Vec::new();
    for case in &cases {
        lines.push(encoder.line(case, false).await);
    }
    all_are_equal(&cases, &read_back(java(), &lines));
}

/// The registry of the stack has no GUIDs, so ours is asked.
#[tokio::test]
async fn the_python_client_reads_our_header_form() {
    if Stack::find().is_none() {
        return;
    }
    let registry = EmbeddedRegistry::start().unwrap();
    let encoder = Encoder::new(&registry.url(), SchemaIdLocation::Header);
    let (mut read, mut lines) = (Vec::new(), Vec::new());
    for case in cases(|_| true) {
        let line = encoder.line(&case, true).await;
        // Python's Avro deserializer refuses data of five bytes and less, even where no id stands in them.
        let is_too_short = case.format == Format::Avro && line["bytes"].as_str().is_some_and(|hex| hex.len() <= 10);
        if !is_too_short {
            read.push(case);
            lines.push(line);
        }
    }
    assert!(read.len() >= 70, "{} cases", read.len());
    all_are_equal(&read, &read_back(python(), &lines));
}
