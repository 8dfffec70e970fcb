use std::net::TcpStream;
use std::time::Duration;

use test_probe_directives::TopicName;

use super::{EmbeddedKafka, MOST_BYTES_PER_PARTITION, MOST_RECORDS_PER_PARTITION};
use crate::test_client::{PATIENCE, TestClient};

fn topic() -> TopicName {
    TopicName::new("orders").unwrap()
}

#[test]
fn brokers_listen_on_loopback_until_they_are_taken_down() {
    let kafka = EmbeddedKafka::start(2).unwrap();
    let servers = kafka.bootstrap_servers().clone();
    let first = servers.as_str().split(',').next().unwrap().to_owned();
    assert_eq!(servers.count(), 2);
    assert!(servers.as_str().split(',').all(|server| server.starts_with("127.0.0.1:")));
    assert!(TcpStream::connect(&first).is_ok());
    drop(kafka);
    assert!(TcpStream::connect(&first).is_err(), "the cluster ends with its value");
}

#[test]
fn a_topic_that_is_there_stays_as_it_is() {
    let kafka = EmbeddedKafka::start(1).unwrap();
    kafka.create_topic(&topic(), 3).unwrap();
    kafka.create_topic(&topic(), 5).unwrap();
    let client = TestClient::of(kafka.bootstrap_servers());
    assert_eq!(client.partitions("orders", PATIENCE).unwrap(), 3);
}

#[test]
fn a_broker_is_taken_down_and_up_and_the_others_stay() {
    let kafka = EmbeddedKafka::start(3).unwrap();
    let servers: Vec<&str> = kafka.bootstrap_servers().as_str().split(',').collect();
    let answering = || servers.iter().map(|server| TcpStream::connect(server).is_ok()).collect::<Vec<_>>();
    assert_eq!(answering(), [true, true, true]);
    for _ in 0..2 {
        kafka.set_broker(2, false).unwrap();
        assert_eq!(answering(), [true, false, true]);
    }
    for _ in 0..2 {
        kafka.set_broker(2, true).unwrap();
        assert_eq!(answering(), [true, true, true]);
    }
}

#[test]
fn a_record_for_a_broker_that_is_down_waits_until_it_is_up() {
    let kafka = EmbeddedKafka::start(1).unwrap();
    kafka.create_topic(&topic(), 1).unwrap();
    let client = TestClient::of(kafka.bootstrap_servers());
    client.send("orders", PATIENCE).unwrap();
    kafka.set_broker(1, false).unwrap();
    client.send("orders", Duration::from_millis(50)).unwrap_err();
    kafka.set_broker(1, true).unwrap();
    client.delivered(PATIENCE).unwrap();
}

#[test]
fn a_broker_that_is_not_there_is_named_with_those_that_are() {
    let kafka = EmbeddedKafka::start(3).unwrap();
    for broker in [0, 4, u32::MAX] {
        let message = kafka.set_broker(broker, false).unwrap_err().to_string();
        assert_eq!(message, format!("there is no broker {broker}; the embedded Kafka has brokers 1 to 3"));
    }
}

#[test]
fn the_configuration_says_how_much_a_partition_keeps() {
    let kept = format!("{} MiB or {MOST_RECORDS_PER_PARTITION} records", MOST_BYTES_PER_PARTITION >> 20);
    for text in [include_str!("../../../../config/reference.conf"), include_str!("../../../../config/embedded.conf")] {
        let words: Vec<&str> = text.split_whitespace().filter(|word| *word != "#").collect();
        assert!(words.join(" ").contains(&kept), "{kept} is not in {text}");
    }
}
