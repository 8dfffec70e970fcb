use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use test_probe::config::{Environment as _, ProcessEnvironment};
use test_probe::evidence::summary_json;
use test_probe::scenarios::StepBook;
use test_probe::{ExitStatus, PreparedTest, Probe, RunOptions, RunReport, StopReason, StopSwitch, TestFolder, explain};

use crate::args::RunArguments;
use crate::configuration;
use crate::metrics_endpoint::MetricsEndpoint;
use crate::progress::{Progress, Verbosity, verdict};
use crate::signals::stop_on_signals;
use crate::terminal::Terminal;

/// How often a run that is not watched on a terminal says how far it is.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// Queues tests, and tells how each and all of them went.
pub(crate) async fn run(arguments: RunArguments, terminal: Terminal) -> ExitStatus {
    Session { verbosity: Verbosity::of(&arguments), arguments, terminal }.run().await
}

/// One call of the command.
struct Session {
    arguments: RunArguments,
    verbosity: Verbosity,
    terminal: Terminal,
}

impl Session {
    async fn run(self) -> ExitStatus {
        let loaded = match configuration::load(self.arguments.config.as_deref()) {
            Ok(loaded) => loaded,
            Err(error) => return self.refuse(&explain(&error)),
        };
        loaded.warnings.iter().for_each(|warning| self.terminal.note(warning));
        // What is wrong with any of the tests is told before the first of them begins.
        let prepared = self.arguments.dirs.iter().map(|dir| self.prepare(dir, &loaded.settings));
        let (tests, problems): (Vec<_>, Vec<_>) = prepared.partition(Result::is_ok);
        let problems: Vec<String> = problems.into_iter().filter_map(Result::err).collect();
        if !problems.is_empty() {
            return self.refuse(&problems.join("\n"));
        }
        let tests: Vec<PreparedTest> = tests.into_iter().flatten().collect();
        if self.arguments.dry_run {
            tests.iter().for_each(|test| self.terminal.result(test.plan().dry_run_report().trim_end()));
            return ExitStatus::Passed;
        }
        match Probe::builder().configuration(loaded).start() {
            Ok(probe) => self.run_all(probe, tests).await,
            Err(error) => {
                self.terminal.error(explain(&error));
                error.exit_status()
            }
        }
    }

    fn prepare(&self, dir: &Path, settings: &test_probe::config::Settings) -> Result<PreparedTest, String> {
        let folder = TestFolder::read(dir).map_err(|error| explain(&error))?;
        let tags = self.arguments.tags.as_deref();
        PreparedTest::new(folder, settings, StepBook::new(), tags).map_err(|error| explain(&error))
    }

    async fn run_all(&self, probe: Probe, tests: Vec<PreparedTest>) -> ExitStatus {
        let endpoint = match self.serve_metrics(&probe) {
            Ok(endpoint) => endpoint,
            Err(status) => return status,
        };
        let stop = StopSwitch::default();
        let signals = actix_rt::spawn(stop_on_signals(stop.clone(), self.terminal.clone()));
        // All go into the queue at once; it gives them their turns.
        let queued = tests.into_iter().zip(self.evidence_dirs());
        let running = queued.map(|(test, evidence)| self.run_one(&probe, test, evidence, stop.clone()));
        let statuses = join_all(running).await;
        if statuses.len() > 1 && self.verbosity != Verbosity::Json {
            self.terminal.result(verdict::all(&statuses));
        }
        let status = statuses.into_iter().fold(ExitStatus::Passed, ExitStatus::and);
        // What is left of the tests in the tree goes with it, in order. A second signal still ends it at once.
        if !matches!(probe.stop(StopReason::Terminate).await, Ok(true)) {
            self.terminal.warning("the tests did not end in time (test-probe.core.actor-system.shutdown-timeout)");
        }
        signals.abort();
        if let Some(endpoint) = endpoint {
            endpoint.stop().await;
        }
        probe.shutdown();
        status
    }

