use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use test_probe_directives::{StartFrom, TopicName};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use crate::{ClientError, ClientSpec, GroupProtocol, IncomingRecord, OffsetTracker};

#[cfg(test)]
mod tests;

/// Everything that a test's consumer on one cluster needs to be opened.
#[derive(Clone, Debug)]
pub struct ConsumerSpec {
    /// Whose client it is.
    pub client: ClientSpec,
    /// The consumer group.
    pub group_id: String,
    /// The group's protocol.
    pub protocol: GroupProtocol,
    /// All the topics that the client reads, as the cluster calls them.
    pub topics: Vec<TopicName>,
    /// Where to begin.
    pub start: ConsumerStart,
    /// How many processed records make a commit due.
    pub commit_batch_size: usize,
    /// How long a processed record waits for its commit at most.
    pub commit_interval: Duration,
    /// How many records of one topic may wait for its reader before its partitions are paused.
    pub queue_capacity: usize,
    /// How long the cluster may take to answer the questions of the start.
    pub start_timeout: Duration,
    /// How long a broker holds a fetch that finds nothing.
    pub fetch_wait: Duration,
    /// What a hole between two offsets means.
    pub gaps: GapPolicy,
}

/// Where a consumer begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsumerStart {
    /// There, which becomes the group's position before it is joined.
    At(StartFrom),
    /// Where the group stands: a client that takes the place of one that failed.
    Committed,
}

/// What a hole between two offsets of a partition means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GapPolicy {
    /// Nothing: transactions and compaction leave holes.
    #[default]
    Expected,
    /// Records were lost: the broker knows neither transactions nor compaction, but drops the oldest when it is full.
    RecordsLost,
}

/// Opens consumer clients.
pub trait ConsumerClientFactory: fmt::Debug + Send + Sync {
    /// Opens one client that reads all of the spec's topics, and returns at once; each stream's
    /// [`ready`](ReadinessWatch::ready) tells how opening went.
    ///
    /// # Errors
    /// [`ClientError`] when the settings are not acceptable.
    fn open(&self, spec: ConsumerSpec) -> Result<ConsumerSession, ClientError>;
}

/// A consumer client at work: one stream a topic, and the hand that closes it.
#[derive(Debug)]
pub struct ConsumerSession {
    /// One stream for each topic, in the spec's order.
    pub streams: Vec<TopicStream>,
    /// Closes the client.
    pub control: SessionControl,
}

/// Where a stream stands.
#[derive(Clone, Debug, Default)]
pub enum Readiness {
    /// The client is joining its group.
    #[default]
    Joining,
    /// The topic's partitions are assigned and their start offsets known.
    Assigned(Assignment),
    /// The stream is over.
    Failed(StreamFailure),
}

/// The offsets at which reading began, by partition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assignment {
    /// The first offset that is read, by partition.
    pub start_offsets: BTreeMap<i32, i64>,
}

/// Why a stream ended.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StreamFailure {
    /// The client could not be opened.
    #[error(transparent)]
    Open(#[from] ClientError),
    /// The client had an error that it does not recover from.
    #[error("the consumer of group '{group_id}' failed for good: {reason}")]
    Fatal {
        /// The consumer group.
        group_id: String,
        /// librdkafka's words.
        reason: String,
    },
    /// The cluster refuses the principal what it needs. Asking again does not help.
    #[error(
        "the consumer of group '{group_id}' may not read: {reason}; give its principal the right to read the topic and the group"
    )]
    Denied {
        /// The consumer group.
        group_id: String,
        /// librdkafka's words.
        reason: String,
    },
    /// The broker dropped records before they were read.
    #[error(
        "records {expected} to {} of '{topic}' partition {partition} were dropped before they were read: the embedded \
         Kafka keeps 5 MB or 100 000 records a partition; use more partitions, fewer events, or a real cluster",
        found - 1
    )]
    RecordsLost {
        /// The topic as the cluster calls it.
        topic: TopicName,
        /// The partition.
        partition: i32,
        /// The offset that should have come.
        expected: i64,
        /// The offset that came.
        found: i64,
    },
    /// The client was closed.
    #[error("the consumer was closed")]
    Closed,
}

impl StreamFailure {
    /// Whether another client in the same group may fare better.
    pub fn helps_to_reopen(&self) -> bool {
        matches!(self, Self::Fatal { .. })
    }
}

/// One topic's records, in the order of each partition.
///
/// A record stays in hand until it is [`processed`](Self::processed): whoever asks again before that gets the same
/// record again, so that a reader that fails in the middle of a record loses none. Only processed records are committed.
#[derive(Debug)]
pub struct TopicStream {
    topic: TopicName,
    records: mpsc::Receiver<IncomingRecord>,
    in_hand: Option<Arc<IncomingRecord>>,
    readiness: watch::Receiver<Readiness>,
    offsets: Arc<Mutex<OffsetTracker>>,
}

/// The client's end of a [`TopicStream`].
#[derive(Debug)]
pub struct TopicFeed {
    records: mpsc::Sender<IncomingRecord>,
    readiness: watch::Sender<Readiness>,
}

