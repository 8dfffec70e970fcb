use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use test_probe_directives::{ClusterName, Timestamp, TopicName};

use crate::ledger_entry::run::{ClientKind, RunFinished, RunStarted};
use crate::{LedgerEntry, LedgerEvent};

pub(crate) mod balance;
pub(crate) mod counts;
pub(crate) mod percentiles;
pub(crate) mod scenario_record;
pub(crate) mod topic_record;
pub(crate) mod verdict;

use balance::Balance;
use counts::{ConnectionCounts, EventCounts, ScenarioCounts};
use percentiles::Percentiles;
use scenario_record::ScenarioRecord;
use topic_record::TopicRecord;

/// What is known about a run: the fold of its ledger.
///
/// Everything that a user reads about a run is computed from this one value. It depends on the entries alone, so that
/// a live run and its ledger read back from disk give the same reports, byte for byte.
///
/// Each acknowledged event costs 8 bytes here, each received one with an end-to-end time 4, each event under way about
/// 16; everything else grows with topics, scenarios and steps only.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunRecord {
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    started: Option<(Timestamp, RunStarted)>,
    finished: Option<(Timestamp, RunFinished)>,
    scenarios: Vec<ScenarioRecord>,
    scenario_index: HashMap<u64, usize>,
    topics: Vec<TopicRecord>,
    topic_index: HashMap<(TopicName, ClusterName), usize>,
    balance: Balance,
    warnings: Vec<String>,
    connections: BTreeMap<(ClientKind, String), u64>,
}

impl RunRecord {
    /// Takes one entry in. The order of entries is the ledger's.
    pub fn apply(&mut self, entry: &LedgerEntry) {
        let at = entry.at;
        let first = *self.first.get_or_insert(at);
        self.last = Some(self.last.map_or(at, |last| last.max(at)));
        match &entry.event {
            LedgerEvent::RunStarted(started) => {
                for topic in &started.topics {
                    self.topic_mut(&topic.topic, &topic.cluster);
                }
                self.started = Some((at, (**started).clone()));
            }
            LedgerEvent::RunFinished(finished) => self.finished = Some((at, finished.clone())),
            LedgerEvent::ScenarioStarted(started) => {
                self.scenario_index.insert(started.scenario.id, self.scenarios.len());
                self.scenarios.push(ScenarioRecord::started(at, started.scenario.clone()));
            }
            LedgerEvent::StepFinished(finished) => {
                if !self.scenario_mut(finished.scenario_id).is_some_and(|scenario| scenario.step_finished(finished)) {
                    self.warnings.push(format!(
                        "the ledger tells of step {} of scenario {}, which it never began",
                        finished.index, finished.scenario_id
                    ));
                }
            }
            LedgerEvent::ScenarioFinished(finished) => match self.scenario_mut(finished.scenario_id) {
                Some(scenario) => scenario.finished(finished),
                None => self.warnings.push(format!(
                    "the ledger tells of the end of scenario {}, which it never began",
                    finished.scenario_id
                )),
            },
            LedgerEvent::Accepted(event) => {
                self.balance.accepted(event.id);
                self.topic_mut(&event.topic, &event.cluster).accepted(at);
            }
            LedgerEvent::Acknowledged(event) => {
                self.balance.ended(event.id);
                self.topic_mut(&event.topic, &event.cluster).acknowledged(first, at, event.latency_us);
            }
            LedgerEvent::Nacked(event) => {
                self.balance.ended(event.id);
                self.topic_mut(&event.topic, &event.cluster).nacked(event);
            }
            LedgerEvent::Late(event) => self.topic_mut(&event.topic, &event.cluster).late += 1,
            LedgerEvent::Received(event) => {
                self.topic_mut(&event.topic, &event.cluster).received(event.end_to_end_us);
            }
            LedgerEvent::Skipped(event) => self.topic_mut(&event.topic, &event.cluster).skipped += 1,
            LedgerEvent::Filtered(event) => self.topic_mut(&event.topic, &event.cluster).filtered += 1,
            LedgerEvent::Evicted(event) => self.topic_mut(&event.topic, &event.cluster).evicted += 1,
            LedgerEvent::Warning(warning) => self.warnings.push(warning.text.clone()),
            LedgerEvent::Connections(connections) => {
                self.connections.insert((connections.client, connections.client_id.clone()), connections.total);
            }
        }
    }

