//! The pipeline without actors: lane, client and delivery report on a real broker; and the way back.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use test_probe_directives::{StartFrom, Timestamp, TopicName};
use test_probe_kafka::{
    ClientPool, ConsumerClientFactory, ConsumerSession, ConsumerSpec, ConsumerStart, GapPolicy, GroupProtocol, Headers,
    Lane, LaneLimits, Librdkafka, NoObserver, OutgoingRecord, ProduceResult, ProducedAck, Ticket, TopicAdmin,
    TopicCreation,
};
use test_probe_testkit::{Stack, unique_topic};
use tokio::sync::oneshot;
use tokio::time::Instant;

pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

fn librdkafka() -> Librdkafka {
    Librdkafka::new(Arc::new(NoObserver))
}

pub(crate) async fn create(stack: &Stack, topic: &TopicName, partitions: i32) {
    let admin = TopicAdmin::new(&stack.client("admin")).unwrap();
    assert_eq!(admin.ensure(topic, partitions, 1, PATIENCE).await.unwrap(), TopicCreation::Created);
    assert_eq!(admin.ensure(topic, partitions, 1, PATIENCE).await.unwrap(), TopicCreation::Existed);
}

pub(crate) fn lane(stack: &Stack, topic: &TopicName, limits: LaneLimits) -> Lane {
    let pool = ClientPool::new(Arc::new(librdkafka()));
    let lease = pool.lease(&stack.client("pipeline")).unwrap();
    Lane::new(topic.clone(), lease, limits, PATIENCE)
}

fn offer(lane: &RefCell<Lane>, record: OutgoingRecord) -> oneshot::Receiver<ProduceResult> {
    let (to, answer) = oneshot::channel();
    lane.borrow_mut().offer(record, Ticket::unobserved(), Some(to));
    answer
}

/// Offers all records and keeps the lane until each has its answer.
pub(crate) async fn produce(lane: Lane, records: Vec<OutgoingRecord>) -> Vec<ProducedAck> {
    let lane = RefCell::new(lane);
    let keeper = lane.borrow().keeper();
    let keep = async {
        loop {
            let look_at = lane.borrow_mut().next_look(Instant::now());
            keeper.wait(look_at).await;
            lane.borrow_mut().pump();
            lane.borrow_mut().expire(Instant::now());
        }
    };
    let answers: Vec<_> = records.into_iter().map(|record| offer(&lane, record)).collect();
    let collect = async {
        let mut acks = Vec::new();
        for answer in answers {
            acks.push(answer.await.expect("an answer").expect("an acknowledgement"));
        }
        acks
    };
    tokio::select! {
        acks = collect => acks,
        () = keep => unreachable!("the keeper never ends"),
    }
}

fn consumer(stack: &Stack, topics: &[&TopicName], start_from: StartFrom, protocol: GroupProtocol) -> ConsumerSession {
    librdkafka().open(consumer_spec(stack, topics, start_from, protocol)).unwrap()
}

/// A consumer in a group of its own.
fn consumer_spec(stack: &Stack, topics: &[&TopicName], start_from: StartFrom, protocol: GroupProtocol) -> ConsumerSpec {
    let group_id = unique_topic("group").to_string();
    let topics = topics.iter().map(|topic| (*topic).clone()).collect();
    ConsumerSpec {
        client: stack.client("reader"),
        group_id,
        protocol,
        topics,
        start: ConsumerStart::At(start_from),
        commit_batch_size: 20,
        commit_interval: Duration::from_secs(10),
        queue_capacity: 16,
        start_timeout: PATIENCE,
        fetch_wait: Duration::from_millis(100),
        gaps: GapPolicy::Expected,
    }
}

