//! Every format on a real Kafka and a registry that is not ours.

use super::read_back::topics_on_cluster;
use super::stack::{OnStack, Shared, shipped_config};
use crate::embedded::formats::three_formats;
use crate::process::start_with;

#[test]
fn a_test_of_three_formats_passes_and_its_records_can_be_decoded_by_hand() {
    let Some(stack) = Shared::find() else { return };
    let (folder, evidence) = (three_formats(), tempfile::tempdir().unwrap());
    let ended = stack.run(folder.path(), evidence.path());
    assert_eq!(ended.status, 0, "{ended:#?}");
    let topics = topics_on_cluster(evidence.path());
    let config = shipped_config();
    for (topic, format) in [("in-avro", "AVRO"), ("in-json", "JSON"), ("in-protobuf", "PROTOBUF")] {
        let on_cluster = topics[topic].as_str();
        let line = ["schema", "decode", "--topic", on_cluster, "--offset", "-1", "--config", config.to_str().unwrap()];
        let decoded = start_with(stack.stack().settings(), line).end();
        assert_eq!(decoded.status, 0, "{decoded:#?}");
        let text = &decoded.stdout;
        assert!(text.starts_with(&format!("{on_cluster}, partition 0, offset 0, ")), "{text}");
        assert!(text.contains(&format!("Order, {format}, schema id ")), "{text}");
        assert!(text.contains(&format!("  \"id\": \"{topic}\"")), "{text}");
        assert!(text.contains("key: ") && text.contains("CloudEvent, "), "{text}");
    }
    for (topic, offset, status, message) in
        [("nowhere", "0", 2, "'nowhere'"), (topics["in-avro"].as_str(), "99", 2, "has no record at offset 99")]
    {
        let line = ["schema", "decode", "--topic", topic, "--offset", offset, "--config", config.to_str().unwrap()];
        let refused = start_with(stack.stack().settings(), line).end();
        assert_eq!(refused.status, status, "{refused:#?}");
        assert!(refused.stderr.contains(message), "{refused:#?}");
    }
}
