use std::net::TcpStream;

use test_probe_directives::TopicName;

use super::{EmbeddedKafka, EmbeddedKafkaError};

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
fn a_topic_is_created_once() {
    let kafka = EmbeddedKafka::start(1).unwrap();
    kafka.create_topic(&topic(), 3).unwrap();
    let again = kafka.create_topic(&topic(), 3);
    assert!(matches!(&again, Ok(()) | Err(EmbeddedKafkaError::Refused { .. })), "{again:?}");
}

#[test]
fn a_broker_that_is_not_there_is_named_with_those_that_are() {
    let kafka = EmbeddedKafka::start(3).unwrap();
    for broker in [0, 4, u32::MAX] {
        let message = kafka.set_broker(broker, false).unwrap_err().to_string();
        assert_eq!(message, format!("there is no broker {broker}; the embedded Kafka has brokers 1 to 3"));
    }
}
