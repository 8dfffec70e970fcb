use std::time::Duration;

use test_probe_directives::{ClusterName, StartFrom, TopicName};
use test_probe_kafka::{ClientError, ClientIdentity, ClientSpec, GapPolicy, GroupProtocol, Headers};
use test_probe_testkit::ScriptedConsumers;

use super::*;
use crate::test_rig::paused;

fn spec(topics: &[&str]) -> ConsumerSpec {
    let identity = ClientIdentity {
        cluster: ClusterName::default(),
        bootstrap_servers: "scripted:9092".parse().unwrap(),
        principal: "svc".into(),
        credential: String::new(),
    };
    ConsumerSpec {
        client: ClientSpec::new(identity, "consumer-1"),
        group_id: "test-1".into(),
        protocol: GroupProtocol::Classic,
        topics: topics.iter().map(|topic| TopicName::new(topic).unwrap()).collect(),
        start: ConsumerStart::At(StartFrom::TestStart),
        commit_batch_size: 20,
        commit_interval: Duration::from_secs(10),
        queue_capacity: 10,
        start_timeout: Duration::from_secs(1),
        fetch_wait: Duration::from_millis(5),
        gaps: GapPolicy::Expected,
    }
}

fn fatal() -> StreamFailure {
    StreamFailure::Fatal { group_id: "test-1".into(), reason: "fenced".into() }
}

struct Rig {
    world: ScriptedConsumers,
    session: Rc<SharedSession>,
    orders: TopicSource,
    payments: TopicSource,
}

fn rig() -> Rig {
    let world = ScriptedConsumers::assigning();
    let (session, sources) = SharedSession::open(Arc::new(world.clone()), spec(&["orders", "payments"])).unwrap();
    let [orders, payments] = <[TopicSource; 2]>::try_from(sources).unwrap();
    Rig { world, session, orders, payments }
}

impl Rig {
    fn push(&self, topic: &str, offset: i64) {
        self.world.topic(topic).unwrap().push_at(offset, None, None, Headers::none());
    }
    fn fail(&self, failure: &StreamFailure) {
        for topic in ["orders", "payments"] {
            self.world.topic(topic).unwrap().fail(failure.clone());
        }
    }
}

#[test]
fn the_first_topic_that_is_back_opens_and_the_others_join_until_the_session_is_closed() {
    let (first, second) = (Generation(1), Generation(2));
    assert_eq!(succession(Some(first), first), Succession::Open);
    assert_eq!(succession(Some(second), first), Succession::Join);
    assert_eq!(succession(Some(second), second), Succession::Open);
    assert_eq!(succession(None, first), Succession::Over);
}

#[test]
fn one_successor_serves_all_topics_and_begins_where_the_group_stands() {
    paused(async {
        let mut rig = rig();
        rig.fail(&fatal());
        rig.orders.next().await.unwrap_err();
        rig.payments.next().await.unwrap_err();
        assert_eq!(rig.world.opened().len(), 1, "nothing is opened before a topic asks again");

        let orders = tokio::task::spawn_local(async move { rig.orders.next().await.map(|record| record.offset) });
        tokio::task::yield_now().await;
        let opened = rig.world.opened();
        assert_eq!(opened.iter().map(|spec| spec.start).collect::<Vec<_>>(), {
            [ConsumerStart::At(StartFrom::TestStart), ConsumerStart::Committed]
        });
        assert_eq!((&opened[1].group_id, &opened[1].topics), (&opened[0].group_id, &opened[0].topics));
        assert_eq!(rig.world.closing(), 1, "the client that failed is told to close");
        rig.world.topic("orders").unwrap().push_at(5, None, None, Headers::none());
        rig.world.topic("payments").unwrap().push_at(6, None, None, Headers::none());
        assert_eq!(orders.await.unwrap().unwrap(), 5);
        assert_eq!(rig.payments.next().await.unwrap().offset, 6);
        assert_eq!(rig.world.opened().len(), 2);
    });
}

#[test]
fn a_topic_that_missed_a_client_joins_the_one_after_it() {
    paused(async {
        let mut rig = rig();
        rig.fail(&fatal());
        rig.orders.next().await.unwrap_err();
        for _ in 0..2 {
            rig.push("orders", 0);
            let reading = rig.orders.next();
            let mut reading = std::pin::pin!(reading);
            assert!(futures_util::poll!(&mut reading).is_pending(), "a new client has nothing yet");
            rig.world.topic("orders").unwrap().fail(fatal());
            reading.await.unwrap_err();
        }
        assert_eq!(rig.world.opened().len(), 3);
        rig.payments.next().await.unwrap_err();
        rig.push("payments", 1);
        assert_eq!(rig.payments.next().await.unwrap().offset, 1);
        assert_eq!(rig.world.opened().len(), 3);
    });
}

#[test]
fn what_was_processed_is_passed_over_and_committed_by_the_successor() {
    paused(async {
        let mut rig = rig();
        for offset in [3, 4] {
            rig.push("orders", offset);
        }
        for _ in 0..2 {
            let record = rig.orders.next().await.unwrap();
            rig.orders.processed(&record);
        }
        rig.fail(&fatal());
        rig.orders.next().await.unwrap_err();
        assert!(futures_util::poll!(std::pin::pin!(rig.orders.next())).is_pending());
        for offset in [3, 4, 5] {
            rig.push("orders", offset);
        }
        assert_eq!(rig.orders.next().await.unwrap().offset, 5, "3 and 4 were read by the first client");
        assert_eq!(rig.world.topic("orders").unwrap().take_processed()[0].offset, 5);
    });
}

#[test]
fn a_failure_that_another_client_would_have_too_has_no_successor() {
    paused(async {
        let mut rig = rig();
        rig.fail(&StreamFailure::Denied { group_id: "test-1".into(), reason: "no right".into() });
        for _ in 0..2 {
            let failure = rig.orders.next().await.unwrap_err();
            assert!(matches!(failure, StreamFailure::Denied { .. }), "{failure}");
        }
        assert_eq!(rig.world.opened().len(), 1);
    });
}

#[test]
fn a_successor_that_cannot_be_made_is_an_end_with_that_cause() {
    paused(async {
        let mut rig = rig();
        rig.fail(&fatal());
        rig.orders.next().await.unwrap_err();
        let error = ClientError::Settings { client_id: "consumer-1".into(), reason: "no thread".into() };
        rig.world.fail_opening(Some(error));
        let failure = rig.orders.next().await.unwrap_err();
        assert!(matches!(failure, StreamFailure::Open(_)) && failure.to_string().contains("no thread"), "{failure}");
    });
}

#[test]
fn a_closed_session_opens_nothing_and_closes_the_client_that_is_present() {
    paused(async {
        let mut rig = rig();
        rig.fail(&fatal());
        rig.orders.next().await.unwrap_err();
        assert!(futures_util::poll!(std::pin::pin!(rig.orders.next())).is_pending());
        assert!(rig.session.close(Instant::now() + Duration::from_secs(1)).await);
        assert_eq!((rig.world.opened().len(), rig.world.closing()), (2, 2));
        let failure = rig.payments.next().await.unwrap_err();
        assert!(matches!(failure, StreamFailure::Fatal { .. }), "it has read the first client to its end: {failure}");
        assert!(matches!(rig.payments.next().await.unwrap_err(), StreamFailure::Closed));
        rig.session.abandon();
        assert_eq!(rig.world.opened().len(), 2);
    });
}
