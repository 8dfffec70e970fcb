//! Where keys land, compared with Kafka's own Java client.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use test_probe_directives::TopicName;
use test_probe_kafka::{Headers, LaneLimits, OutgoingRecord};
use test_probe_testkit::{Stack, unique_topic};

use crate::pipeline::{create, lane, produce};

const PARTITIONS: i32 = 12;

/// Writes each key with Kafka's console producer, which is Java's client.
fn produce_with_java(stack: &Stack, topic: &TopicName, keys: &[String]) {
    let mut producer = Command::new(script("console_producer.sh"))
        .arg(topic.as_str())
        .envs(stack.settings())
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines: String = keys.iter().map(|key| format!("{key}=v\n")).collect();
    producer.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let ended = producer.wait_with_output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("stack").join(name)
}

/// The partition of each key, as Kafka's console consumer sees it.
fn partitions(stack: &Stack, topic: &TopicName) -> BTreeMap<String, String> {
    let read =
        Command::new(script("read_back.sh")).args([topic.as_str(), "all"]).envs(stack.settings()).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let text = String::from_utf8(read.stdout).unwrap();
    let columns = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    columns.map(|columns| (columns[2].to_owned(), columns[0].to_owned())).collect()
}

#[tokio::test]
async fn two_hundred_keys_land_on_the_partitions_where_javas_client_puts_them() {
    let Some(stack) = Stack::find() else { return };
    let (ours, javas) = (unique_topic("keys-ours"), unique_topic("keys-javas"));
    create(&stack, &ours, PARTITIONS).await;
    create(&stack, &javas, PARTITIONS).await;
    let keys: Vec<String> = (0..200).map(|number| format!("order-{number}")).collect();
    let record = |key: &String| OutgoingRecord {
        key: Some(key.as_bytes().to_vec()),
        value: Some(b"v".to_vec()),
        headers: Headers::none(),
    };
    produce(lane(&stack, &ours, LaneLimits::default()), keys.iter().map(record).collect()).await;
    produce_with_java(&stack, &javas, &keys);
    let (ours, javas) = (partitions(&stack, &ours), partitions(&stack, &javas));
    assert_eq!(ours.len(), 200);
    assert_eq!(ours, javas);
    let used: std::collections::BTreeSet<&String> = ours.values().collect();
    assert_eq!(used.len(), 12, "all partitions are used");
}
