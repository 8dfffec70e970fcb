//! What a run leaves behind: one ledger, and every report derived from it.
//!
//! ```text
//! LedgerEntry ──record──▶ Ledger ──▶ events.jsonl ──replay──┐
//!                            └────────── fold ──────────▶ RunRecord ─┬─▶ summary_table (the terminal)
//!                                                                    ├─▶ summary.json
//!                                                                    ├─▶ cucumber.json
//!                                                                    ├─▶ junit-report.xml
//!                                                                    └─▶ cucumber-report.html
//! ```
//!
//! Every figure that a user reads comes from one value, the [`RunRecord`], which is a fold over [`LedgerEntry`]s and
//! knows nothing else: no clock, no environment. So the reports of a run that was killed are made again from its ledger
//! with [`replay`] and [`write_reports`], and those of a run that was not are the same, byte for byte.
//!
//! The contents of events stand apart, in `kafka-events-produced.jsonl` and `kafka-events-consumed.jsonl`
//! ([`EventPayload`]), with what the directive redacts hidden; `metadata.json` ([`write_metadata`]) holds the hashes of
//! all of it.
//!
//! What is *not* here: progress and scenario lines on a terminal, and storing the evidence elsewhere.

mod event_payload;
mod figures;
mod file_names;
mod ledger;
mod ledger_entry;
mod redacted_entry;
mod replay;
mod reports;
mod run_record;
mod sha256;
mod text_form;
mod whole_file;

pub use event_payload::{Direction, EventPayload, PayloadPart};
pub use ledger::{ClosedLedger, Ledger, OpenError, WriteError};
pub use ledger_entry::consumed::{Evicted, Filtered, Received, Skipped};
pub use ledger_entry::produced::{Accepted, Acknowledged, Late, Nacked, Written};
pub use ledger_entry::run::{ClientKind, Connections, RunFinished, RunOutcome, RunStarted, TopicInUse, Warning, World};
pub use ledger_entry::scenario::{
    DocString, Feature, Rule, Scenario, ScenarioFinished, ScenarioStarted, ScenarioStatus, Step, StepFinished,
    StepStatus,
};
pub use ledger_entry::{LedgerEntry, LedgerEvent};
pub use replay::{ReplayError, ReplayNotes, TornLine, replay};
pub use reports::cucumber_json::cucumber_json;
pub use reports::html::html_report;
pub use reports::junit::junit_report;
pub use reports::metadata::{Metadata, WriteMetadataError, write_metadata};
pub use reports::summary::summary_json;
pub use reports::summary_table::summary_table;
pub use reports::{WriteReportError, write_metrics, write_reports};
pub use run_record::RunRecord;
pub use run_record::balance::Balance;
pub use run_record::counts::{ConnectionCounts, EventCounts, ScenarioCounts};
pub use run_record::percentiles::{Percentiles, percentile};
pub use run_record::scenario_record::{Failure, ScenarioRecord, StepResult};
pub use run_record::topic_record::{LatencySample, NacksOfKind, TopicRecord};
pub use run_record::verdict::Verdict;
pub use sha256::sha256_hex;
