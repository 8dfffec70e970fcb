//! A Schema Registry that is slow, hangs or fails, while events are produced and waited for.

use std::error::Error;

use test_probe_testkit::{GatedRegistry, ScriptedProducers};
use tokio::task::JoinHandle;
use tokio::time::{Instant, advance};

use super::*;
use crate::dsl::blocking::unanswered;
use crate::dsl::producer::Call;
use crate::dsl::{ConsumedEvent, TopicConsumer};
use crate::supervision::Child;
use crate::{KafkaConsumerActor, KafkaProducerActor};

struct Slow {
    rig: TestRig,
    gate: Arc<GatedRegistry>,
    _producers: Child<KafkaProducerActor>,
}

/// Producers whose registry does not answer before the gate is opened.
async fn slow() -> Slow {
    let gate = GatedRegistry::closed(&registry());
    let mut rig = TestRig::with_serdes(Some(serdes(&gate)));
    rig.producers = ScriptedProducers::keeping();
    let producers = rig.open_producers(&[directive("orders", Role::Producer)]).await;
    Slow { rig, gate, _producers: producers }
}

fn produce(rig: &TestRig) -> JoinHandle<test_probe_kafka::ProduceResult> {
    let (dsl, test_id) = (rig.dsl.clone(), rig.test_id);
    tokio::task::spawn_local(async move {
        dsl.produce_event(test_id, "orders", &key("X", "a"), &order("A"), Headers::none()).await
    })
}

#[test]
fn a_call_that_is_dropped_while_a_schema_is_looked_up_was_never_accepted() {
    paused(async {
        let Slow { rig, gate, _producers } = slow().await;
        let call = produce(&rig);
        settle().await;
        call.abort();
        settle().await;
        gate.open();
        settle().await;
        assert_eq!(rig.journal.lines(), [""; 0]);
        for line in
            [r#"probe_events_accepted_total{topic="orders"} 0"#, r#"probe_events_nacked_total{topic="orders"} 0"#]
        {
            assert!(rig.scrape().iter().any(|known| known == line), "{line} is not among {:#?}", rig.scrape());
        }
        let errors = "probe_kafka_producer_errors_total";
        assert!(rig.scrape().iter().all(|line| !line.starts_with(errors)), "{:#?}", rig.scrape());
    });
}

#[test]
fn latency_counts_from_the_call_and_not_from_the_end_of_the_look_up() {
    paused(async {
        let Slow { rig, gate, _producers } = slow().await;
        let call = produce(&rig);
        settle().await;
        advance(Duration::from_secs(3)).await;
        gate.open();
        until(|| rig.producers.kept() == 1).await;
        advance(Duration::from_secs(1)).await;
        rig.producers.deliver_all();
        let latency = call.await.unwrap().unwrap().latency;
        assert!(latency >= Duration::from_secs(4) && latency < Duration::from_millis(4_100), "{latency:?}");
    });
}

#[test]
fn a_look_up_takes_no_longer_than_the_produce_time_out_and_its_nack_names_the_registry() {
    paused(async {
        let Slow { rig, gate: _gate, _producers } = slow().await;
        let (begun, limit) = (Instant::now(), DslSettings::default().produce_timeout);
        let nack = produce(&rig).await.unwrap().unwrap_err();
        assert_eq!((nack.kind, nack.written, nack.retry), (NackKind::Timeout, Written::No, true));
        assert_eq!(
            nack.reason,
            "the look-up of the schema took too long: the Schema Registry at memory://registry did not answer within \
             the produce time-out of 30s"
        );
        assert!(begun.elapsed() >= limit && begun.elapsed() < limit + Duration::from_millis(20));
        assert_eq!(rig.journal.lines(), ["accepted 1 orders", "nacked 1 Timeout no"]);
    });
}

#[test]
fn time_that_the_look_up_took_is_not_given_to_the_broker_again() {
    paused(async {
        let Slow { rig, gate, _producers } = slow().await;
        let begun = Instant::now();
        let call = produce(&rig);
        settle().await;
        advance(Duration::from_secs(29)).await;
        gate.open();
        until(|| rig.producers.kept() == 1).await;
        let nack = call.await.unwrap().unwrap_err();
        assert_eq!((nack.kind, nack.written), (NackKind::Timeout, Written::Possibly));
        assert!(begun.elapsed() < Duration::from_millis(30_100), "{:?}", begun.elapsed());
    });
}

#[test]
fn a_blocked_thread_that_gets_no_answer_is_told_possibly_written_only_of_an_event_that_was_handed_over() {
    paused(async {
        let Slow { rig, gate, _producers } = slow().await;
        let producer = rig.dsl.producer(rig.test_id, "orders").unwrap();
        let (call, key, order, limit) = (Call::begin(), key("X", "a"), order("A"), Duration::from_secs(31));
        let mut producing = std::pin::pin!(producer.produce_in(&call, &key, &order, Headers::none()));
        assert!(futures_util::poll!(&mut producing).is_pending());
        let nack = unanswered(&call, limit);
        assert_eq!((nack.kind, nack.written, nack.retry), (NackKind::Timeout, Written::No, true));
        gate.open();
        for _ in 0..100 {
            tokio::task::yield_now().await;
            assert!(futures_util::poll!(&mut producing).is_pending(), "nothing is delivered");
        }
        assert_eq!(rig.producers.kept(), 1);
        let nack = unanswered(&call, limit);
        assert_eq!((nack.kind, nack.written, nack.retry), (NackKind::Timeout, Written::Possibly, false));
    });
}

/// A consumer with one event whose schema its registry has not told yet.
struct Reader {
    rig: TestRig,
    orders: TopicConsumer,
    _consumers: Child<KafkaConsumerActor>,
}

async fn reader<R: test_probe_encoding::SchemaRegistry + 'static>(
    writer: &Arc<ScriptedRegistry>,
    registry: &Arc<R>,
) -> Reader {
    let written = TestRig::with_serdes(Some(serdes(writer)));
    let text_key = |role| TopicDirective { key: KeyFormat::Text, ..directive("orders", role) };
    let _producers = written.open_producers(&[text_key(Role::Producer)]).await;
    written.dsl.produce_event(written.test_id, "orders", "k", &order("A-1"), Headers::none()).await.unwrap();
    let record = written.producers.sent().remove(0);

    let rig = TestRig::with_serdes(Some(serdes(registry)));
    let consumers = rig.open_consumers(&[text_key(Role::Consumer)]).await;
    rig.consumers.topic("orders").unwrap().push(record.key.as_deref(), record.value.as_deref(), Headers::none());
    settle().await;
    let orders = rig.dsl.consumer(rig.test_id, "orders").unwrap();
    Reader { rig, orders, _consumers: consumers }
}

