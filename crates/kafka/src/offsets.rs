use std::collections::BTreeMap;
use std::time::Duration;

use test_probe_directives::TopicName;
use tokio::time::Instant;

/// The offset that a group reads next from a partition: what a commit says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextOffset {
    /// The topic as the cluster calls it.
    pub topic: TopicName,
    /// The partition.
    pub partition: i32,
    /// One past the last record that was processed.
    pub offset: i64,
}

/// Which records were processed and not yet committed, and when a commit is due: after a batch of records, or a while
/// after the first of them (the Scala system's committer: 20 records, 10 s).
///
/// A record that was read but not processed is never in here, so it is never committed.
#[derive(Debug)]
pub struct OffsetTracker {
    batch_size: usize,
    interval: Duration,
    next: BTreeMap<(TopicName, i32), i64>,
    records: usize,
    waiting_since: Option<Instant>,
}

impl OffsetTracker {
    /// Commits are due every `batch_size` records, or `interval` after the first that waits.
    pub fn new(batch_size: usize, interval: Duration) -> Self {
        Self { batch_size: batch_size.max(1), interval, next: BTreeMap::new(), records: 0, waiting_since: None }
    }

    /// Notes that the record at `offset` was stored, or skipped on purpose.
    pub fn processed(&mut self, topic: &TopicName, partition: i32, offset: i64, now: Instant) {
        let next = self.next.entry((topic.clone(), partition)).or_insert(offset);
        *next = (*next).max(offset + 1);
        self.records += 1;
        self.waiting_since.get_or_insert(now);
    }

    /// Whether a commit is due.
    pub fn is_due(&self, now: Instant) -> bool {
        self.records >= self.batch_size || self.waiting_since.is_some_and(|since| now - since >= self.interval)
    }

    /// Takes what is to be committed.
    pub fn take(&mut self) -> Vec<NextOffset> {
        self.records = 0;
        self.waiting_since = None;
        let next = std::mem::take(&mut self.next).into_iter();
        next.map(|((topic, partition), offset)| NextOffset { topic, partition, offset }).collect()
    }

    /// Puts back what could not be committed, so that the next commit says it again.
    pub fn put_back(&mut self, offsets: Vec<NextOffset>, now: Instant) {
        for NextOffset { topic, partition, offset } in offsets {
            let next = self.next.entry((topic, partition)).or_insert(offset);
            *next = (*next).max(offset);
            self.waiting_since.get_or_insert(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tracker() -> (OffsetTracker, TopicName, Instant) {
        (OffsetTracker::new(3, Duration::from_secs(10)), TopicName::new("orders").unwrap(), Instant::now())
    }

    fn offsets(tracker: &mut OffsetTracker) -> Vec<(i32, i64)> {
        tracker.take().into_iter().map(|next| (next.partition, next.offset)).collect()
    }

    #[test]
    fn a_commit_names_the_record_after_the_last_processed_one_of_each_partition() {
        let (mut tracker, topic, now) = tracker();
        for (partition, offset) in [(0, 5), (1, 0), (0, 6)] {
            tracker.processed(&topic, partition, offset, now);
        }
        assert_eq!(offsets(&mut tracker), [(0, 7), (1, 1)]);
        assert_eq!(offsets(&mut tracker), []);
    }

    #[test]
    fn a_batch_or_the_interval_makes_a_commit_due() {
        let (mut tracker, topic, now) = tracker();
        assert!(!tracker.is_due(now + Duration::from_secs(60)), "nothing to commit");
        tracker.processed(&topic, 0, 0, now);
        tracker.processed(&topic, 0, 1, now);
        assert!(!tracker.is_due(now + Duration::from_millis(9_999)));
        assert!(tracker.is_due(now + Duration::from_secs(10)));
        tracker.processed(&topic, 0, 2, now);
        assert!(tracker.is_due(now));
    }

    #[test]
    fn what_could_not_be_committed_is_said_again_but_never_takes_progress_back() {
        let (mut tracker, topic, now) = tracker();
        tracker.processed(&topic, 0, 4, now);
        let failed = tracker.take();
        tracker.processed(&topic, 0, 9, now);
        tracker.put_back(failed, now);
        assert_eq!(offsets(&mut tracker), [(0, 10)]);
    }
}
