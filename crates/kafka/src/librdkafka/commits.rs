use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rdkafka::consumer::BaseConsumer;
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use tokio::time::Instant;
use tracing::warn;

use super::consumer::ConsumerCallbacks;
use super::native::CommitQueue;
use crate::consumer::locked;
use crate::{NextOffset, OffsetTracker};

#[cfg(test)]
mod tests;

/// Makes what was processed the group's position.
///
/// One commit is under way at a time. Until its result is there the tracker gathers, and what fails goes back to it, so
/// the next commit says everything that the broker does not know.
pub(super) struct Commits {
    queue: CommitQueue<ConsumerCallbacks>,
    group_id: String,
    offsets: Arc<Mutex<OffsetTracker>>,
    /// What the commit under way says.
    under_way: Option<Vec<NextOffset>>,
}

impl Commits {
    /// Commits for the group of this client.
    pub(super) fn new(
        consumer: Arc<BaseConsumer<ConsumerCallbacks>>,
        group_id: String,
        offsets: Arc<Mutex<OffsetTracker>>,
    ) -> Self {
        Self { queue: CommitQueue::new(consumer), group_id, offsets, under_way: None }
    }

    /// Commits where reading begins, and waits for the broker's word up to `timeout`. Nothing else is under way yet.
    ///
    /// A broker that is not, or not yet, the group's coordinator is asked again: a cluster that was just started is still
    /// finding out who is.
    ///
    /// # Errors
    /// The broker's, or a time-out.
    pub(super) fn commit_start(&self, starts: impl Iterator<Item = NextOffset>, timeout: Duration) -> KafkaResult<()> {
        let starts = partition_list(starts)?;
        let deadline = Instant::now() + timeout;
        loop {
            self.queue.commit(&starts)?;
            let left = deadline.saturating_duration_since(Instant::now());
            let timed_out = Err(KafkaError::ConsumerCommit(RDKafkaErrorCode::OperationTimedOut));
            match self.queue.next_result(left).unwrap_or(timed_out) {
                Err(error) if is_of_the_coordinator(&error) && left > COORDINATOR_PAUSE => {
                    thread::sleep(COORDINATOR_PAUSE);
                }
                answer => return answer,
            }
        }
    }

    /// Notes how the commit under way ended, and begins the next one if one is due. Does not block.
    pub(super) fn serve(&mut self) {
        self.note_result(Duration::ZERO);
        let mut offsets = locked(&self.offsets);
        if self.under_way.is_none() && offsets.is_due(Instant::now()) {
            let due = offsets.take();
            drop(offsets);
            self.begin(due);
        }
    }

    /// Commits what was processed since the last commit and waits for the result, up to `limit`.
    pub(super) fn finish(&mut self, limit: Duration) {
        let deadline = Instant::now() + limit;
        let left = || deadline.saturating_duration_since(Instant::now());
        // What is under way may fail; the last commit then says it too.
        self.note_result(left());
        if self.under_way.is_none() {
            let due = locked(&self.offsets).take();
            self.begin(due);
            self.note_result(left());
        }
        if self.under_way.is_some() {
            warn!(group_id = self.group_id, ?limit, "the last commit had no answer in time");
        }
    }

    fn begin(&mut self, due: Vec<NextOffset>) {
        if due.is_empty() {
            return;
        }
        match partition_list(due.iter().cloned()).and_then(|list| self.queue.commit(&list)) {
            Ok(()) => self.under_way = Some(due),
            Err(error) => self.say_again(due, &error),
        }
    }

    fn note_result(&mut self, patience: Duration) {
        let Some(said) = self.under_way.take() else { return };
        match self.queue.next_result(patience) {
            None => self.under_way = Some(said),
            Some(Ok(())) => {}
            // Where only some partitions failed the others are said again too, which changes nothing for them.
            Some(Err(error)) => self.say_again(said, &error),
        }
    }

    fn say_again(&self, offsets: Vec<NextOffset>, error: &KafkaError) {
        warn!(group_id = self.group_id, %error, "offsets were not committed; the next commit says them again");
        locked(&self.offsets).put_back(offsets, Instant::now());
    }
}

/// How long a group's coordinator is given to be found, before the question is asked again.
const COORDINATOR_PAUSE: Duration = Duration::from_millis(100);

/// Whether the group has no coordinator at the moment, or another one than was asked.
fn is_of_the_coordinator(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(
            RDKafkaErrorCode::NotCoordinator
                | RDKafkaErrorCode::CoordinatorNotAvailable
                | RDKafkaErrorCode::CoordinatorLoadInProgress
        )
    )
}

fn partition_list(offsets: impl Iterator<Item = NextOffset>) -> KafkaResult<TopicPartitionList> {
    let mut list = TopicPartitionList::new();
    for NextOffset { topic, partition, offset } in offsets {
        list.add_partition_offset(topic.as_str(), partition, Offset::Offset(offset))?;
    }
    Ok(list)
}