fn refused(times: usize) -> impl Iterator<Item = RegistryFailure> {
    (0..times).map(|_| RegistryFailure::Unreachable(Arc::new(std::io::Error::other("refused"))))
}

fn by_content() -> Wanted {
    Wanted::any().with_json_path(JsonPath::parse("$.order_id").unwrap(), json!("A-1"))
}

#[test]
fn a_wait_by_content_asks_a_registry_that_fails_again_and_loses_no_event() {
    paused(async {
        let registry = registry();
        let Reader { orders, rig: _rig, _consumers } = reader(&registry, &registry).await;
        registry.fail_next(refused(3));
        let begun = Instant::now();
        let found = orders.wait_for_raw(by_content(), Duration::from_secs(5)).await.unwrap();
        assert_eq!(found.record.offset, 0);
        assert!(begun.elapsed() >= Duration::from_millis(1500) && begun.elapsed() < Duration::from_millis(1600));
    });
}

#[test]
fn a_wait_by_content_says_at_its_deadline_that_the_registry_did_not_answer() {
    paused(async {
        let registry = registry();
        let Reader { orders, rig: _rig, _consumers } = reader(&registry, &registry).await;
        registry.fail_next(refused(1000));
        let begun = Instant::now();
        let error = orders.wait_for_raw(by_content(), Duration::from_secs(2)).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "an event that passes the test was waited for on topic 'orders' for 2s, but the Schema Registry at \
             memory://registry did not answer, so partition 0, offset 0 could not be decoded"
        );
        let chain = crate::supervision::explain(&error);
        assert!(chain.ends_with("refused") && error.source().is_some() && error.helps_to_ask_again(), "{chain}");
        assert!(begun.elapsed() >= Duration::from_secs(2) && begun.elapsed() < Duration::from_millis(2_020));
    });
}

