use std::io::{ErrorKind, Read};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use test_probe_directives::TopicName;
use test_probe_encoding::{HttpSchemaRegistry, RegistryFailure, RegistrySettings, SchemaRegistry};

use super::{EMBEDDED_CLIENT_ID, EmbeddedWorld, RestoreWorldError};
use crate::TokenFault;
use crate::test_client::{PATIENCE, TestClient};

fn answers(server: &str) -> bool {
    TcpStream::connect(server).is_ok()
}

fn token_server(world: &EmbeddedWorld) -> String {
    world.token_endpoint_url().trim_start_matches("http://").trim_end_matches("/token").to_owned()
}

#[test]
fn a_token_endpoint_that_is_down_comes_back_by_itself_or_when_it_is_told_to() {
    let world = EmbeddedWorld::start(1).unwrap();
    let server = token_server(&world);
    assert!(answers(&server));
    world.token_endpoint_down(Duration::from_secs(3600));
    assert!(!answers(&server));
    world.restore().unwrap();
    assert!(answers(&server));
    world.token_endpoint_down(Duration::from_millis(1));
    let back = (0..1_000_000).any(|_| answers(&server));
    assert!(back, "the outage was over after a millisecond");
}

#[test]
fn a_token_endpoint_whose_port_is_taken_is_told_when_it_cannot_come_back() {
    let world = EmbeddedWorld::start(1).unwrap();
    let server = token_server(&world);
    world.token_endpoint_down(Duration::from_secs(3600));
    let taken = TcpListener::bind(&server).unwrap();
    let message = world.restore().unwrap_err().to_string();
    assert_eq!(message, format!("the embedded token endpoint cannot listen on {server}"));
    world.restore().unwrap();

    for _ in 0..2 {
        world.token_endpoint_down(Duration::from_secs(3600));
    }
    let error = world.restore().unwrap_err();
    assert!(matches!(&error, RestoreWorldError::Several(errors) if errors.len() == 2), "{error:?}");
    let one = format!("the embedded token endpoint cannot listen on {server}: Address already in use");
    assert_eq!(error.to_string().matches(&one).count(), 2, "{error}");

    drop(taken);
    world.token_endpoint_down(Duration::ZERO);
    world.restore().unwrap();
    assert!(answers(&server));
}

#[test]
fn a_broker_that_is_down_answers_no_client_until_it_is_told_to_come_back() {
    let world = EmbeddedWorld::start(1).unwrap();
    world.create_topic(&TopicName::new("orders").unwrap(), 2).unwrap();
    let client = TestClient::of(world.bootstrap_servers());
    assert_eq!(client.partitions("orders", PATIENCE).unwrap(), 2);
    world.broker_down(1, Duration::from_secs(3600)).unwrap();
    assert!(!answers(world.bootstrap_servers().as_str()));
    client.partitions("orders", Duration::from_millis(50)).unwrap_err();
    client.send("orders", Duration::from_millis(50)).unwrap_err();
    world.restore().unwrap();
    client.delivered(PATIENCE).unwrap();
    assert_eq!(client.partitions("orders", PATIENCE).unwrap(), 2);
}

#[test]
fn a_broker_that_is_down_comes_back_by_itself() {
    let world = EmbeddedWorld::start(1).unwrap();
    world.create_topic(&TopicName::new("orders").unwrap(), 1).unwrap();
    let mut open = TcpStream::connect(world.bootstrap_servers().as_str()).unwrap();
    open.set_read_timeout(Some(PATIENCE)).unwrap();
    world.broker_down(1, Duration::from_millis(20)).unwrap();
    let end = open.read(&mut [0]);
    assert!(matches!(&end, Ok(0)) || end.is_err_and(|error| error.kind() == ErrorKind::ConnectionReset), "it was down");
    TestClient::of(world.bootstrap_servers()).send("orders", PATIENCE).unwrap();
    world.restore().unwrap();
}

#[test]
fn a_broker_whose_port_is_taken_is_told_when_it_cannot_come_back() {
    let world = EmbeddedWorld::start(1).unwrap();
    let server = world.bootstrap_servers().as_str();
    world.broker_down(1, Duration::from_secs(3600)).unwrap();
    let taken = TcpListener::bind(server).unwrap();
    let error = world.restore().unwrap_err();
    assert!(matches!(error, RestoreWorldError::Kafka(_)), "{error:?}");
    let start = format!("the embedded Kafka could not take broker 1 up: nothing can listen on {server}: ");
    assert!(error.to_string().starts_with(&start), "{error}");

    drop(taken);
    world.broker_down(1, Duration::from_secs(3600)).unwrap();
    world.restore().unwrap();
    assert!(answers(server));
}

#[test]
fn a_broker_that_is_not_there_is_named() {
    let world = EmbeddedWorld::start(2).unwrap();
    let error = world.broker_down(3, Duration::ZERO).unwrap_err();
    assert_eq!(error.to_string(), "there is no broker 3; the embedded Kafka has brokers 1 to 2");
}

#[tokio::test]
async fn so_many_answers_of_the_registry_have_the_status_and_the_next_is_its_own() {
    let world = EmbeddedWorld::start(1).unwrap();
    let client =
        HttpSchemaRegistry::new(RegistrySettings::new(world.schema_registry_url()).with_max_retries(0)).unwrap();
    let status = async || match client.subjects("").await {
        Ok(_) => 200,
        Err(error) => match error.failure {
            RegistryFailure::OutOfOrder { status, .. } | RegistryFailure::Denied { status, .. } => status,
            other => panic!("{other:?}"),
        },
    };
    world.registry_answers(503, 2);
    assert_eq!([status().await, status().await, status().await], [503, 503, 200]);
    world.registry_answers(503, 5);
    world.registry_answers(403, 1);
    assert_eq!([status().await, status().await], [403, 200]);
    world.registry_answers(503, 5);
    world.restore().unwrap();
    assert_eq!(status().await, 200);
}

#[tokio::test]
async fn the_token_endpoint_gives_its_client_tokens_until_it_is_disturbed_and_again_afterwards() {
    let world = EmbeddedWorld::start(1).unwrap();
    let ask = async || {
        let credentials = world.client_credentials();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let asking = http.post(&credentials.token_endpoint).form(&[("grant_type", "client_credentials")]);
        let asking = asking.basic_auth(&credentials.client_id, Some(credentials.client_secret.expose()));
        asking.send().await.map(|answer| answer.status().as_u16())
    };
    assert_eq!(ask().await.unwrap(), 200);
    world.token_endpoint().disturb_next(TokenFault::Status { status: 429, retry_after: None }, 5);
    assert_eq!(ask().await.unwrap(), 429);
    world.token_endpoint_down(Duration::from_secs(3600));
    assert!(ask().await.unwrap_err().is_connect());
    world.restore().unwrap();
    assert_eq!(ask().await.unwrap(), 200);
    assert_eq!(world.token_endpoint().tokens_of(EMBEDDED_CLIENT_ID), 2);
}

#[test]
fn two_worlds_share_no_port() {
    let (one, other) = (EmbeddedWorld::start(1).unwrap(), EmbeddedWorld::start(1).unwrap());
    assert_ne!(one.bootstrap_servers(), other.bootstrap_servers());
    assert_ne!(one.schema_registry_url(), other.schema_registry_url());
    assert_ne!(one.token_endpoint_url(), other.token_endpoint_url());
}
