use std::collections::BTreeMap;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use test_probe_directives::{
    ClusterName, KafkaSecurityDirective, Role, SaslMechanism, Secret, SecurityProtocol, Timestamp, TopicName, WallClock,
};
use test_probe_oauth::{BearerToken, MskIamRequest, TokenRequest, TokenWriter};
use tokio::sync::oneshot;

use super::{ClientPool, finishes_within};
use crate::scripted::ScriptedProducers;
use crate::{
    ClientError, ClientIdentity, ClientSpec, ClusterSecurity, Lane, LaneLimits, Login, NackKind, OutgoingRecord,
    Outstanding, ProduceResult, Security, Ticket, Transport, Written,
};

fn spec(principal: &str, credential: &str) -> ClientSpec {
    let identity = ClientIdentity {
        cluster: ClusterName::default(),
        bootstrap_servers: "scripted:9092".parse().unwrap(),
        principal: principal.into(),
        credential: credential.into(),
    };
    let client_id = identity.client_id("producer-");
    ClientSpec::new(identity, client_id)
}

fn rig() -> (ScriptedProducers, ClientPool) {
    let world = ScriptedProducers::acknowledging();
    (world.clone(), ClientPool::new(Arc::new(world)))
}

/// Waits for the helper thread that closes clients; it has nothing to wait for here.
fn closed(world: &ScriptedProducers, expected: usize) -> bool {
    (0..1_000_000).any(|_| {
        std::thread::yield_now();
        world.closed() == expected
    })
}

fn lane(pool: &ClientPool, name: &str) -> Lane {
    let lease = pool.lease(&spec("a", "")).unwrap();
    Lane::new(TopicName::new(name).unwrap(), lease, LaneLimits::default(), Duration::from_secs(30))
}

fn send(lane: &mut Lane) -> ProduceResult {
    let (to, mut answer) = oneshot::channel();
    lane.offer(OutgoingRecord::default(), Ticket::unobserved(), Some(to));
    answer.try_recv().expect("scripted clients answer at once")
}

#[test]
fn one_identity_has_one_client_however_many_lease_it() {
    let (world, pool) = rig();
    let leases: Vec<_> = (0..10).map(|_| pool.lease(&spec("a", "")).unwrap()).collect();
    assert_eq!((world.created(), pool.clients()), (1, 1));
    assert_eq!(leases[9].client_id(), "producer-default-a");
}

#[test]
fn another_principal_or_a_rotated_secret_is_another_client() {
    let (world, pool) = rig();
    let _leases = (
        pool.lease(&spec("a", "11")).unwrap(),
        pool.lease(&spec("b", "11")).unwrap(),
        pool.lease(&spec("a", "22")).unwrap(),
    );
    assert_eq!((world.created(), pool.clients()), (3, 3));
}

#[test]
fn the_last_lease_closes_the_client_and_the_next_one_makes_a_new_one() {
    let (world, pool) = rig();
    let (first, second) = (pool.lease(&spec("a", "")).unwrap(), pool.lease(&spec("a", "")).unwrap());
    drop(first);
    assert_eq!((world.closed(), pool.clients()), (0, 1));
    drop(second);
    assert!(closed(&world, 1));
    assert_eq!(pool.clients(), 0);
    let _again = pool.lease(&spec("a", "")).unwrap();
    assert_eq!(world.created(), 2);
}

#[test]
fn a_client_with_a_fatal_error_is_replaced_for_everybody_who_leases_it() {
    let (world, pool) = rig();
    let (mut orders, mut payments) = (lane(&pool, "orders"), lane(&pool, "payments"));
    send(&mut orders).unwrap();
    world.break_clients("fenced");
    send(&mut orders).unwrap();
    send(&mut payments).unwrap();
    assert_eq!(world.created(), 2, "the second sender finds the new client");
    assert!(closed(&world, 1));
}

