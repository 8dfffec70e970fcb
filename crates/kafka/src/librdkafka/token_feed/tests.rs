use std::collections::BTreeMap;

use rdkafka::config::FromClientConfigAndContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use test_probe_directives::{ClusterName, Secret, WallClock};
use test_probe_oauth::{MskIamRequest, TokenError, TokenRequest, TokenWriter};

use super::super::client_config;
use super::super::error_keeper::ErrorKeeper;
use super::*;
use crate::{ClientIdentity, Security};

fn cell() -> (TokenWriter, test_probe_oauth::TokenCell) {
    TokenWriter::new(TokenRequest::MskIam(MskIamRequest::default()).identity())
}

/// A token that is good from the start of time for so many milliseconds from now.
fn token(text: &str, millis: i64) -> BearerToken {
    let now = WallClock::system().now();
    BearerToken::new(Secret::new(text), "svc", Timestamp::default(), Timestamp::from_millis(now.as_millis() + millis))
}

fn spec(cell: &test_probe_oauth::TokenCell) -> ClientSpec {
    let identity = ClientIdentity {
        cluster: ClusterName::default(),
        bootstrap_servers: "127.0.0.1:1".parse().unwrap(),
        principal: "svc".into(),
        credential: String::new(),
    };
    let extensions = BTreeMap::from([("logicalCluster".to_owned(), "lkc-1".to_owned())]);
    let login = Login::OAuthBearer { token: cell.clone(), extensions };
    ClientSpec { security: Security { login, ..Security::plaintext() }, ..ClientSpec::new(identity, "fed") }
}

fn client(spec: &ClientSpec) -> BaseConsumer<ErrorKeeper> {
    BaseConsumer::from_config_and_context(&client_config::reader(spec).unwrap(), ErrorKeeper::new(spec)).unwrap()
}

fn fed(client: BaseConsumer<ErrorKeeper>, spec: &ClientSpec) -> Result<Fed<BaseConsumer<ErrorKeeper>>, ClientError> {
    let access = Arc::clone(client.context().access());
    feed(client, spec, access)
}

#[test]
fn another_token_makes_a_refused_login_worth_another_try() {
    let (writer, cell) = cell();
    writer.put(token("first", 60_000));
    let spec = spec(&cell);
    let client = fed(client(&spec), &spec).unwrap();
    let access = client.context().access();
    access.note(&KafkaError::Global(RDKafkaErrorCode::Authentication), "no");
    writer.fail(Arc::new(TokenError::Settings {
        identity: Arc::new(cell.identity().clone()),
        reason: "no".into(),
        fix: "yes",
    }));
    assert!(access.is_refused(), "it is the same token");
    writer.put(token("second", 60_000));
    assert!(!access.is_refused());
}

#[test]
fn a_client_without_a_token_that_is_good_is_not_made() {
    let (writer, cell) = cell();
    let spec = spec(&cell);
    let none = fed(client(&spec), &spec).map(drop).unwrap_err();
    assert!(matches!(&none, ClientError::Token { source, .. } if source.expired_at.is_none()), "{none}");
    writer.put(token("old", 0));
    let ended = fed(client(&spec), &spec).map(drop).unwrap_err();
    assert!(matches!(&ended, ClientError::Token { source, .. } if source.expired_at.is_some()), "{ended}");
    writer.put(token("new", 60_000));
    fed(client(&spec), &spec).map(drop).unwrap();
}

#[test]
fn a_token_that_no_header_can_carry_is_refused_without_being_shown() {
    for text in ["", "hunter2\u{e9}", "hunter2\n", "hunter2 hunter2", "hunter2\0"] {
        let (writer, cell) = cell();
        writer.put(token(text, 60_000));
        let spec = spec(&cell);
        let message = fed(client(&spec), &spec).map(drop).unwrap_err().to_string();
        assert!(message.contains("characters that no header can carry") && !message.contains("hunter2"), "{message}");
    }
}

#[test]
fn what_librdkafka_itself_refuses_is_told_without_its_words() {
    let (writer, cell) = cell();
    writer.put(token("hunter2", 60_000));
    let mut spec = spec(&cell);
    let Login::OAuthBearer { extensions, .. } = &mut spec.security.login else { panic!() };
    extensions.insert("bad_name".into(), "hunter2".into());
    let message = fed(client(&spec), &spec).map(drop).unwrap_err().to_string();
    assert!(message.contains("a SASL extension has a bad name or value") && !message.contains("hunter2"), "{message}");

    extensions_of(&mut spec).clear();
    let other = ClientSpec { security: Security::plaintext(), ..spec.clone() };
    let message = fed(client(&other), &spec).map(drop).unwrap_err().to_string();
    assert!(message.contains("log in another way"), "{message}");
}

fn extensions_of(spec: &mut ClientSpec) -> &mut BTreeMap<String, String> {
    match &mut spec.security.login {
        Login::OAuthBearer { extensions, .. } => extensions,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_client_reads_its_cell_as_long_as_it_lives_and_no_longer() {
    let (writer, cell) = cell();
    writer.put(token("first", 60_000));
    let spec = spec(&cell);
    let client = fed(client(&spec), &spec).unwrap();
    drop((spec, cell));
    assert!(writer.has_readers(), "the client still wants tokens");
    for number in 0..10 {
        writer.put(token(&format!("token-{number}"), 60_000));
    }
    drop(client);
    assert!(!writer.has_readers(), "nobody wants tokens");
    writer.put(token("last", 60_000));
}

#[test]
fn tokens_are_pushed_from_many_threads_while_clients_come_and_go() {
    let (writer, cell) = cell();
    writer.put(token("first", 60_000));
    std::thread::scope(|threads| {
        let writes = threads.spawn(|| {
            for number in 0..500 {
                writer.put(token(&format!("token-{number}"), 60_000));
            }
        });
        for _ in 0..2 {
            threads.spawn(|| {
                for _ in 0..5 {
                    let spec = spec(&cell);
                    drop(fed(client(&spec), &spec).unwrap());
                }
            });
        }
        writes.join().unwrap();
    });
}
