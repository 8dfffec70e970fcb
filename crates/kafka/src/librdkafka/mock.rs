//! A Kafka inside the test process: librdkafka's own mock, and clients of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use test_probe_directives::{ClusterName, TopicName};
use tokio::sync::{Notify, oneshot};

use super::{Librdkafka, client_config};
use crate::{
    ClientIdentity, ClientKind, ClientObserver, ClientPool, ClientSpec, ClientStatistics, ConsumerSpec, ConsumerStart,
    GapPolicy, GroupProtocol, Lane, LaneLimits, NoObserver, OutgoingRecord, ProduceResult, ProducerClientFactory,
    Ticket,
};

/// How long a test waits for what must come.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// A cluster of one broker. It ends with this value.
pub(super) struct MockKafka {
    pub(super) cluster: MockCluster<'static, DefaultProducerContext>,
}

impl MockKafka {
    /// A cluster with one topic.
    pub(super) fn with_topic(name: &str, partitions: i32) -> (Self, TopicName) {
        let cluster = MockCluster::new(1).unwrap();
        cluster.create_topic(name, partitions, 1).unwrap();
        (Self { cluster }, TopicName::new(name).unwrap())
    }

    pub(super) fn client(&self) -> ClientSpec {
        let identity = ClientIdentity {
            cluster: ClusterName::default(),
            bootstrap_servers: self.cluster.bootstrap_servers().parse().unwrap(),
            principal: "svc".into(),
            credential: String::new(),
        };
        ClientSpec::new(identity, "svc")
    }

    /// A consumer that commits at its close only, in the group `readers`.
    pub(super) fn consumer(&self, topic: &TopicName, start: ConsumerStart) -> ConsumerSpec {
        ConsumerSpec {
            client: self.client(),
            group_id: "readers".into(),
            protocol: GroupProtocol::Consumer,
            topics: vec![topic.clone()],
            start,
            commit_batch_size: 1000,
            commit_interval: Duration::from_secs(600),
            queue_capacity: 16,
            start_timeout: PATIENCE,
            fetch_wait: Duration::from_millis(10),
            gaps: GapPolicy::Expected,
        }
    }

    pub(super) fn lane(&self, topic: &TopicName, clients: impl ProducerClientFactory + 'static) -> Lane {
        let lease = ClientPool::new(Arc::new(clients)).lease(&self.client()).unwrap();
        Lane::new(topic.clone(), lease, LaneLimits::default(), PATIENCE)
    }

    /// Writes that many records with a value of `bytes` bytes, one after the other.
    pub(super) async fn write(&self, topic: &TopicName, records: usize, bytes: usize) {
        let mut lane = self.lane(topic, Librdkafka::new(Arc::new(NoObserver)));
        for _ in 0..records {
            let record = OutgoingRecord { value: Some(vec![7; bytes]), ..OutgoingRecord::default() };
            send(&mut lane, record).await.unwrap();
        }
    }

    /// A client that belongs to the group without joining it.
    fn bystander(&self, topic: &TopicName) -> BaseConsumer {
        client_config::consumer(&self.consumer(topic, ConsumerStart::Committed)).unwrap().create().unwrap()
    }

    /// Where the group stands.
    pub(super) fn committed(&self, topic: &TopicName, partition: i32) -> Offset {
        let mut question = TopicPartitionList::new();
        question.add_partition(topic.as_str(), partition);
        let answer = self.bystander(topic).committed_offsets(question, PATIENCE).unwrap();
        answer.find_partition(topic.as_str(), partition).unwrap().offset()
    }

    /// Moves the group, in which nobody is.
    pub(super) fn commit(&self, topic: &TopicName, partition: i32, offset: i64) {
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(topic.as_str(), partition, Offset::Offset(offset)).unwrap();
        self.bystander(topic).commit(&list, CommitMode::Sync).unwrap();
    }
}

/// Sends one record and waits for its answer; an answer that does not come is a failure of the test.
pub(super) async fn send(lane: &mut Lane, record: OutgoingRecord) -> ProduceResult {
    answer(offer(lane, record)).await
}

pub(super) fn offer(lane: &mut Lane, record: OutgoingRecord) -> oneshot::Receiver<ProduceResult> {
    let (to, answer) = oneshot::channel();
    lane.offer(record, Ticket::unobserved(), Some(to));
    answer
}

pub(super) async fn answer(answer: oneshot::Receiver<ProduceResult>) -> ProduceResult {
    tokio::time::timeout(PATIENCE, answer).await.expect("an answer in time").expect("an answer")
}

/// Hears what a client reports, and panics if told to whenever it is statistics.
#[derive(Debug, Default)]
pub(super) struct Listening {
    panics: bool,
    pub(super) errors: AtomicUsize,
    statistics: Notify,
}

impl ClientObserver for Listening {
    fn opened(&self, _: ClientKind, _: &str) {}
    fn closed(&self, _: ClientKind, _: &str) {}
    fn statistics(&self, _: ClientKind, _: &str, _: &ClientStatistics) {
        self.statistics.notify_one();
        assert!(!self.panics, "an observer of clients panics");
    }
    fn unreadable_statistics(&self, _: ClientKind, _: &str) {}
    fn client_error(&self, _: ClientKind, _: &str, _: &str) {
        self.errors.fetch_add(1, Ordering::SeqCst);
    }
}

impl Listening {
    pub(super) fn that_panics() -> Arc<Self> {
        Arc::new(Self { panics: true, ..Self::default() })
    }

    pub(super) async fn statistics_came(&self) {
        tokio::time::timeout(PATIENCE, self.statistics.notified()).await.expect("statistics in time");
    }
}
