use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use test_probe::scenarios::{ScenarioInfo, ScenarioObserver, ScenarioResult, StepResult};
use test_probe::{LiveFigures, RunObserver, Stage};

use crate::args::RunArguments;
use crate::terminal::Terminal;

mod scenario_lines;
pub(crate) mod verdict;

use scenario_lines::ScenarioLines;

/// How much a person wants to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verbosity {
    /// Every scenario, the figures, and where the evidence is.
    Full,
    /// Failures and the verdict.
    Quiet,
    /// The summary as a line of JSON.
    Json,
}

impl Verbosity {
    pub(crate) fn of(arguments: &RunArguments) -> Self {
        match (arguments.json, arguments.quiet) {
            (true, _) => Self::Json,
            (false, true) => Self::Quiet,
            (false, false) => Self::Full,
        }
    }
}

/// Shows how a run goes: a line a scenario, and a bar below them on a terminal or a word now and then in a pipe.
#[derive(Debug)]
pub(crate) struct Progress {
    terminal: Terminal,
    verbosity: Verbosity,
    test: String,
    /// Whether other tests run beside it, for which it has to wait.
    is_queued: bool,
    bar: Option<ProgressBar>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    figures: Option<LiveFigures>,
    /// Scenarios that are running, by number, each with the failure of its step.
    running: HashMap<u64, Running>,
    scenarios: usize,
    ended: usize,
    lines: ScenarioLines,
}

#[derive(Debug)]
struct Running {
    info: ScenarioInfo,
    failure: Option<(usize, String)>,
}

impl Progress {
    pub(crate) fn new(terminal: Terminal, verbosity: Verbosity, test: &str, is_queued: bool) -> Self {
        let is_shown = verbosity == Verbosity::Full && terminal.has_bars();
        let bar = is_shown.then(|| terminal.show(spinner()));
        Self { terminal, verbosity, test: test.to_owned(), is_queued, bar, state: Mutex::default() }
    }

    /// Says how far the run is, where no bar shows it.
    pub(crate) fn sign_of_life(&self) {
        if self.bar.is_none() && self.verbosity == Verbosity::Full {
            let line = self.state().line();
            self.terminal.note(format_args!("{}: {line}", self.test));
        }
    }

    /// The run is over: the bar goes.
    pub(crate) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn stage_is(&self, text: &str) {
        match (&self.bar, self.verbosity) {
            (Some(bar), _) => bar.set_message(text.to_owned()),
            (None, Verbosity::Full) => self.terminal.note(format_args!("{}: {text}", self.test)),
            (None, Verbosity::Quiet | Verbosity::Json) => {}
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn line(&self) -> String {
        let Self { ended, scenarios, figures, running, .. } = self;
        if *scenarios == 0 {
            return "not running yet".to_owned();
        }
        let events = figures.as_ref().map(LiveFigures::event_counts).unwrap_or_default();
        let now = running.values().next().map(|running| format!("; now: {}", running.info.name)).unwrap_or_default();
        format!(
            "{ended} of {scenarios} scenarios, {} events acknowledged, {} received{now}",
            events.acknowledged, events.received
        )
    }
}

impl RunObserver for Progress {
    fn stage(&self, stage: &Stage<'_>) {
        match stage {
            Stage::Started { figures, .. } => self.state().figures = Some(figures.clone()),
            Stage::Warning(text) => self.terminal.warning(text),
            Stage::OpeningTopics(topics) => self.stage_is(&format!("opening {topics} topics")),
            Stage::Loaded if self.is_queued => self.stage_is("loaded, waiting for its turn"),
            Stage::Scenarios { scenarios, steps } => {
                self.state().scenarios = *scenarios;
                self.stage_is(&format!("running {scenarios} scenarios"));
                if let Some(bar) = &self.bar {
                    bar.set_length(u64::try_from(*steps).unwrap_or(u64::MAX));
                    bar.set_style(step_bar());
                }
            }
            Stage::Closing => self.stage_is("waiting for events under way, closing the topics"),
            Stage::WritingReports => self.stage_is("writing the reports"),
            _ => {}
        }
    }
}

impl ScenarioObserver for Progress {
    fn scenario_started(&self, scenario: &ScenarioInfo) {
        let mut state = self.state();
        state.running.insert(scenario.id, Running { info: scenario.clone(), failure: None });
        if let Some(bar) = &self.bar {
            bar.set_message(state.line());
        }
    }

    fn step_finished(&self, step: &StepResult) {
        let mut state = self.state();
        if let Some(message) = &step.message
            && let Some(running) = state.running.get_mut(&step.scenario)
        {
            running.failure.get_or_insert((step.index, message.clone()));
        }
        if self.verbosity == Verbosity::Full {
            step.attachments.iter().for_each(|text| self.terminal.result(text));
        }
        if let Some(bar) = &self.bar {
            bar.inc(1);
            bar.set_message(state.line());
        }
    }

    fn scenario_finished(&self, result: &ScenarioResult) {
        let mut state = self.state();
        state.ended += 1;
        let Some(Running { info, failure }) = state.running.remove(&result.scenario) else { return };
        let lines = state.lines.of(&info, result, failure.as_ref());
        let is_shown = match self.verbosity {
            Verbosity::Full => true,
            Verbosity::Quiet => lines.is_failure,
            Verbosity::Json => false,
        };
        if is_shown {
            self.terminal.result(lines.text);
        }
    }
}

fn spinner() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

/// The template is a constant that a test reads; a spinner is shown if it were wrong.
fn step_bar() -> ProgressStyle {
    ProgressStyle::with_template(STEP_BAR).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

const STEP_BAR: &str = "{bar:30} {pos}/{len} steps, {elapsed}  {wide_msg}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bars_template_can_be_read() {
        ProgressStyle::with_template(STEP_BAR).unwrap();
    }
}
