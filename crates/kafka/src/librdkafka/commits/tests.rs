use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};
use test_probe_directives::TopicName;

use super::super::client_config;
use super::super::mock::{MockKafka, PATIENCE};
use super::*;
use crate::{ConsumerStart, NoObserver};

/// Commits of a client that belongs to a group without joining it; every processed record makes one due.
struct Rig {
    // Before the cluster: a client that finds none to leave takes long to end.
    commits: Commits,
    kafka: MockKafka,
    topic: TopicName,
    offsets: Arc<Mutex<OffsetTracker>>,
}

impl Rig {
    fn new() -> Self {
        let (kafka, topic) = MockKafka::with_topic("orders", 1);
        let spec = kafka.consumer(&topic, ConsumerStart::Committed);
        let callbacks = ConsumerCallbacks::new(&spec.client, Arc::new(NoObserver));
        let consumer = Arc::new(client_config::consumer(&spec).unwrap().create_with_context(callbacks).unwrap());
        let offsets = Arc::new(Mutex::new(OffsetTracker::new(1, Duration::from_secs(600))));
        let commits = Commits::new(consumer, spec.group_id, Arc::clone(&offsets));
        Self { commits, kafka, topic, offsets }
    }

    fn processed(&self, offset: i64) {
        locked(&self.offsets).processed(&self.topic, 0, offset, Instant::now());
    }

    fn under_way(&self) -> Option<i64> {
        self.commits.under_way.as_ref().map(|said| said[0].offset)
    }

    fn committed(&self) -> Offset {
        self.kafka.committed(&self.topic, 0)
    }
}

#[test]
fn the_last_commit_is_over_when_its_result_is_there() {
    let mut rig = Rig::new();
    rig.processed(4);
    rig.commits.finish(PATIENCE);
    assert_eq!(rig.under_way(), None, "its result was read");
    assert_eq!(rig.committed(), Offset::Offset(5));
}

#[test]
fn a_commit_that_fails_is_said_again_by_the_next_one() {
    let mut rig = Rig::new();
    let refusal = RDKafkaRespErr::RD_KAFKA_RESP_ERR_INVALID_COMMIT_OFFSET_SIZE;
    rig.kafka.cluster.request_errors(RDKafkaApiKey::OffsetCommit, &[refusal]);
    rig.processed(4);
    rig.commits.serve();
    assert_eq!(rig.under_way(), Some(5));
    rig.commits.note_result(PATIENCE);
    assert_eq!((rig.under_way(), rig.committed()), (None, Offset::Invalid));
    rig.commits.finish(PATIENCE);
    assert_eq!(rig.committed(), Offset::Offset(5));
}

#[test]
fn one_commit_is_under_way_at_a_time_and_the_next_says_what_gathered_meanwhile() {
    let mut rig = Rig::new();
    rig.kafka.cluster.broker_down(-1).unwrap();
    rig.processed(4);
    rig.commits.serve();
    for offset in 5..8 {
        rig.processed(offset);
        rig.commits.serve();
    }
    assert_eq!(rig.under_way(), Some(5));
    rig.kafka.cluster.broker_up(-1).unwrap();
    rig.commits.finish(PATIENCE);
    assert_eq!((rig.under_way(), rig.committed()), (None, Offset::Offset(8)));
}

#[test]
fn a_start_that_cannot_be_committed_is_an_error_and_not_a_wait_without_end() {
    let rig = Rig::new();
    rig.kafka.cluster.broker_down(-1).unwrap();
    let start = NextOffset { topic: rig.topic.clone(), partition: 0, offset: 0 };
    let error = rig.commits.commit_start(std::iter::once(start), Duration::from_millis(1)).unwrap_err();
    assert_eq!(error.rdkafka_error_code(), Some(RDKafkaErrorCode::OperationTimedOut));
    rig.kafka.cluster.broker_up(-1).unwrap();
}

#[test]
fn a_start_is_committed_once_the_coordinator_is_found() {
    let rig = Rig::new();
    let moved = RDKafkaRespErr::RD_KAFKA_RESP_ERR_NOT_COORDINATOR;
    // More than librdkafka asks again by itself.
    rig.kafka.cluster.request_errors(RDKafkaApiKey::OffsetCommit, &[moved; 8]);
    let start = || std::iter::once(NextOffset { topic: rig.topic.clone(), partition: 0, offset: 7 });
    rig.commits.commit_start(start(), PATIENCE).unwrap();
    assert_eq!(rig.committed(), Offset::Offset(7));

    rig.kafka.cluster.request_errors(RDKafkaApiKey::OffsetCommit, &[moved; 100]);
    assert!(rig.commits.commit_start(start(), Duration::from_millis(300)).is_err(), "it is not asked without end");
}
