use std::sync::Arc;
use std::time::Duration;

use rdkafka::topic_partition_list::Offset;
use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};
use test_probe_directives::StartFrom;
use tokio::time::{Instant, timeout};

use super::super::Librdkafka;
use super::super::mock::{Listening, MockKafka, PATIENCE};
use crate::{
    Assignment, ClientObserver, ConsumerClientFactory, ConsumerSession, ConsumerSpec, ConsumerStart, GapPolicy,
    IncomingRecord, NoObserver, StreamFailure, TopicStream,
};

const EARLIEST: ConsumerStart = ConsumerStart::At(StartFrom::Earliest);

fn open(spec: ConsumerSpec) -> ConsumerSession {
    Librdkafka::new(Arc::new(NoObserver)).open(spec).unwrap()
}

async fn next(stream: &mut TopicStream) -> Result<Arc<IncomingRecord>, StreamFailure> {
    timeout(PATIENCE, stream.next()).await.expect("a record or an end in time")
}

async fn process(stream: &mut TopicStream, records: usize) {
    for _ in 0..records {
        next(stream).await.unwrap();
        stream.processed();
    }
}

async fn close(session: ConsumerSession) {
    assert!(session.control.close(Instant::now() + PATIENCE).await);
}

async fn start_offsets(session: &ConsumerSession) -> Vec<(i32, i64)> {
    let ready = timeout(PATIENCE, async { session.streams[0].readiness().ready().await });
    let Assignment { start_offsets } = ready.await.expect("an assignment in time").unwrap();
    start_offsets.into_iter().collect()
}

#[tokio::test]
async fn what_was_processed_before_the_close_is_where_the_group_stands_after_it() {
    let (kafka, topic) = MockKafka::with_topic("orders", 1);
    kafka.write(&topic, 5, 10).await;
    let mut session = open(kafka.consumer(&topic, EARLIEST));
    process(&mut session.streams[0], 3).await;
    assert_eq!(next(&mut session.streams[0]).await.unwrap().offset, 3, "read, but not processed");
    assert_eq!(kafka.committed(&topic, 0), Offset::Offset(0), "the start");
    close(session).await;
    assert_eq!(kafka.committed(&topic, 0), Offset::Offset(3));
}

#[tokio::test]
async fn a_commit_that_fails_is_said_again_while_the_session_goes_on() {
    let (kafka, topic) = MockKafka::with_topic("orders", 1);
    kafka.write(&topic, 1, 10).await;
    let mut spec = kafka.consumer(&topic, EARLIEST);
    (spec.commit_batch_size, spec.commit_interval) = (1, Duration::from_millis(1));
    let mut session = open(spec);
    start_offsets(&session).await;
    let refusal = RDKafkaRespErr::RD_KAFKA_RESP_ERR_INVALID_COMMIT_OFFSET_SIZE;
    kafka.cluster.request_errors(RDKafkaApiKey::OffsetCommit, &[refusal]);
    process(&mut session.streams[0], 1).await;
    let begun = Instant::now();
    while kafka.committed(&topic, 0) != Offset::Offset(1) {
        assert!(begun.elapsed() < PATIENCE, "the commit is not said again");
    }
    close(session).await;
}

#[tokio::test]
async fn a_client_that_takes_another_s_place_goes_on_behind_the_last_committed_record() {
    let (kafka, topic) = MockKafka::with_topic("orders", 1);
    kafka.write(&topic, 5, 10).await;
    let mut first = open(kafka.consumer(&topic, EARLIEST));
    process(&mut first.streams[0], 2).await;
    close(first).await;
    let mut second = open(kafka.consumer(&topic, ConsumerStart::Committed));
    assert_eq!(start_offsets(&second).await, [(0, 2)]);
    for offset in 2..5 {
        assert_eq!(next(&mut second.streams[0]).await.unwrap().offset, offset);
        second.streams[0].processed();
    }
    close(second).await;
}

#[tokio::test]
async fn a_partition_where_the_group_has_no_position_is_read_from_its_beginning() {
    let (kafka, topic) = MockKafka::with_topic("orders", 2);
    kafka.commit(&topic, 1, 7);
    let session = open(kafka.consumer(&topic, ConsumerStart::Committed));
    assert_eq!(start_offsets(&session).await, [(0, 0), (1, 7)]);
    close(session).await;
}

#[tokio::test]
async fn records_that_the_broker_dropped_before_they_were_read_end_the_stream_where_gaps_are_losses() {
    let (kafka, topic) = MockKafka::with_topic("orders", 1);
    kafka.commit(&topic, 0, 0);
    // The mock keeps 5 MB of a partition.
    kafka.write(&topic, 8, 900_000).await;
    let mut spec = kafka.consumer(&topic, ConsumerStart::Committed);
    spec.gaps = GapPolicy::RecordsLost;
    let mut session = open(spec.clone());
    match next(&mut session.streams[0]).await {
        Err(StreamFailure::RecordsLost { partition: 0, expected: 0, found, .. }) => assert!(found > 0),
        other => panic!("{other:?}"),
    }
    close(session).await;

    spec.gaps = GapPolicy::Expected;
    let mut session = open(spec);
    assert!(next(&mut session.streams[0]).await.unwrap().offset > 0, "a gap like any other");
    close(session).await;
}

#[tokio::test]
async fn a_callback_that_panics_ends_no_stream() {
    let (kafka, topic) = MockKafka::with_topic("orders", 1);
    kafka.write(&topic, 2, 10).await;
    let observer = Listening::that_panics();
    let clients = Librdkafka::new(Arc::clone(&observer) as Arc<dyn ClientObserver>);
    let mut session = clients.open(kafka.consumer(&topic, EARLIEST)).unwrap();
    process(&mut session.streams[0], 1).await;
    observer.statistics_came().await;
    observer.statistics_came().await;
    process(&mut session.streams[0], 1).await;
    close(session).await;
    assert_eq!(kafka.committed(&topic, 0), Offset::Offset(2));
}
