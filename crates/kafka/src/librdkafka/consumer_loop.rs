use std::collections::{BTreeMap, HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use test_probe_directives::{StartFrom, TopicName};
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::{debug, error, warn};

use super::commits::Commits;
use super::consumer::ConsumerCallbacks;
use super::detach::detach;
use super::metadata;
use super::native::Fed;
use crate::{
    Assignment, ClientError, ConsumerSpec, ConsumerStart, GapPolicy, IncomingRecord, NextOffset, OffsetTracker,
    StreamFailure, TopicFeed,
};

/// How long one poll waits: how late a wish to stop or a due commit is seen at most.
const POLL: Duration = Duration::from_millis(50);

/// How long one poll waits while a reader is behind.
const POLL_WHILE_BEHIND: Duration = Duration::from_millis(5);

/// How long one poll waits while the client leaves its group: how late it is seen that it has.
const POLL_WHILE_LEAVING: Duration = Duration::from_millis(1);

/// How many streams' worth of records may wait here before a topic is paused. Pausing throws away what was fetched ahead
/// and costs a round of fetching, so it is worth a little memory to do it seldom.
const BEHIND_PER_CAPACITY: usize = 4;

/// How long the last commit may take before the client closes without it.
const LAST_COMMIT: Duration = Duration::from_secs(2);

/// The thread of one consumer client: finds the start offsets, joins the group, routes each record to its topic's
/// stream, commits what was processed, and leaves.
///
/// The start is made firm by committing it before the group is joined: whatever rebalances come, reading begins there
/// and goes on from what was committed last.
pub(super) struct ConsumerLoop {
    consumer: Fed<Arc<BaseConsumer<ConsumerCallbacks>>>,
    commits: Commits,
    spec: ConsumerSpec,
    feeds: Vec<Feed>,
    wish_to_stop: watch::Receiver<bool>,
    /// The offset that comes next, by topic and partition.
    expected: HashMap<(TopicName, i32), i64>,
}

struct Feed {
    topic: TopicName,
    to_stream: TopicFeed,
    assignment: Assignment,
    /// Records that the reader had no room for.
    behind: VecDeque<IncomingRecord>,
    /// Whether the topic's partitions are paused, until nothing is behind any more.
    paused: bool,
    /// Whether the topic's partitions were all assigned once.
    assigned: bool,
}

impl ConsumerLoop {
    pub(super) fn new(
        consumer: Fed<Arc<BaseConsumer<ConsumerCallbacks>>>,
        spec: ConsumerSpec,
        feeds: Vec<TopicFeed>,
        offsets: Arc<Mutex<OffsetTracker>>,
        wish_to_stop: watch::Receiver<bool>,
    ) -> Self {
        let feed = |(topic, to_stream): (&TopicName, TopicFeed)| Feed {
            topic: topic.clone(),
            to_stream,
            assignment: Assignment::default(),
            behind: VecDeque::new(),
            paused: false,
            assigned: false,
        };
        let feeds = spec.topics.iter().zip(feeds).map(feed).collect();
        let commits = Commits::new(Arc::clone(&consumer), spec.group_id.clone(), offsets);
        Self { consumer, commits, spec, feeds, wish_to_stop, expected: HashMap::new() }
    }

    /// Runs until the wish to stop or a failure; a failure is told to every stream.
    pub(super) fn run(mut self) {
        let end = catch_unwind(AssertUnwindSafe(|| self.start().and_then(|()| self.poll_until_stopped())));
        let failure = match end {
            Ok(Ok(())) => StreamFailure::Closed,
            Ok(Err(failure)) => failure,
            Err(_) => self.fatal("its polling thread panicked"),
        };
        debug!(group_id = self.spec.group_id, %failure, "the consumer ends");
        self.commits.finish(LAST_COMMIT);
        // Leaving can take long where no broker answers; the readers need not wait for it.
        for feed in self.feeds.drain(..) {
            feed.to_stream.fail(failure.clone());
        }
        self.leave();
        self.consumer.context().closed();
    }

    fn start(&mut self) -> Result<(), StreamFailure> {
        self.find_start_offsets().map_err(|error| StreamFailure::Open(self.or_refusal(error)))?;
        let topics: Vec<&str> = self.feeds.iter().map(|feed| feed.topic.as_str()).collect();
        self.consumer.subscribe(&topics).map_err(|error| self.fatal(&error.to_string()))
    }

    /// An error of the start, or that brokers refuse the client: then it is what follows from that.
    fn or_refusal(&self, error: ClientError) -> ClientError {
        if matches!(error, ClientError::Cluster(_)) {
            return error;
        }
        metadata::hear_errors(&self.consumer);
        let refusal = self.consumer.context().access().refusal(self.spec.start_timeout);
        refusal.map_or(error, ClientError::Cluster)
    }

    /// Asks where reading begins and commits that as the group's position.
    fn find_start_offsets(&mut self) -> Result<(), ClientError> {
        let timeout = self.spec.start_timeout;
        let access = self.consumer.context().access();
        let hear = || metadata::hear_errors(&self.consumer);
        let counts = metadata::partition_counts(self.consumer.client(), access, hear, &self.spec.topics, timeout)?;
        let partitions = self.spec.topics.iter().zip(counts);
        let all: Vec<(TopicName, i32)> = partitions
            .flat_map(|(topic, count)| (0..i32::try_from(count).unwrap_or(i32::MAX)).map(|p| (topic.clone(), p)))
            .collect();
        let starts = match self.spec.start {
            ConsumerStart::Committed => self.committed_offsets(&all, timeout)?,
            ConsumerStart::At(start) => {
                let starts = self.offsets_at(&all, start, timeout)?;
                self.commit_start(&starts, timeout)?;
                starts
            }
        };
        for feed in &mut self.feeds {
            let own = starts.iter().filter(|((topic, _), _)| *topic == feed.topic);
            feed.assignment.start_offsets = own.map(|((_, partition), offset)| (*partition, *offset)).collect();
        }
        self.expected = starts.into_iter().collect();
        Ok(())
    }

    fn offsets_at(
        &self,
        all: &[(TopicName, i32)],
        start: StartFrom,
        timeout: Duration,
    ) -> Result<BTreeMap<(TopicName, i32), i64>, ClientError> {
        let wanted = match start {
            StartFrom::TestStart => Offset::End,
            StartFrom::Earliest => Offset::Beginning,
            StartFrom::Timestamp(at) => Offset::Offset(at.as_millis()),
        };
        let mut starts = self.ask_offsets(all, wanted, timeout)?;
        // A time after the last record has no offset; there, reading begins at the end.
        let at_end: Vec<_> = all.iter().filter(|place| !starts.contains_key(place)).cloned().collect();
        if !at_end.is_empty() {
            starts.extend(self.ask_offsets(&at_end, Offset::End, timeout)?);
        }
        Ok(starts)
    }

    /// Where the group stands. A partition without a position was added meanwhile and is read from its beginning.
    fn committed_offsets(
        &self,
        all: &[(TopicName, i32)],
        timeout: Duration,
    ) -> Result<BTreeMap<(TopicName, i32), i64>, ClientError> {
        let Some((first, _)) = all.first() else { return Ok(BTreeMap::new()) };
        let failed = |error: KafkaError| ClientError::StartOffsets { topic: first.clone(), reason: error.to_string() };
        let mut question = TopicPartitionList::with_capacity(all.len());
        for (topic, partition) in all {
            question.add_partition(topic.as_str(), *partition);
        }
        let answer = self.consumer.committed_offsets(question, timeout).map_err(failed)?;
        let found = |(topic, partition): &(TopicName, i32)| {
            let element = answer.find_partition(topic.as_str(), *partition)?;
            let offset = element.offset().to_raw().filter(|offset| *offset >= 0).unwrap_or(0);
            Some(((topic.clone(), *partition), offset))
        };
        Ok(all.iter().filter_map(found).collect())
    }

    /// The offsets that the partitions' leaders give for `wanted`; partitions without an answer are left out.
    fn ask_offsets(
        &self,
        places: &[(TopicName, i32)],
        wanted: Offset,
        timeout: Duration,
    ) -> Result<BTreeMap<(TopicName, i32), i64>, ClientError> {
        let Some((first, _)) = places.first() else { return Ok(BTreeMap::new()) };
        let failed = |topic: &TopicName, error: &KafkaError| ClientError::StartOffsets {
            topic: topic.clone(),
            reason: error.to_string(),
        };
        let mut question = TopicPartitionList::with_capacity(places.len());
        for (topic, partition) in places {
            question.add_partition_offset(topic.as_str(), *partition, wanted).map_err(|error| failed(topic, &error))?;
        }
        let answer = self.consumer.offsets_for_times(question, timeout).map_err(|error| failed(first, &error))?;
        let mut offsets = BTreeMap::new();
        for element in answer.elements() {
            let Some((topic, partition)) = places
                .iter()
                .find(|(topic, partition)| topic.as_str() == element.topic() && *partition == element.partition())
            else {
                continue;
            };
            element.error().map_err(|error| failed(topic, &error))?;
            if let Offset::Offset(offset) = element.offset() {
                offsets.insert((topic.clone(), *partition), offset);
            }
        }
        Ok(offsets)
    }

    fn commit_start(&self, starts: &BTreeMap<(TopicName, i32), i64>, timeout: Duration) -> Result<(), ClientError> {
        let next = starts.iter().map(|((topic, partition), offset)| NextOffset {
            topic: topic.clone(),
            partition: *partition,
            offset: *offset,
        });
        let Some((first, _)) = starts.keys().next() else { return Ok(()) };
        let failed = |error: KafkaError| ClientError::StartOffsets { topic: first.clone(), reason: error.to_string() };
        self.commits.commit_start(next, timeout).map_err(failed)
    }

    fn poll_until_stopped(&mut self) -> Result<(), StreamFailure> {
        let begun = Instant::now();
        while !self.is_to_stop() {
            let patience = if self.feeds.iter().any(|feed| !feed.behind.is_empty()) { POLL_WHILE_BEHIND } else { POLL };
            let polled = self.consumer.poll(patience).map(|result| result.map(|message| detach(&message)));
            match polled {
                Some(Ok(Some(record))) => self.route(record)?,
                Some(Ok(None)) | None => {}
                Some(Err(error)) => self.judge(&error)?,
            }
            if self.consumer.context().take_assignment_changed() {
                self.announce_assignments();
            }
            self.catch_up();
            self.commits.serve();
            if begun.elapsed() >= self.spec.start_timeout {
                self.give_up_joining()?;
            }
        }
        Ok(())
    }

    /// Ends a client that brokers do not let into its group. One that was in it goes on trying: it loses nothing meanwhile.
    fn give_up_joining(&self) -> Result<(), StreamFailure> {
        if self.feeds.iter().all(|feed| feed.assigned) {
            return Ok(());
        }
        match self.consumer.context().access().refusal(self.spec.start_timeout) {
            Some(refusal) => Err(StreamFailure::Open(ClientError::Cluster(refusal))),
            None => Ok(()),
        }
    }

    fn is_to_stop(&self) -> bool {
        *self.wish_to_stop.borrow() || self.feeds.iter().all(|feed| feed.to_stream.is_abandoned())
    }

    fn route(&mut self, record: IncomingRecord) -> Result<(), StreamFailure> {
        let place = (record.topic.clone(), record.partition);
        let expected = *self.expected.get(&place).unwrap_or(&record.offset);
        if record.offset < expected {
            // Read again after a rebalance, though the stream has it already.
            return Ok(());
        }
        if record.offset > expected && self.spec.gaps == GapPolicy::RecordsLost {
            let IncomingRecord { topic, partition, offset, .. } = record;
            return Err(StreamFailure::RecordsLost { topic, partition, expected, found: offset });
        }
        self.consumer.context().access().succeeded();
        self.expected.insert(place, record.offset + 1);
        let Some(feed) = self.feeds.iter_mut().find(|feed| feed.topic == record.topic) else { return Ok(()) };
        if !feed.behind.is_empty() {
            feed.behind.push_back(record);
        } else if let Err(record) = feed.to_stream.push(record) {
            feed.behind.push_back(*record);
        }
        if !feed.paused && feed.behind.len() >= BEHIND_PER_CAPACITY * self.spec.queue_capacity {
            feed.paused = true;
            let topic = feed.topic.clone();
            self.pause(&topic, true);
        }
        Ok(())
    }

    /// Hands over what waits, and lets a topic's partitions go on once nothing does.
    fn catch_up(&mut self) {
        let mut caught_up = Vec::new();
        for feed in self.feeds.iter_mut().filter(|feed| !feed.behind.is_empty()) {
            while let Some(record) = feed.behind.pop_front() {
                if let Err(record) = feed.to_stream.push(record) {
                    feed.behind.push_front(*record);
                    break;
                }
            }
            if feed.behind.is_empty() && std::mem::take(&mut feed.paused) {
                caught_up.push(feed.topic.clone());
            }
        }
        for topic in caught_up {
            self.pause(&topic, false);
        }
    }

    fn pause(&self, topic: &TopicName, pause: bool) {
        let changed = self.consumer.assignment().and_then(|assignment| {
            let mut own = TopicPartitionList::new();
            for element in assignment.elements_for_topic(topic.as_str()) {
                own.add_partition(topic.as_str(), element.partition());
            }
            if pause { self.consumer.pause(&own) } else { self.consumer.resume(&own) }
        });
        if let Err(error) = changed {
            warn!(%topic, pause, %error, "partitions could not be paused or resumed");
        }
    }

    /// Tells the topics whose partitions are all assigned that they are ready.
    fn announce_assignments(&mut self) {
        let Ok(assignment) = self.consumer.assignment() else { return };
        for feed in &mut self.feeds {
            let assigned = assignment.elements_for_topic(feed.topic.as_str()).len();
            if assigned >= feed.assignment.start_offsets.len() {
                feed.assigned = true;
                feed.to_stream.assigned(feed.assignment.clone());
            }
        }
    }

    /// Leaves the group. Dropping the client does it too, but then looks only every 100 ms whether it is done.
    fn leave(&self) {
        if let Err(error) = self.consumer.close_queue() {
            debug!(group_id = self.spec.group_id, %error, "the client leaves no group");
            return;
        }
        while !self.consumer.closed() {
            drop(self.consumer.poll(POLL_WHILE_LEAVING));
        }
    }

    /// Most errors pass: librdkafka tries again by itself. Some never will.
    fn judge(&self, error: &KafkaError) -> Result<(), StreamFailure> {
        if matches!(error, KafkaError::MessageConsumptionFatal(_)) {
            return Err(self.fatal(&error.to_string()));
        }
        if let Some(RDKafkaErrorCode::TopicAuthorizationFailed | RDKafkaErrorCode::GroupAuthorizationFailed) =
            error.rdkafka_error_code()
        {
            return Err(StreamFailure::Denied { group_id: self.spec.group_id.clone(), reason: error.to_string() });
        }
        debug!(group_id = self.spec.group_id, %error, "librdkafka reports an error and tries again");
        Ok(())
    }

    fn fatal(&self, reason: &str) -> StreamFailure {
        error!(group_id = self.spec.group_id, reason, "the consumer failed for good");
        StreamFailure::Fatal { group_id: self.spec.group_id.clone(), reason: reason.to_owned() }
    }
}