    /// What the run is, once it began.
    pub fn started(&self) -> Option<&RunStarted> {
        self.started.as_ref().map(|(_, started)| started)
    }

    /// How the run ended, once it did.
    pub fn finished(&self) -> Option<&RunFinished> {
        self.finished.as_ref().map(|(_, finished)| finished)
    }

    /// When the run began; nothing for an empty ledger.
    pub fn started_at(&self) -> Option<Timestamp> {
        self.started.as_ref().map(|(at, _)| *at).or(self.first)
    }

    /// When the run ended, or the last that is known of it.
    pub fn ended_at(&self) -> Option<Timestamp> {
        self.finished.as_ref().map(|(at, _)| *at).or(self.last)
    }

    /// How long the run took, or has taken so far, by the wall clock that stamped its entries.
    pub fn duration(&self) -> Duration {
        match (self.started_at(), self.ended_at()) {
            (Some(start), Some(end)) => end.since(start),
            _ => Duration::ZERO,
        }
    }

    /// The scenarios in the order in which they began.
    pub fn scenarios(&self) -> &[ScenarioRecord] {
        &self.scenarios
    }

    /// The topics: those of the directive in its order, then others as they first appear.
    pub fn topics(&self) -> &[TopicRecord] {
        &self.topics
    }

    /// How many scenarios ended in which way. The three numbers add up to the number of scenarios.
    pub fn scenario_counts(&self) -> ScenarioCounts {
        ScenarioCounts::of(self.scenarios.iter().map(ScenarioRecord::status))
    }

    /// What became of the events of all topics.
    pub fn event_counts(&self) -> EventCounts {
        self.topics.iter().map(|topic| topic.counts).sum()
    }

    /// How many connections the run's clients opened.
    pub fn connection_counts(&self) -> ConnectionCounts {
        let total = |kind| {
            let of_kind = self.connections.iter().filter(|((client, _), _)| *client == kind);
            of_kind.fold(0_u64, |sum, (_, total)| sum.saturating_add(*total))
        };
        ConnectionCounts { producer: total(ClientKind::Producer), consumer: total(ClientKind::Consumer) }
    }

    /// The produce latency over all topics; nothing before the first acknowledgement.
    pub fn produce_latency(&self) -> Option<Percentiles> {
        let all = self.topics.iter().flat_map(|topic| topic.samples().iter().map(|sample| sample.latency_us));
        Percentiles::of(all.collect())
    }

    /// Whether every accepted event ended exactly once.
    pub fn balance(&self) -> &Balance {
        &self.balance
    }

    /// What a reader should know beside the figures: the warnings of the ledger, and what is wrong with the ledger.
    pub fn warnings(&self) -> Vec<String> {
        self.warnings.iter().cloned().chain(self.balance.complaints()).collect()
    }

    fn scenario_mut(&mut self, id: u64) -> Option<&mut ScenarioRecord> {
        let index = *self.scenario_index.get(&id)?;
        self.scenarios.get_mut(index)
    }

    fn topic_mut(&mut self, topic: &TopicName, cluster: &ClusterName) -> &mut TopicRecord {
        let Self { topics, topic_index, .. } = self;
        let index = *topic_index.entry((topic.clone(), cluster.clone())).or_insert_with(|| {
            topics.push(TopicRecord::new(topic.clone(), cluster.clone()));
            topics.len() - 1
        });
        &mut topics[index]
    }
}