#[tokio::test]
async fn two_hundred_records_are_acknowledged_by_the_broker_and_read_back_in_order_with_headers() {
    let Some(stack) = Stack::find() else { return };
    for protocol in [GroupProtocol::Classic, GroupProtocol::Consumer] {
        let topic = unique_topic("pipeline");
        create(&stack, &topic, 1).await;
        let record = |number: u8| OutgoingRecord {
            key: Some(vec![number]),
            value: Some(vec![number; 10]),
            headers: Headers::none().with("n", number.to_string()).with("n", "again"),
        };
        let limits = LaneLimits { max_in_flight: 10, buffer_size: 100, max_concurrent_offers: 100 };
        let acks = produce(lane(&stack, &topic, limits), (0..200).map(record).collect()).await;
        assert_eq!(acks.iter().map(|ack| ack.offset).collect::<Vec<_>>(), (0..200).collect::<Vec<_>>());
        assert!(acks.iter().all(|ack| ack.latency > Duration::ZERO && ack.timestamp.as_millis() > 0));

        let mut session = consumer(&stack, &[&topic], StartFrom::Earliest, protocol);
        let stream = &mut session.streams[0];
        assert_eq!(stream.readiness().ready().await.unwrap().start_offsets[&0], 0);
        for number in 0..200_u8 {
            let read = tokio::time::timeout(PATIENCE, stream.next()).await.unwrap().unwrap();
            assert_eq!((read.offset, read.value.as_deref()), (i64::from(number), Some([number; 10].as_slice())));
            assert_eq!(read.headers, record(number).headers);
            stream.processed();
        }
        assert!(session.control.close(Instant::now() + PATIENCE).await);
    }
}

#[tokio::test]
async fn reading_from_the_start_of_the_test_sees_what_comes_after_it_and_nothing_before() {
    let Some(stack) = Stack::find() else { return };
    let (orders, payments) = (unique_topic("orders"), unique_topic("payments"));
    for topic in [&orders, &payments] {
        create(&stack, topic, 3).await;
    }
    let record =
        |text: &str| OutgoingRecord { key: Some(text.into()), value: Some(text.into()), headers: Headers::none() };
    produce(lane(&stack, &orders, LaneLimits::default()), vec![record("before"); 5]).await;

    let mut session = consumer(&stack, &[&orders, &payments], StartFrom::TestStart, GroupProtocol::Classic);
    for stream in &mut session.streams {
        let starts = stream.readiness().ready().await.unwrap().start_offsets;
        assert_eq!(starts.len(), 3);
    }
    produce(lane(&stack, &orders, LaneLimits::default()), vec![record("after")]).await;
    produce(lane(&stack, &payments, LaneLimits::default()), vec![record("paid")]).await;
    for (stream, expected) in session.streams.iter_mut().zip(["after", "paid"]) {
        let read = tokio::time::timeout(PATIENCE, stream.next()).await.unwrap().unwrap();
        assert_eq!(read.value.as_deref(), Some(expected.as_bytes()));
    }
}

#[tokio::test]
async fn reading_from_a_time_begins_at_the_first_record_of_that_time_or_later() {
    let Some(stack) = Stack::find() else { return };
    let topic = unique_topic("times");
    create(&stack, &topic, 1).await;
    let record = || OutgoingRecord { value: Some(vec![1]), ..OutgoingRecord::default() };
    let mut acks = produce(lane(&stack, &topic, LaneLimits::default()), vec![record(); 3]).await;
    // A broker's clock counts milliseconds; the time that is asked for must be one that some records are older than.
    while acks.last().unwrap().timestamp == acks[0].timestamp {
        acks.extend(produce(lane(&stack, &topic, LaneLimits::default()), vec![record()]).await);
    }
    let last = acks.last().unwrap();
    let first_of_its_time = acks.iter().find(|ack| ack.timestamp >= last.timestamp).unwrap();
    let after_all = Timestamp::from_millis(last.timestamp.as_millis() + 1);
    for (at, expected) in [(last.timestamp, first_of_its_time.offset), (after_all, last.offset + 1)] {
        let session = consumer(&stack, &[&topic], StartFrom::Timestamp(at), GroupProtocol::Consumer);
        assert_eq!(session.streams[0].readiness().ready().await.unwrap().start_offsets[&0], expected);
        assert!(session.control.close(Instant::now() + PATIENCE).await);
    }
}

