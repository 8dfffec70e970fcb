//! The keys of the Schema Registry.

use super::{accepted, refused};
use crate::{Layers, SchemaIdLocation, SchemaRegistrySettings, SubjectNames};

fn settings_of(text: &str) -> SchemaRegistrySettings {
    let text = format!("test-probe.core.schema-registry.{text}");
    Layers::new().reference().text("t", text).load().unwrap().settings.schema_registry
}

#[test]
fn each_word_of_a_choice_is_the_variant_of_its_name() {
    for (word, names) in [
        ("topic-record-name", SubjectNames::TopicRecordName),
        ("topic-name", SubjectNames::TopicName),
        ("record-name", SubjectNames::RecordName),
    ] {
        assert_eq!(settings_of(&format!("subject-name-strategy = {word}")).subject_name_strategy, names);
        assert_eq!(names.as_str(), word);
    }
    for (word, location) in [("prefix", SchemaIdLocation::Prefix), ("header", SchemaIdLocation::Header)] {
        assert_eq!(settings_of(&format!("schema-id-location = {word}")).schema_id_location, location);
        assert_eq!(location.as_str(), word);
    }
    for (key, called, words) in [
        ("subject-name-strategy", "Subject name strategy", "topic-record-name, topic-name, record-name"),
        ("schema-id-location", "Schema id location", "prefix, header"),
        ("auth.type", "Schema Registry auth type", "none, basic, bearer, oauth"),
    ] {
        refused(
            &format!("schema-registry.{key}"),
            "other",
            &format!("Invalid {called}: other. Must be one of: {words}"),
            &format!("Set 'test-probe.core.schema-registry.{key}' to one of: {words}"),
        );
    }
}

#[test]
fn no_requests_in_a_second_are_no_bound() {
    let key = "schema-registry.max-requests-per-second";
    let bound = |text: &str| settings_of(&format!("max-requests-per-second = {text}")).max_requests_per_second;
    assert_eq!(bound("0"), None);
    assert_eq!(bound("100000").map(|number| number.get()), Some(100_000));
    refused(
        key,
        "100001",
        "Schema Registry max requests per second must not exceed 100000, got 100001 (0 sets no bound)",
        "Set 'test-probe.core.schema-registry.max-requests-per-second' to at most 100000",
    );
    refused(
        key,
        "-1",
        "Schema Registry max requests per second must be at least 0, got -1",
        "Set 'test-probe.core.schema-registry.max-requests-per-second' to at least 0",
    );
}

#[test]
fn a_cache_has_room_for_one_and_fits_into_memory() {
    let key = "schema-registry.cache-capacity";
    refused(
        key,
        "0",
        "Schema cache capacity must be at least 1, got 0",
        "Set 'test-probe.core.schema-registry.cache-capacity' to at least 1",
    );
    refused(
        key,
        "10000001",
        "Schema cache capacity must not exceed 10000000, got 10000001 (memory safety limit)",
        "Set 'test-probe.core.schema-registry.cache-capacity' to at most 10000000",
    );
    accepted(key, "1");
    accepted(key, "10000000");
}

#[test]
fn a_registry_may_ask_for_five_minutes_at_most() {
    let key = "schema-registry.max-retry-after";
    refused(
        key,
        "300001ms",
        "Schema Registry max Retry-After must not exceed 300000ms, got 300001ms (a registry that is busy for longer is down)",
        "Set 'test-probe.core.schema-registry.max-retry-after' to at most 5m",
    );
    accepted(key, "0");
    accepted(key, "5 minutes");
}

#[test]
fn blank_texts_and_files_are_none() {
    let settings = settings_of("logical-cluster = \" lsrc-1 \"");
    assert_eq!((settings.logical_cluster.as_deref(), settings.identity_pool_id), (Some("lsrc-1"), None));
    let settings = settings_of("identity-pool-id = \" \"");
    assert_eq!((settings.logical_cluster, settings.identity_pool_id, settings.tls.ca_file), (None, None, None));
}