impl TopicStream {
    /// A stream and its feed. `capacity` records may wait in between; processed ones are noted in `offsets`.
    pub fn channel(topic: TopicName, capacity: usize, offsets: Arc<Mutex<OffsetTracker>>) -> (TopicFeed, Self) {
        let (to_stream, records) = mpsc::channel(capacity.max(1));
        let (tell, readiness) = watch::channel(Readiness::Joining);
        let feed = TopicFeed { records: to_stream, readiness: tell };
        (feed, Self { topic, records, in_hand: None, readiness, offsets })
    }

    /// The topic as the cluster calls it.
    pub fn topic(&self) -> &TopicName {
        &self.topic
    }

    /// What tells when the topic's partitions are assigned.
    pub fn readiness(&self) -> ReadinessWatch {
        ReadinessWatch(self.readiness.clone())
    }

    /// The record in hand, or the next one.
    ///
    /// # Errors
    /// [`StreamFailure`] once the stream is over and everything before its end was read.
    ///
    /// # Cancellation
    /// Safe: a record that was taken stays in hand.
    pub async fn next(&mut self) -> Result<Arc<IncomingRecord>, StreamFailure> {
        if let Some(record) = &self.in_hand {
            return Ok(Arc::clone(record));
        }
        match self.records.recv().await {
            Some(record) => Ok(Arc::clone(self.in_hand.insert(Arc::new(record)))),
            None => Err(match &*self.readiness.borrow() {
                Readiness::Failed(failure) => failure.clone(),
                Readiness::Joining | Readiness::Assigned(_) => StreamFailure::Closed,
            }),
        }
    }

    /// Lets go of the record in hand: it was stored, or skipped on purpose, and may be committed.
    pub fn processed(&mut self) {
        if let Some(record) = self.in_hand.take() {
            locked(&self.offsets).processed(&self.topic, record.partition, record.offset, Instant::now());
        }
    }
}

/// Tells when a stream is ready, apart from the stream itself.
#[derive(Clone, Debug)]
pub struct ReadinessWatch(watch::Receiver<Readiness>);

impl ReadinessWatch {
    /// Waits until the topic's partitions are assigned and their start offsets known.
    ///
    /// # Errors
    /// [`StreamFailure`] when opening failed.
    ///
    /// # Cancellation
    /// Safe.
    pub async fn ready(&mut self) -> Result<Assignment, StreamFailure> {
        let settled = self.0.wait_for(|readiness| !matches!(readiness, Readiness::Joining)).await;
        match settled.as_deref() {
            Ok(Readiness::Assigned(assignment)) => Ok(assignment.clone()),
            Ok(Readiness::Failed(failure)) => Err(failure.clone()),
            Ok(Readiness::Joining) | Err(_) => Err(StreamFailure::Closed),
        }
    }
}

impl TopicFeed {
    /// Hands a record over; gives it back when the reader is behind.
    ///
    /// # Errors
    /// The record, boxed, when there is no room for it. A reader that is gone takes everything.
    pub fn push(&self, record: IncomingRecord) -> Result<(), Box<IncomingRecord>> {
        match self.records.try_send(record) {
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => Ok(()),
            Err(mpsc::error::TrySendError::Full(record)) => Err(Box::new(record)),
        }
    }

    /// Says that the topic is assigned. Later assignments change nothing: where reading began is known.
    pub fn assigned(&self, assignment: Assignment) {
        self.readiness.send_if_modified(|readiness| {
            let first = matches!(readiness, Readiness::Joining);
            if first {
                *readiness = Readiness::Assigned(assignment);
            }
            first
        });
    }

    /// Ends the stream; what was handed over before is still read.
    pub fn fail(self, failure: StreamFailure) {
        self.readiness.send_replace(Readiness::Failed(failure));
    }

    /// Whether nobody reads any more.
    pub fn is_abandoned(&self) -> bool {
        self.records.is_closed()
    }
}

/// Closes a consumer client: a last commit of what was processed, then leaving the group.
#[derive(Debug)]
pub struct SessionControl {
    stop: watch::Sender<bool>,
    stopped: watch::Receiver<bool>,
}

impl SessionControl {
    /// A control, and what the client's side holds: the wish to stop and the word that it has.
    pub fn channel() -> (Self, watch::Receiver<bool>, watch::Sender<bool>) {
        let (stop, wish) = watch::channel(false);
        let (word, stopped) = watch::channel(false);
        (Self { stop, stopped }, wish, word)
    }

    /// Closes the client and waits for it until `deadline`; says whether it closed in time. A client that did not goes
    /// on closing on its own thread.
    ///
    /// # Cancellation
    /// The client closes all the same.
    pub async fn close(mut self, deadline: Instant) -> bool {
        self.stop.send_replace(true);
        // An error means that the client's side is gone, which is as closed as can be.
        tokio::time::timeout_at(deadline, self.stopped.wait_for(|stopped| *stopped)).await.is_ok()
    }
}

/// A control that is dropped closes too, without anybody waiting.
impl Drop for SessionControl {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

pub(crate) fn locked(offsets: &Mutex<OffsetTracker>) -> MutexGuard<'_, OffsetTracker> {
    offsets.lock().unwrap_or_else(PoisonError::into_inner)
}