#[test]
fn an_event_that_is_not_wanted_anyway_needs_no_registry() {
    paused(async {
        let registry = registry();
        let Reader { orders, rig: _rig, _consumers } = reader(&registry, &registry).await;
        registry.fail_next(refused(1000));
        let wanted = by_content().that(|event| event.record.headers.last("source").is_some());
        let error = orders.wait_for_raw(wanted, Duration::from_secs(2)).await.unwrap_err();
        assert!(matches!(error, FetchError::DidNotArrive { seen: 1, .. }), "{error}");
    });
}

#[test]
fn a_registry_that_hangs_is_cut_off_at_the_deadline_of_a_wait_by_content() {
    paused(async {
        let registry = registry();
        let gate = GatedRegistry::closed(&registry);
        let Reader { orders, rig: _rig, _consumers } = reader(&registry, &gate).await;
        let begun = Instant::now();
        let error = orders.wait_for_raw(by_content(), Duration::from_secs(2)).await.unwrap_err();
        assert!(matches!(error, FetchError::RegistryDidNotAnswer { source: None, .. }), "{error:?}");
        assert!(begun.elapsed() >= Duration::from_secs(2) && begun.elapsed() < Duration::from_millis(2_020));
        gate.open();
        assert_eq!(orders.wait_for_raw(by_content(), Duration::from_secs(2)).await.unwrap().record.offset, 0);
    });
}

#[test]
fn a_typed_wait_decodes_inside_its_deadline_and_asks_again_too() {
    paused(async {
        let registry = registry();
        let Reader { orders, rig: _rig, _consumers } = reader(&registry, &registry).await;
        registry.fail_next(refused(3));
        let wait = |limit| orders.wait_for::<String, OrderCreated>(Wanted::any(), limit);
        let event: ConsumedEvent<String, OrderCreated> = wait(Duration::from_secs(5)).await.unwrap();
        assert_eq!(event.value, order("A-1"));

        let other = reader(&registry, &registry).await;
        registry.fail_next(refused(1000));
        let begun = Instant::now();
        let error = other.orders.wait_for::<String, OrderCreated>(Wanted::any(), Duration::from_secs(5)).await;
        let error = error.unwrap_err();
        assert!(matches!(error, FetchError::RegistryDidNotAnswer { source: Some(_), .. }), "{error:?}");
        assert!(begun.elapsed() >= Duration::from_secs(5) && begun.elapsed() < Duration::from_millis(5_020));
    });
}

#[test]
fn a_deadline_of_zero_sees_what_is_there_and_decodes_it() {
    paused(async {
        let registry = registry();
        let Reader { orders, rig, _consumers } = reader(&registry, &registry).await;
        assert_eq!(orders.wait_for_raw(Wanted::any(), Duration::ZERO).await.unwrap().record.offset, 0);
        let event = orders.wait_for::<String, OrderCreated>(Wanted::any(), Duration::ZERO).await.unwrap();
        assert_eq!(event.value, order("A-1"), "an event that is there has the ask time-out to be decoded");
        assert_eq!(orders.wait_for_raw(by_content(), Duration::ZERO).await.unwrap().record.offset, 0);
        let (wanted, begun) = (Wanted::correlation_id("later"), Instant::now());
        let error = orders.wait_for_raw(wanted.clone(), Duration::ZERO).await;
        assert!(matches!(error, Err(FetchError::DidNotArrive { seen: 0, .. })), "{error:?}");
        rig.consumers.topic("orders").unwrap().push(Some(b"later"), None, Headers::none());
        settle().await;
        assert_eq!(orders.wait_for_raw(wanted, Duration::ZERO).await.unwrap().record.offset, 1);
        assert_eq!(begun.elapsed(), Duration::ZERO);
    });
}

#[test]
fn a_deadline_that_no_clock_can_hold_is_a_long_one() {
    paused(async {
        let registry = registry();
        let Reader { orders, rig: _rig, _consumers } = reader(&registry, &registry).await;
        assert_eq!(orders.wait_for_raw(Wanted::any(), Duration::MAX).await.unwrap().record.offset, 0);
    });
}