#[test]
fn a_client_that_cannot_be_replaced_nacks_and_says_why() {
    let (world, pool) = rig();
    let mut lane = lane(&pool, "orders");
    world.break_clients("fenced");
    world.fail_creation(Some(ClientError::Settings { client_id: "x".into(), reason: "no such setting".into() }));
    let nack = send(&mut lane).unwrap_err();
    assert_eq!((nack.kind, nack.retry), (NackKind::Broker, true));
    assert!(nack.explain().contains("no such setting"), "{}", nack.explain());
    world.fail_creation(None);
    send(&mut lane).unwrap();
}

#[test]
fn a_client_that_hangs_while_it_closes_holds_nobody_up() {
    let (world, pool) = rig();
    world.hang_closes(true);
    let mut orders = lane(&pool, "orders");
    world.break_clients("fenced");
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        tell.send(send(&mut orders).map(drop)).unwrap();
        drop(orders);
        tell.send(Ok(())).unwrap();
    });
    for what in ["the client that takes the broken one's place", "the drop of the last lease"] {
        told.recv_timeout(Duration::from_secs(20)).expect(what).expect(what);
    }
    send(&mut lane(&pool, "payments")).unwrap();
    assert_eq!((world.created(), world.closed()), (3, 0));
    world.hang_closes(false);
    assert!(closed(&world, 3));
}

#[test]
fn the_watchdog_gives_a_client_that_hangs_up() {
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let closing = thread::spawn(move || assert!(may_go_on.recv().is_err()));
    assert!(!finishes_within(&closing, Duration::ZERO));
    drop(go_on);
    assert!(finishes_within(&closing, Duration::MAX));
}

#[test]
fn a_rotated_secret_of_a_login_is_another_client() {
    let (world, pool) = rig();
    let with_password = |password: &str| {
        let cluster = ClusterSecurity {
            protocol: Some(SecurityProtocol::SaslSsl),
            mechanism: SaslMechanism::Plain,
            username: Some("svc".into()),
            password: Some(Secret::new(password)),
            ..ClusterSecurity::default()
        };
        let directive = KafkaSecurityDirective::plaintext(TopicName::new("orders").unwrap(), Role::Producer);
        let security = cluster.open(&directive).unwrap();
        let credential = security.fingerprint();
        ClientSpec { security: security.with_token(None).unwrap(), ..spec("a", &credential) }
    };
    let leases =
        [with_password("old"), with_password("old"), with_password("new")].map(|spec| pool.lease(&spec).unwrap());
    assert_eq!(world.created(), 2);
    assert!(leases[0].is_same_client(&leases[1]) && !leases[1].is_same_client(&leases[2]));
}

#[test]
fn while_there_is_no_valid_token_every_event_is_refused_at_once_with_the_reason() {
    let (world, pool) = rig();
    let (writer, token) = TokenWriter::new(TokenRequest::MskIam(MskIamRequest::default()).identity());
    let login = Login::OAuthBearer { token, extensions: BTreeMap::new() };
    let spec = ClientSpec {
        security: Security { transport: Transport::Plaintext, login },
        clock: WallClock::reading(|| Timestamp::from_millis(1000)),
        ..spec("a", "token")
    };
    let lease = pool.lease(&spec).unwrap();
    let mut lane = Lane::new(TopicName::new("orders").unwrap(), lease, LaneLimits::default(), Duration::from_secs(30));
    let put = |ends| {
        let ends = Timestamp::from_millis(ends);
        writer.put(BearerToken::new(Secret::new("hunter2"), "svc", Timestamp::default(), ends));
    };
    let refused = |lane: &mut Lane| {
        let nack = send(lane).unwrap_err();
        assert_eq!((nack.kind, nack.written, nack.retry), (NackKind::Authentication, Written::No, true), "{nack}");
        assert_eq!(lane.outstanding(), Outstanding::default());
        nack.explain()
    };
    assert!(refused(&mut lane).contains("none was given yet"));
    put(1000);
    assert!(refused(&mut lane).contains("the last one ended at 1970-01-01T00:00:01"));
    assert!(world.sent().is_empty(), "the client saw nothing of it");
    put(1001);
    send(&mut lane).unwrap();
    assert_eq!(world.sent().len(), 1);
}