    async fn run_one(
        &self,
        probe: &Probe,
        test: PreparedTest,
        evidence: Option<PathBuf>,
        stop: StopSwitch,
    ) -> ExitStatus {
        let progress =
            Arc::new(Progress::new(self.terminal.clone(), self.verbosity, test.name(), self.arguments.dirs.len() > 1));
        let mut options = RunOptions::default().observer(Arc::clone(&progress) as _).stop(stop);
        options.evidence = evidence;
        options.test_type.clone_from(&self.arguments.test_type);
        options.run_by = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| ProcessEnvironment.get(name));
        let running = probe.run(test, options);
        tokio::pin!(running);
        let ended = loop {
            tokio::select! {
                ended = &mut running => break ended,
                () = tokio::time::sleep(SIGN_OF_LIFE) => progress.sign_of_life(),
            }
        };
        progress.end();
        match ended {
            Ok(report) => {
                self.tell(&report);
                report.exit_status
            }
            Err(error) => {
                self.terminal.error(explain(&error));
                error.exit_status()
            }
        }
    }

    fn tell(&self, report: &RunReport) {
        let RunReport { record, evidence, write_errors, .. } = report;
        for error in write_errors {
            self.terminal.error(format_args!("the evidence is not whole: {error}"));
        }
        match self.verbosity {
            Verbosity::Full => {
                if self.arguments.dirs.len() > 1 {
                    self.terminal.result(verdict::heading(record));
                }
                self.terminal.result(verdict::whole(record));
                self.terminal.result(format_args!("evidence: {}", evidence.join("cucumber-report.html").display()));
            }
            Verbosity::Quiet if self.arguments.dirs.len() > 1 => {
                self.terminal.result(format_args!("{}  {}", verdict::name(record), verdict::short(record)));
            }
            Verbosity::Quiet => self.terminal.result(verdict::short(record)),
            Verbosity::Json => match summary_json(record).and_then(|text| one_line(&text)) {
                Ok(line) => self.terminal.result(line),
                Err(error) => self.terminal.error(format_args!("the summary has no JSON form: {error}")),
            },
        }
    }

    fn serve_metrics(&self, probe: &Probe) -> Result<Option<MetricsEndpoint>, ExitStatus> {
        let Some(address) = self.arguments.metrics else { return Ok(None) };
        match MetricsEndpoint::start(address, probe.metrics().clone()) {
            Ok(endpoint) => {
                self.terminal.note(format_args!("metrics: http://{}/metrics", endpoint.address));
                Ok(Some(endpoint))
            }
            Err(error) => Err(self.refuse(&explain(&error))),
        }
    }

    fn evidence_dirs(&self) -> Vec<Option<PathBuf>> {
        match &self.arguments.evidence {
            None => vec![None; self.arguments.dirs.len()],
            Some(root) => evidence_dirs(root, &self.arguments.dirs).into_iter().map(Some).collect(),
        }
    }

    fn refuse(&self, problem: &str) -> ExitStatus {
        self.terminal.error(problem);
        ExitStatus::BadInput
    }
}

/// Where the evidence of each test goes: the root itself for a single one, a folder of the test's name below it for
/// several. Tests of the same name get numbers.
fn evidence_dirs(root: &Path, dirs: &[PathBuf]) -> Vec<PathBuf> {
    if dirs.len() == 1 {
        return vec![root.to_owned()];
    }
    let mut used: HashMap<String, usize> = HashMap::new();
    let named = dirs.iter().map(|dir| {
        let absolute = dir.canonicalize().unwrap_or_else(|_| dir.clone());
        let name = absolute.file_name().map_or_else(|| "test".to_owned(), |name| name.to_string_lossy().into_owned());
        let count = used.entry(name.clone()).and_modify(|count| *count += 1).or_insert(1);
        if *count == 1 { root.join(name) } else { root.join(format!("{name}-{count}")) }
    });
    named.collect()
}

fn one_line(json: &str) -> Result<String, serde_json::Error> {
    serde_json::from_str::<serde_json::Value>(json).map(|value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_test_has_the_evidence_folder_for_itself_and_several_share_it_by_name() {
        let root = Path::new("out");
        let dirs = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert_eq!(evidence_dirs(root, &dirs(&["a/orders"])), dirs(&["out"]));
        assert_eq!(
            evidence_dirs(root, &dirs(&["a/orders", "b/orders", "b/payments"])),
            dirs(&["out/orders", "out/orders-2", "out/payments"])
        );
    }

    #[test]
    fn a_summary_becomes_one_line_and_keeps_its_order() {
        assert_eq!(one_line("{\n  \"b\": 1,\n  \"a\": [2]\n}\n").unwrap(), r#"{"b":1,"a":[2]}"#);
    }
}
