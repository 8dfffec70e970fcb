//! The ledger against what another client reads.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use test_probe::evidence::sha256_hex;

use super::stack::OnStack;
use crate::folder::ledger;

/// Where a record is.
type Place = (i64, i64);

/// The hashes of a record's key and value; nothing for none.
type Hashes = (Option<String>, Option<String>);

/// Every topic that the run produced to, by the name that steps use, with the name that it has on the cluster.
pub(super) fn topics_on_cluster(evidence: &Path) -> BTreeMap<String, String> {
    let started = &ledger(evidence)[0];
    let produced = started["topics"].as_array().unwrap().iter().filter(|topic| topic["role"] == "producer");
    let text = |topic: &Value, name: &str| topic[name].as_str().unwrap().to_owned();
    produced.map(|topic| (text(topic, "topic"), text(topic, "topic_on_cluster"))).collect()
}

/// What the ledger says is on a topic.
pub(super) fn acknowledged(evidence: &Path, topic: &str) -> BTreeMap<Place, Hashes> {
    let entries = ledger(evidence);
    let of_kind = |kind: &str| {
        let kind = kind.to_owned();
        entries.iter().filter(move |entry| entry["kind"] == kind.as_str() && entry["topic"] == topic)
    };
    let text = |entry: &Value, name: &str| entry[name].as_str().map(str::to_owned);
    let accepted: BTreeMap<u64, Hashes> = of_kind("accepted")
        .map(|entry| (entry["id"].as_u64().unwrap(), (text(entry, "key_sha256"), text(entry, "value_sha256"))))
        .collect();
    let place = |entry: &Value| (entry["partition"].as_i64().unwrap(), entry["offset"].as_i64().unwrap());
    of_kind("acknowledged").map(|entry| (place(entry), accepted[&entry["id"].as_u64().unwrap()].clone())).collect()
}

/// What Kafka's console consumer reads from a topic.
pub(super) fn on_topic(stack: &impl OnStack, topic_on_cluster: &str) -> BTreeMap<Place, Hashes> {
    let record = |line: &str| {
        let columns: Vec<&str> = line.split('\t').collect();
        let [partition, offset, key, value] = columns[..] else { panic!("four columns: {line}") };
        let hash = |column: &str| bytes(column).as_deref().map(sha256_hex);
        ((partition.parse().unwrap(), offset.parse().unwrap()), (hash(key), hash(value)))
    };
    stack.read_back(topic_on_cluster).lines().map(record).collect()
}

/// A column of `read_back.sh` as the bytes that it stands for.
fn bytes(column: &str) -> Option<Vec<u8>> {
    if column == "\\N" {
        return None;
    }
    let mut bytes = Vec::new();
    let mut rest = column;
    while let Some((before, escaped)) = rest.split_once("\\x") {
        bytes.extend_from_slice(before.as_bytes());
        bytes.push(u8::from_str_radix(&escaped[..2], 16).unwrap());
        rest = &escaped[2..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    Some(bytes)
}

#[test]
fn escaped_columns_stand_for_their_bytes() {
    assert_eq!(bytes("a\\x00\\x5Cb\\xFF").unwrap(), [b'a', 0, b'\\', b'b', 255]);
    assert_eq!((bytes("\\N"), bytes("")), (None, Some(Vec::new())));
}
