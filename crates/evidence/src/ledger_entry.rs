use serde::{Deserialize, Serialize};
use test_probe_directives::Timestamp;

use crate::text_form;

pub(crate) mod consumed;
pub(crate) mod produced;
pub(crate) mod run;
pub(crate) mod scenario;

use consumed::{Evicted, Filtered, Received, Skipped};
use produced::{Accepted, Acknowledged, Late, Nacked};
use run::{Connections, RunFinished, RunStarted, Warning};
use scenario::{ScenarioFinished, ScenarioStarted, StepFinished};

/// One line of the ledger `events.jsonl`: what happened, and when.
///
/// ```json
/// {"at":"2026-01-31T08:00:00.000000Z","kind":"acknowledged","id":1,"topic":"orders","cluster":"default",…}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// When it happened, by the wall clock of whoever recorded it.
    #[serde(with = "text_form::timestamp")]
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub event: LedgerEvent,
}

impl LedgerEntry {
    /// `event`, which happened `at` this time.
    pub fn new(at: Timestamp, event: impl Into<LedgerEvent>) -> Self {
        Self { at, event: event.into() }
    }
}

/// Everything that a ledger can tell. The member `kind` of a line names the variant in kebab-case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LedgerEvent {
    /// The run began. The first entry of a ledger.
    RunStarted(Box<RunStarted>),
    /// A scenario began.
    ScenarioStarted(Box<ScenarioStarted>),
    /// A step of a scenario ended.
    StepFinished(Box<StepFinished>),
    /// A scenario ended.
    ScenarioFinished(ScenarioFinished),
    /// An event was taken over for producing; from here on it must end in `Acknowledged` or `Nacked`.
    Accepted(Accepted),
    /// The broker confirmed an event.
    Acknowledged(Acknowledged),
    /// An event will not be confirmed.
    Nacked(Nacked),
    /// The broker's report on an event that had been Nacked at a deadline.
    Late(Late),
    /// An event was consumed and kept.
    Received(Received),
    /// A record was consumed that could not be decoded.
    Skipped(Skipped),
    /// A record was consumed that the topic's event filters do not want.
    Filtered(Filtered),
    /// A kept event made room for newer ones.
    Evicted(Evicted),
    /// Something that a reader of the reports should know.
    Warning(Warning),
    /// A client's count of opened connections.
    Connections(Connections),
    /// The run ended. The last entry of a whole ledger.
    RunFinished(RunFinished),
}

macro_rules! into_event {
    ($($variant:ident),* $(,)?) => {$(
        impl From<$variant> for LedgerEvent {
            fn from(event: $variant) -> Self {
                Self::$variant(event.into())
            }
        }
    )*};
}

into_event!(
    RunStarted,
    ScenarioStarted,
    StepFinished,
    ScenarioFinished,
    Accepted,
    Acknowledged,
    Nacked,
    Late,
    Received,
    Skipped,
    Filtered,
    Evicted,
    Warning,
    Connections,
    RunFinished,
);
