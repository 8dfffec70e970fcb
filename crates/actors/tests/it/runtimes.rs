//! Events are produced and fetched from any Tokio runtime, from smol, from a plain thread, and from inside an actor.

use std::thread;
use std::time::Duration;

use actix::{Actor, Context, Handler, Message, ResponseFuture};
use test_probe_actors::dsl::{ConsumedEvent, FetchError, ProbeDsl, Wanted};
use test_probe_directives::TestId;
use test_probe_encoding::CloudEvent;
use test_probe_kafka::{Headers, NackKind};

use crate::world::{OrderCreated, World, key, order};

const DEADLINE: Duration = Duration::from_secs(20);

type Event = ConsumedEvent<CloudEvent, OrderCreated>;

/// Produces an event, waits for it and fetches it, by the forms that do not block.
async fn round_trip(dsl: ProbeDsl, test_id: TestId, label: &'static str) {
    let (key, order) = (key(label), order(label));
    let ack = dsl.produce_event(test_id, "orders", &key, &order, Headers::none().with("from", label)).await.unwrap();
    let wanted = Wanted::correlation_id(&key.correlationid);
    let awaited: Event = dsl.await_consumed_event(test_id, "orders", wanted, DEADLINE).await.unwrap();
    assert_eq!((&awaited.key, &awaited.value, awaited.raw.record.offset), (&key, &order, ack.offset));
    let fetched: Event = dsl.fetch_consumed_event(test_id, "orders", &key.correlationid).await.unwrap();
    assert_eq!((fetched.value, fetched.headers.last("from")), (order, Some(label.as_bytes())));
    let missing = dsl.fetch_consumed_event::<CloudEvent, OrderCreated>(test_id, "orders", "nobody").await;
    assert!(matches!(missing, Err(FetchError::NotThere { .. })), "{missing:?}");
}

/// The same by the forms that block.
fn round_trip_blocking(dsl: &ProbeDsl, test_id: TestId, label: &'static str) {
    let (key, order) = (key(label), order(label));
    let ack = dsl.produce_event_blocking(test_id, "orders", &key, &order, Headers::none()).unwrap();
    let wanted = Wanted::correlation_id(&key.correlationid);
    let awaited: Event = dsl.await_consumed_event_blocking(test_id, "orders", wanted, DEADLINE).unwrap();
    assert_eq!((&awaited.key, &awaited.value, awaited.raw.record.offset), (&key, &order, ack.offset));
    let fetched: Event = dsl.fetch_consumed_event_blocking(test_id, "orders", &key.correlationid).unwrap();
    assert_eq!(fetched.value, order);
}

#[test]
fn from_a_tokio_runtime_of_one_thread() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let world = World::open().await;
        round_trip(world.dsl.clone(), world.test_id, "current-thread").await;
    });
}

#[test]
fn from_a_tokio_runtime_of_many_threads_by_many_tasks() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let world = runtime.block_on(World::open());
    let labels = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let tasks = labels.map(|label| runtime.spawn(round_trip(world.dsl.clone(), world.test_id, label)));
    for task in tasks {
        runtime.block_on(task).unwrap();
    }
}

#[test]
fn from_smol() {
    smol::block_on(async {
        let world = World::open().await;
        round_trip(world.dsl.clone(), world.test_id, "smol").await;
        smol::spawn(round_trip(world.dsl.clone(), world.test_id, "smol's own thread")).await;
    });
}

#[test]
fn from_a_plain_thread() {
    let world = smol::block_on(World::open());
    let (dsl, test_id) = (world.dsl.clone(), world.test_id);
    thread::spawn(move || round_trip_blocking(&dsl, test_id, "plain")).join().unwrap();
}

#[test]
fn from_a_thread_of_somebody_elses_runtime_by_the_forms_that_block() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let world = World::open().await;
        round_trip_blocking(&world.dsl, world.test_id, "blocks its own runtime only");
    });
    smol::block_on(async {
        let world = World::open().await;
        round_trip_blocking(&world.dsl, world.test_id, "smol, blocked");
    });
}

/// An actor of a program, which lives beside the topics' actors.
struct Shopkeeper {
    dsl: ProbeDsl,
    test_id: TestId,
}

#[derive(Message)]
#[rtype(result = "thread::ThreadId")]
struct Sell;

impl Actor for Shopkeeper {
    type Context = Context<Self>;
}

impl Handler<Sell> for Shopkeeper {
    type Result = ResponseFuture<thread::ThreadId>;

    fn handle(&mut self, _: Sell, _: &mut Context<Self>) -> Self::Result {
        let (dsl, test_id) = (self.dsl.clone(), self.test_id);
        Box::pin(async move {
            round_trip(dsl, test_id, "shop").await;
            thread::current().id()
        })
    }
}

#[test]
fn from_inside_an_actor_on_the_tests_own_arbiter() {
    smol::block_on(async {
        let world = World::open().await;
        let (dsl, test_id) = (world.dsl.clone(), world.test_id);
        let shopkeeper = world.arbiter.run(move || async move { Shopkeeper { dsl, test_id }.start() }).await.unwrap();
        let sold_on = shopkeeper.send(Sell).await.unwrap();
        let arbiters = world.arbiter.run(|| async { thread::current().id() }).await.unwrap();
        assert_eq!(sold_on, arbiters);
    });
}

#[test]
fn the_forms_that_block_are_refused_on_the_systems_own_threads() {
    let world = smol::block_on(World::open());
    let (dsl, test_id) = (world.dsl.clone(), world.test_id);
    let on_the_arbiter = world.arbiter.run(move || async move { refusals(&dsl, test_id) });
    assert_eq!(smol::block_on(on_the_arbiter).unwrap(), REFUSALS);
    let (dsl, test_id) = (world.dsl.clone(), world.test_id);
    let on_the_quiet_thread = world.system.runtime().run(async move { refusals(&dsl, test_id) });
    assert_eq!(smol::block_on(on_the_quiet_thread).unwrap(), REFUSALS);
}

const REFUSALS: [&str; 3] = ["produce_event", "fetch_consumed_event", "await_consumed_event"];

/// The forms that are named instead.
fn refusals(dsl: &ProbeDsl, test_id: TestId) -> [&'static str; 3] {
    let nack = dsl.produce_event_blocking(test_id, "orders", &key("x"), &order("x"), Headers::none()).unwrap_err();
    assert_eq!(nack.kind, NackKind::WouldDeadlock, "{nack}");
    let fetched = dsl.fetch_consumed_event_blocking::<CloudEvent, OrderCreated>(test_id, "orders", "x");
    let limit = Duration::from_millis(1);
    let awaited =
        dsl.await_consumed_event_blocking::<CloudEvent, OrderCreated>(test_id, "orders", Wanted::any(), limit);
    let instead = |error| match error {
        FetchError::WouldDeadlock { instead } => instead,
        other => panic!("not refused: {other}"),
    };
    let named = REFUSALS[0];
    assert!(nack.reason.ends_with(&format!("use {named} instead")), "{nack}");
    [named, instead(fetched.unwrap_err()), instead(awaited.unwrap_err())]
}