#[tokio::test]
async fn a_client_that_takes_another_s_place_goes_on_behind_what_that_one_processed() {
    let Some(stack) = Stack::find() else { return };
    for protocol in [GroupProtocol::Classic, GroupProtocol::Consumer] {
        let topic = unique_topic("places");
        create(&stack, &topic, 1).await;
        let record = |number: u8| OutgoingRecord { value: Some(vec![number]), ..OutgoingRecord::default() };
        produce(lane(&stack, &topic, LaneLimits::default()), (0..5).map(record).collect()).await;
        let mut spec = consumer_spec(&stack, &[&topic], StartFrom::Earliest, protocol);
        for (begins_at, processes) in [(0, 2), (2, 3), (5, 0)] {
            let mut session = librdkafka().open(spec.clone()).unwrap();
            let stream = &mut session.streams[0];
            assert_eq!(stream.readiness().ready().await.unwrap().start_offsets[&0], begins_at, "{protocol}");
            for offset in begins_at..begins_at + processes {
                assert_eq!(tokio::time::timeout(PATIENCE, stream.next()).await.unwrap().unwrap().offset, offset);
                stream.processed();
            }
            assert!(session.control.close(Instant::now() + PATIENCE).await);
            spec.start = ConsumerStart::Committed;
        }
    }
}

#[tokio::test]
async fn a_reader_that_is_far_behind_loses_nothing_and_stops_nobody_else() {
    let Some(stack) = Stack::find() else { return };
    let (slow, quick) = (unique_topic("slow"), unique_topic("quick"));
    for topic in [&slow, &quick] {
        create(&stack, topic, 2).await;
    }
    let record = |number: u16| OutgoingRecord {
        key: Some(number.to_be_bytes().into()),
        value: Some(vec![0; 100]),
        headers: Headers::none(),
    };
    produce(lane(&stack, &slow, LaneLimits::default()), (0..1000).map(record).collect()).await;
    produce(lane(&stack, &quick, LaneLimits::default()), vec![record(1)]).await;

    let mut session = consumer(&stack, &[&slow, &quick], StartFrom::Earliest, GroupProtocol::Classic);
    let mut quick = session.streams.pop().unwrap();
    let mut slow = session.streams.pop().unwrap();
    tokio::time::timeout(PATIENCE, quick.next()).await.unwrap().unwrap();
    let mut keys = std::collections::BTreeSet::new();
    while keys.len() < 1000 {
        let read = tokio::time::timeout(PATIENCE, slow.next()).await.unwrap().unwrap();
        assert!(keys.insert(read.key.clone().unwrap()), "read twice: {read:?}");
        slow.processed();
    }
}

#[tokio::test]
async fn a_topic_that_does_not_exist_is_named_and_not_created() {
    let Some(stack) = Stack::find() else { return };
    let topic = unique_topic("missing");
    let pool = ClientPool::new(Arc::new(librdkafka()));
    let lease = pool.lease(&stack.client("pipeline")).unwrap();
    for _ in 0..2 {
        let (lease, topic) = (lease.clone(), topic.clone());
        let error =
            tokio::task::spawn_blocking(move || lease.partitions(&[topic], PATIENCE)).await.unwrap().unwrap_err();
        assert!(error.to_string().contains("does not exist on"), "{error}");
    }
    let session = consumer(&stack, &[&topic], StartFrom::TestStart, GroupProtocol::Classic);
    let failure = session.streams[0].readiness().ready().await.unwrap_err().to_string();
    assert!(failure.contains(&format!("topic '{topic}' does not exist on")), "{failure}");
}
