//! Bytes of other clients, decoded to what those clients were given: the corpus in `tests/fixtures/encoding`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what fails here fails the test")]

#[path = "golden/corpus.rs"]
mod corpus;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use corpus::{Case, CorpusRegistry};
use serde_json::Value;
use test_probe_directives::{Format, TopicName, WallClock};
use test_probe_encoding::{
    DecodeError, EncodeError, Framed, SchemaCatalog, SchemaId, SchemaIdLocation, SchemaPlace, SerdesFactory,
    SerdesSettings, ValueTarget,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/encoding")
}

fn factory(cases: &[Case], settings: SerdesSettings) -> SerdesFactory {
    let registry = Arc::new(CorpusRegistry::of(cases));
    SerdesFactory::new(registry, SchemaCatalog::default(), settings, WallClock::system())
}

async fn decoded(factory: &SerdesFactory, framed: Framed<'_>) -> Result<Value, DecodeError> {
    factory.resolving(|factory| factory.decode_value_json(framed)).await
}

#[test]
fn the_corpus_is_whole() {
    let cases = corpus::read(&root());
    let count = |format| cases.iter().filter(|case| case.format == format).count();
    assert!(count(Format::Avro) >= 40 && count(Format::Protobuf) >= 40 && count(Format::Json) >= 15);
    let clients: BTreeSet<&str> = cases.iter().map(|case| case.made_by.as_str()).collect();
    assert_eq!(clients.len(), 3, "{clients:?}");
    assert!(cases.iter().filter(|case| case.header.is_some()).count() >= 9);
}

#[tokio::test]
async fn bytes_of_other_clients_are_what_those_were_given() {
    let cases = corpus::read(&root());
    let factory = factory(&cases, SerdesSettings::default());
    let mut wrong = Vec::new();
    for case in &cases {
        match decoded(&factory, case.framed()).await {
            Ok(value) if case.is_read_as(&value) => {}
            Ok(value) => wrong.push(format!("{}: {value} is not {}", case.file, case.read_as)),
            Err(error) => wrong.push(format!("{}: {}", case.file, corpus::explain(&error))),
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[tokio::test]
async fn the_records_of_other_clients_are_known_by_name() {
    let cases = corpus::read(&root());
    let factory = factory(&cases, SerdesSettings::default());
    for case in &cases {
        let names: Result<_, DecodeError> = factory.resolving(|factory| factory.record_names_of(case.framed())).await;
        let names: Vec<String> = names.unwrap().iter().map(ToString::to_string).collect();
        if let Some(wanted) = &case.record {
            assert!(names.contains(wanted), "{}: {names:?}", case.file);
        }
    }
}

/// What was given is encoded by our side, and read back to the same: in both wire forms, by the schema's id.
#[tokio::test]
async fn what_other_clients_were_given_is_encoded_and_read_back() {
    let cases = corpus::read(&root());
    for location in [SchemaIdLocation::Prefix, SchemaIdLocation::Header] {
        let factory = factory(&cases, SerdesSettings::default().with_schema_id_location(location));
        for case in cases.iter().filter(|case| case.is_written_from_json()) {
            let mut bytes = Vec::new();
            let target = target(case);
            let encoded: Result<SchemaPlace, EncodeError> = factory
                .resolving(|factory| {
                    bytes.clear();
                    factory.encode_json(&target, &case.value, &mut bytes)
                })
                .await;
            let place = encoded.unwrap_or_else(|error| panic!("{}: {}", case.file, corpus::explain(&error)));
            assert_eq!(place.header().is_some(), location == SchemaIdLocation::Header, "{}", case.file);
            let header = place.header().map(|header| header.as_bytes().to_vec());
            let framed = Framed::new(&bytes).with_schema_header(header.as_deref());
            let value = decoded(&factory, framed).await;
            let value = value.unwrap_or_else(|error| panic!("{}: {}", case.file, corpus::explain(&error)));
            assert!(case.is_read_as(&value), "{}: {value} is not {}", case.file, case.read_as);
        }
    }
}

/// The bytes themselves are those of the other client wherever the format leaves no choice.
#[tokio::test]
async fn most_bytes_are_the_other_clients_own() {
    let cases = corpus::read(&root());
    let (mut same, mut other) = (0, Vec::new());
    for location in [SchemaIdLocation::Prefix, SchemaIdLocation::Header] {
        let factory = factory(&cases, SerdesSettings::default().with_schema_id_location(location));
        let in_header = location == SchemaIdLocation::Header;
        for case in cases.iter().filter(|case| case.header.is_some() == in_header && case.is_written_from_json()) {
            let (mut bytes, target) = (Vec::new(), target(case));
            let place: Result<SchemaPlace, EncodeError> = factory
                .resolving(|factory| {
                    bytes.clear();
                    factory.encode_json(&target, &case.value, &mut bytes)
                })
                .await;
            assert_eq!(place.unwrap().header().map(|header| header.as_bytes().to_vec()), case.header, "{}", case.file);
            if bytes == case.bytes {
                same += 1;
            } else {
                other.push(case.file.clone());
            }
        }
    }
    let unexpected: Vec<_> =
        other.iter().filter(|file| !corpus::MAY_DIFFER.iter().any(|known| file.starts_with(known))).collect();
    assert!(unexpected.is_empty(), "they differ: {unexpected:?}");
    assert!(same >= 120, "{same} are the same, and these differ: {other:?}");
}

fn target(case: &Case) -> ValueTarget {
    let target = ValueTarget::new(TopicName::new("golden").unwrap()).with_schema_id(SchemaId::new(case.id));
    match &case.record {
        Some(record) => target.named(record.as_str(), None),
        None => target,
    }
}
