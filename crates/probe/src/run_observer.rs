use std::path::Path;

use test_probe_evidence::{EventCounts, Ledger, RunRecord};
use test_probe_scenarios::{ScenarioInfo, ScenarioObserver, ScenarioResult, StepResult};

/// Hears how a run goes, as it goes, for progress on a terminal and the like. The scenarios' part is called on the run's
/// own thread: be quick, do not block, and do not panic.
pub trait RunObserver: ScenarioObserver {
    /// The run has come to another stage.
    fn stage(&self, _stage: &Stage<'_>) {}
}

/// How far a run is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Stage<'a> {
    /// The evidence is open.
    Started {
        /// Where it is.
        evidence: &'a Path,
        /// What there is to be seen from now on.
        figures: LiveFigures,
    },
    /// Something that a reader of the reports should know.
    Warning(&'a str),
    /// The topics are being opened: how many producers and consumers.
    OpeningTopics(usize),
    /// The test is ready and waits for its turn.
    Loaded,
    /// The scenarios begin.
    Scenarios {
        /// How many.
        scenarios: usize,
        /// How many steps they have together.
        steps: usize,
    },
    /// Events under way are waited for, and the topics closed.
    Closing,
    /// The reports are written.
    WritingReports,
}

/// The figures of a run that is going on. They come from the value that the reports are made of.
#[derive(Clone, Debug)]
pub struct LiveFigures(Ledger);

impl LiveFigures {
    pub(crate) fn new(ledger: Ledger) -> Self {
        Self(ledger)
    }

    /// Events so far.
    pub fn event_counts(&self) -> EventCounts {
        self.0.with_record(RunRecord::event_counts)
    }
}

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoObserver;

impl ScenarioObserver for NoObserver {
    fn scenario_started(&self, _: &ScenarioInfo) {}
    fn step_finished(&self, _: &StepResult) {}
    fn scenario_finished(&self, _: &ScenarioResult) {}
}

impl RunObserver for NoObserver {}
