use std::collections::BTreeMap;

use test_probe_directives::{ClusterName, Timestamp, TopicName};

use super::counts::EventCounts;
use super::percentiles::Percentiles;
use crate::ledger_entry::produced::{Nacked, Written};

/// What is known about one topic of one cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicRecord {
    /// The topic as steps call it.
    pub topic: TopicName,
    /// Its cluster.
    pub cluster: ClusterName,
    /// What became of its events.
    pub counts: EventCounts,
    /// Its Nacks by their kind.
    pub nacks: BTreeMap<String, NacksOfKind>,
    /// Reports that came after their event had been Nacked at a deadline.
    pub late: u64,
    /// Records that could not be decoded.
    pub skipped: u64,
    /// Records that its event filters left out.
    pub filtered: u64,
    /// Kept events that made room for newer ones.
    pub evicted: u64,
    samples: Vec<LatencySample>,
    end_to_end_us: Vec<u32>,
    first_accepted: Option<Timestamp>,
    last_acknowledged: Option<Timestamp>,
}

/// The Nacks of one kind, such as `QueueFull`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NacksOfKind {
    /// How many there were.
    pub count: u64,
    /// How many of their events the broker may hold all the same.
    pub possibly_written: u64,
    /// What the first of them said.
    pub first_reason: String,
}

/// One acknowledged event, small enough to keep for every event of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LatencySample {
    /// When the acknowledgement came, in milliseconds after the run's first entry; 49 days at most.
    pub at_ms: u32,
    /// From the call to the acknowledgement, in microseconds; 71 minutes at most.
    pub latency_us: u32,
}

impl TopicRecord {
    pub(super) fn new(topic: TopicName, cluster: ClusterName) -> Self {
        Self {
            topic,
            cluster,
            counts: EventCounts::default(),
            nacks: BTreeMap::new(),
            late: 0,
            skipped: 0,
            filtered: 0,
            evicted: 0,
            samples: Vec::new(),
            end_to_end_us: Vec::new(),
            first_accepted: None,
            last_acknowledged: None,
        }
    }

    pub(super) fn accepted(&mut self, at: Timestamp) {
        self.counts.accepted += 1;
        self.first_accepted = Some(self.first_accepted.map_or(at, |first| first.min(at)));
    }

    pub(super) fn acknowledged(&mut self, run_start: Timestamp, at: Timestamp, latency_us: u64) {
        self.counts.acknowledged += 1;
        self.last_acknowledged = Some(self.last_acknowledged.map_or(at, |last| last.max(at)));
        let at_ms = u32::try_from(at.since(run_start).as_millis()).unwrap_or(u32::MAX);
        self.samples.push(LatencySample { at_ms, latency_us: saturated(latency_us) });
    }

    pub(super) fn nacked(&mut self, event: &Nacked) {
        self.counts.nacked += 1;
        let of_kind = self.nacks.entry(event.nack.clone()).or_insert_with(|| NacksOfKind {
            count: 0,
            possibly_written: 0,
            first_reason: event.reason.clone(),
        });
        of_kind.count += 1;
        of_kind.possibly_written += u64::from(event.written == Written::Possibly);
    }

    pub(super) fn received(&mut self, end_to_end_us: Option<u64>) {
        self.counts.received += 1;
        self.end_to_end_us.extend(end_to_end_us.map(saturated));
    }

    /// Every acknowledged event, in the order of the ledger.
    pub fn samples(&self) -> &[LatencySample] {
        &self.samples
    }

    /// The time from the call to the broker's acknowledgement; nothing before the first one.
    pub fn produce_latency(&self) -> Option<Percentiles> {
        Percentiles::of(self.samples.iter().map(|sample| sample.latency_us).collect())
    }

    /// The time from the call that produced an event to its arrival here; nothing where no event was both produced and
    /// received by this run.
    pub fn end_to_end_latency(&self) -> Option<Percentiles> {
        Percentiles::of(self.end_to_end_us.clone())
    }

    /// Acknowledged events per second, between the first accepted event of the topic and its last acknowledged one.
    ///
    /// Nothing with fewer than two acknowledged events, since one event has a latency and no rate, and nothing where
    /// the two moments are the same or their clock was set back.
    pub fn events_per_second(&self) -> Option<f64> {
        let span = self.last_acknowledged?.since(self.first_accepted?);
        let rated = self.counts.acknowledged >= 2 && !span.is_zero();
        rated.then(|| self.counts.acknowledged as f64 / span.as_secs_f64())
    }
}

fn saturated(micros: u64) -> u32 {
    u32::try_from(micros).unwrap_or(u32::MAX)
}
