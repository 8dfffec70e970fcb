//! The events that a consumer topic keeps, and how they are found again.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use test_probe_kafka::IncomingRecord;

#[cfg(test)]
mod tests;

/// The running number of a kept event within its topic. The first is 1; 0 is before every event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sequence(pub u64);

/// An event that was read and kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumedRecord {
    /// Its place among the topic's kept events.
    pub sequence: Sequence,
    /// The record as it was read.
    pub record: Arc<IncomingRecord>,
    /// What the event is found by: the `correlationid` of a CloudEvent key, or the key itself where that is a text.
    pub correlation_id: Option<String>,
    /// The CloudEvent `type` of the key.
    pub event_type: Option<String>,
}

/// Which events are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Selector {
    /// Every event.
    #[default]
    All,
    /// Events with this correlation id.
    CorrelationId(String),
    /// Events whose key has this CloudEvent type.
    EventType(String),
}

impl Selector {
    /// Whether the event is meant.
    pub fn accepts(&self, event: &ConsumedRecord) -> bool {
        match self {
            Self::All => true,
            Self::CorrelationId(id) => event.correlation_id.as_ref() == Some(id),
            Self::EventType(event_type) => event.event_type.as_ref() == Some(event_type),
        }
    }
}

/// How much a topic's store keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreLimits {
    /// Events.
    pub max_events: usize,
    /// Bytes of keys, values and headers.
    pub max_bytes: usize,
}

impl Default for StoreLimits {
    fn default() -> Self {
        Self { max_events: 100_000, max_bytes: 256 * 1024 * 1024 }
    }
}

/// How many correlation ids of evicted events are remembered, so that whoever asks for one learns what happened.
const EVICTED_IDS_REMEMBERED: usize = 100_000;

/// One topic's kept events, in the order in which they were read. Every event is kept, those with the same correlation id
/// too; over the limits the oldest make room. A record that comes twice is kept once.
#[derive(Debug, Default)]
pub struct EventStore {
    limits: StoreLimits,
    events: VecDeque<Arc<ConsumedRecord>>,
    by_correlation: HashMap<String, VecDeque<Sequence>>,
    bytes: usize,
    last: Sequence,
    highest_offsets: HashMap<i32, i64>,
    evicted_ids: HashSet<String>,
    evicted_order: VecDeque<String>,
}

/// What adding a record did.
#[derive(Debug, PartialEq, Eq)]
pub struct Added {
    /// The event, unless the record was there already.
    pub kept: Option<Arc<ConsumedRecord>>,
    /// Events that made room for it.
    pub evicted: Vec<Arc<ConsumedRecord>>,
}

impl EventStore {
    /// An empty store.
    pub fn new(limits: StoreLimits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Keeps a record; its sequence is given here.
    pub fn add(&mut self, mut event: ConsumedRecord) -> Added {
        let (partition, offset) = (event.record.partition, event.record.offset);
        let highest = self.highest_offsets.entry(partition).or_insert(-1);
        if offset <= *highest {
            return Added { kept: None, evicted: Vec::new() };
        }
        *highest = offset;
        self.last = Sequence(self.last.0 + 1);
        event.sequence = self.last;
        self.bytes += size(&event);
        if let Some(id) = &event.correlation_id {
            self.by_correlation.entry(id.clone()).or_default().push_back(event.sequence);
        }
        let kept = Arc::new(event);
        self.events.push_back(Arc::clone(&kept));
        Added { kept: Some(kept), evicted: self.make_room() }
    }

    /// The first kept event with the correlation id.
    pub fn first(&self, correlation_id: &str) -> Option<&Arc<ConsumedRecord>> {
        let sequence = self.by_correlation.get(correlation_id)?.front()?;
        self.events.get(self.position(*sequence)?)
    }

    /// The events after `after` that the selector accepts.
    pub fn after(&self, after: Sequence, selector: &Selector) -> Vec<Arc<ConsumedRecord>> {
        if let Selector::CorrelationId(id) = selector {
            let sequences = self.by_correlation.get(id).into_iter().flatten();
            let later = sequences.filter(|sequence| **sequence > after);
            return later.filter_map(|sequence| self.events.get(self.position(*sequence)?).cloned()).collect();
        }
        let start = self.events.partition_point(|event| event.sequence <= after);
        self.events.range(start..).filter(|event| selector.accepts(event)).cloned().collect()
    }

    /// The last sequence that was given.
    pub fn last(&self) -> Sequence {
        self.last
    }

    /// Whether an event with the correlation id was kept once and had to make room.
    pub fn was_evicted(&self, correlation_id: &str) -> bool {
        self.evicted_ids.contains(correlation_id)
    }

    fn position(&self, sequence: Sequence) -> Option<usize> {
        let first = self.events.front()?.sequence;
        usize::try_from(sequence.0.checked_sub(first.0)?).ok()
    }

    /// The newest event stays, however large it is: a store that keeps nothing helps nobody.
    fn make_room(&mut self) -> Vec<Arc<ConsumedRecord>> {
        let mut evicted = Vec::new();
        while self.events.len() > 1
            && (self.events.len() > self.limits.max_events || self.bytes > self.limits.max_bytes)
        {
            let Some(oldest) = self.events.pop_front() else { break };
            self.bytes -= size(&oldest);
            if let Some(id) = &oldest.correlation_id {
                self.forget(id);
            }
            evicted.push(oldest);
        }
        evicted
    }

    fn forget(&mut self, correlation_id: &str) {
        if let Some(sequences) = self.by_correlation.get_mut(correlation_id) {
            sequences.pop_front();
            if sequences.is_empty() {
                self.by_correlation.remove(correlation_id);
            }
        }
        if self.evicted_ids.insert(correlation_id.to_owned()) {
            self.evicted_order.push_back(correlation_id.to_owned());
        }
        if self.evicted_order.len() > EVICTED_IDS_REMEMBERED
            && let Some(oldest) = self.evicted_order.pop_front()
        {
            self.evicted_ids.remove(&oldest);
        }
    }
}

fn size(event: &ConsumedRecord) -> usize {
    let record = &event.record;
    let headers: usize = record.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    let body = record.key.as_ref().map_or(0, Vec::len) + record.value.as_ref().map_or(0, Vec::len);
    body + headers
}
