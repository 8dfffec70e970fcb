use std::collections::HashMap;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use test_probe_actors::journal::{AcceptedEvent, ConsumedFate, EventJournal, JournalTopic};
use test_probe_directives::{ClusterName, Format, KeyFormat, Redaction, Timestamp, TopicName, WallClock};
use test_probe_encoding::{RegistryFailure, SchemaCatalog, SchemaText, SerdesFactory, SerdesSettings};
use test_probe_evidence::Ledger;
use test_probe_kafka::{EventId, Headers, IncomingRecord, NackKind, ProducedAck, ProducedNack};
use test_probe_testkit::ScriptedRegistry;

use super::{AcknowledgedAt, JournalParts, LateReader, LedgerJournal, Patience, TopicReading};
use crate::running_scenarios::RunningScenarios;

const ORDER: &str = r#"{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]}"#;

struct Rig {
    directory: tempfile::TempDir,
    ledger: Ledger,
    registry: Arc<ScriptedRegistry>,
    patience: Patience,
    running: RunningScenarios,
}

fn orders() -> JournalTopic {
    JournalTopic { cluster: ClusterName::default(), topic: TopicName::new("orders").unwrap() }
}

impl Rig {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(directory.path(), Redaction::default()).unwrap();
        let registry = ScriptedRegistry::with(&[]);
        Self { directory, ledger, registry, patience: Patience::default(), running: RunningScenarios::default() }
    }

    fn journal(&self, acknowledged_at: AcknowledgedAt) -> (LedgerJournal, LateReader) {
        let (catalog, settings) = (SchemaCatalog::default(), SerdesSettings::default());
        let serdes = SerdesFactory::new(Arc::clone(&self.registry) as _, catalog, settings, WallClock::system());
        LedgerJournal::new(JournalParts {
            ledger: self.ledger.clone(),
            clock: WallClock::system(),
            topics: HashMap::from([(orders(), TopicReading { key: KeyFormat::Text, serdes: Some(serdes) })]),
            scenarios: self.running.clone(),
            acknowledged_at,
            patience: self.patience.clone(),
        })
    }

    /// The lines of a file, once the ledger is closed.
    fn lines(self, name: &str) -> Vec<Value> {
        assert!(self.ledger.close().write_errors.is_empty());
        let text = fs::read_to_string(self.directory.path().join(name)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// An order in Avro under this schema id, as Confluent frames it.
fn order(schema_id: u8, id: &str) -> Vec<u8> {
    let mut bytes = vec![0, 0, 0, 0, schema_id, u8::try_from(id.len() * 2).unwrap()];
    bytes.extend_from_slice(id.as_bytes());
    bytes
}

fn received(journal: &LedgerJournal, offset: i64, value: Vec<u8>) {
    let record = IncomingRecord {
        topic: TopicName::new("orders").unwrap(),
        partition: 0,
        offset,
        timestamp: Some(Timestamp::from_millis(1)),
        key: Some(b"k".to_vec()),
        value: Some(value),
        headers: Headers::none(),
    };
    journal.consumed(&orders(), &record, &ConsumedFate::Kept { correlation_id: Some("k"), event_type: None });
}

fn accepted(journal: &LedgerJournal, id: u64) {
    let headers = Headers::none();
    let topic = orders();
    journal.accepted(&AcceptedEvent {
        id: EventId(id),
        topic: &topic,
        key: Some(b"k"),
        value: None,
        headers: &headers,
    });
}

fn ack() -> ProducedAck {
    ProducedAck { partition: 0, offset: 0, timestamp: Timestamp::from_millis(1234), latency: Duration::from_micros(7) }
}

#[tokio::test]
async fn an_event_of_somebody_elses_schema_is_readable_in_the_evidence_though_no_step_decoded_it() {
    let rig = Rig::new();
    let id = rig.registry.put("orders-Order", &SchemaText::new(Format::Avro, ORDER));
    assert_eq!(id.to_string(), "1");
    let (journal, late) = rig.journal(AcknowledgedAt::Meaningful);
    received(&journal, 0, order(1, "A-1"));
    received(&journal, 1, b"no frame".to_vec());
    drop(journal);
    late.run().await;
    let mut lines = rig.lines("kafka-events-consumed.jsonl");
    lines.sort_by_key(|line| line["offset"].as_i64());
    assert_eq!((&lines[0]["value"], &lines[0]["value_encoding"]), (&json!({"id": "A-1"}), &json!("json")));
    assert_eq!(lines[1]["value"], "no frame");
}

#[tokio::test]
async fn when_the_run_is_over_the_rest_is_read_and_nobody_waits_for_the_journal_to_go() {
    let rig = Rig::new();
    rig.registry.put("orders-Order", &SchemaText::new(Format::Avro, ORDER));
    let (journal, late) = rig.journal(AcknowledgedAt::Meaningful);
    received(&journal, 0, order(1, "A-1"));
    rig.patience.over.cancel();
    tokio::time::timeout(Duration::from_secs(30), late.run()).await.unwrap();
    received(&journal, 1, order(1, "A-2"));
    let mut lines = rig.lines("kafka-events-consumed.jsonl");
    lines.sort_by_key(|line| line["offset"].as_i64());
    let values: Vec<&Value> = lines.iter().map(|line| &line["value"]).collect();
    assert_eq!(values, [&json!({"id": "A-1"}), &json!({"id": "A-2"})]);
}

#[tokio::test]
async fn nothing_is_lost_when_the_schema_is_not_known_in_time() {
    let rig = Rig::new();
    rig.registry.fail_next(vec![
        RegistryFailure::Unreachable(Arc::from(
            Box::<dyn std::error::Error + Send + Sync>::from("nobody listens")
        ));
        9
    ]);
    let (journal, late) = rig.journal(AcknowledgedAt::Meaningful);
    for offset in 0..3 {
        received(&journal, offset, order(1, "A-1"));
    }
    rig.patience.hurry.cancel();
    // The journal is still there, as it is while a late delivery report is out.
    late.run().await;
    received(&journal, 3, order(1, "A-1"));
    let lines = rig.lines("kafka-events-consumed.jsonl");
    assert_eq!(lines.len(), 4);
    assert!(lines.iter().all(|line| line["value_encoding"] == "base64"), "{lines:#?}");
}

#[tokio::test]
async fn an_event_is_told_with_its_scenario_and_without_a_timestamp_that_means_nothing() {
    for (world, timestamp) in [(AcknowledgedAt::Meaningful, json!(1234)), (AcknowledgedAt::Meaningless, Value::Null)] {
        let rig = Rig::new();
        let (journal, _late) = rig.journal(world);
        rig.running.begins(4);
        accepted(&journal, 1);
        journal.acknowledged(&orders(), EventId(1), &ack());
        let lines = rig.lines("events.jsonl");
        assert_eq!(lines[0]["scenario_id"], 4);
        assert_eq!(lines[1]["timestamp_ms"], timestamp);
        assert_eq!(lines[1]["latency_us"], 7);
    }
}

#[tokio::test]
async fn an_event_that_was_refused_is_not_what_the_next_of_its_id_is_measured_from() {
    let rig = Rig::new();
    let (journal, _late) = rig.journal(AcknowledgedAt::Meaningful);
    accepted(&journal, 1);
    journal.nacked(&orders(), EventId(1), &ProducedNack::not_written(NackKind::QueueFull, "full"), Duration::ZERO);
    received(&journal, 0, b"of somebody else".to_vec());
    accepted(&journal, 2);
    received(&journal, 1, b"ours".to_vec());
    let lines = rig.lines("events.jsonl");
    let received: Vec<&Value> = lines.iter().filter(|line| line["kind"] == "received").collect();
    assert!(received[0]["end_to_end_us"].is_null() && received[1]["end_to_end_us"].is_u64(), "{received:#?}");
}
