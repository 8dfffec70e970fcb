use std::sync::Arc;

use test_probe_directives::{ClusterName, TopicName};
use tokio::sync::oneshot;

use super::ClientPool;
use crate::scripted::ScriptedProducers;
use crate::{
    ClientError, ClientIdentity, ClientSpec, Lane, LaneLimits, NackKind, OutgoingRecord, ProduceResult, Ticket,
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
    let lane = |name| {
        let lease = pool.lease(&spec("a", "")).unwrap();
        Lane::new(TopicName::new(name).unwrap(), lease, LaneLimits::default(), std::time::Duration::from_secs(30))
    };
    let (mut orders, mut payments) = (lane("orders"), lane("payments"));
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
    let lease = pool.lease(&spec("a", "")).unwrap();
    let mut lane =
        Lane::new(TopicName::new("orders").unwrap(), lease, LaneLimits::default(), std::time::Duration::from_secs(30));
    world.break_clients("fenced");
    world.fail_creation(Some(ClientError::Settings { client_id: "x".into(), reason: "no such setting".into() }));
    let nack = send(&mut lane).unwrap_err();
    assert_eq!((nack.kind, nack.retry), (NackKind::Broker, true));
    assert!(nack.explain().contains("no such setting"), "{}", nack.explain());
    world.fail_creation(None);
    send(&mut lane).unwrap();
}
