use std::time::Duration;

use super::event::Trn;
use crate::commands::StopCause;
use crate::error::ProbeExceptions;
use crate::test_execution_result::TestEnd;

/// What the actor must do about an event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Send this to itself.
    Defer(Trn),
    /// Start the timer, or start it anew.
    StartPoisonPill(Duration),
    CancelPoisonPill,
    /// Answer whoever initialised the test.
    AnswerInitialize,
    /// Answer whoever started the test that it is accepted.
    AnswerStart,
    /// Answer whoever sent this event.
    Answer(Answer),
    TellQueue(Report),
    SpawnChildren,
    InitializeBlockStorage,
    InitializeVault,
    /// Initialise whoever needs folder and credentials: executor, producer, consumer.
    InitializeReaders,
    /// Run the scenarios; producers and consumers are told, too.
    StartScenarios,
    /// End the scenarios before their time.
    Interrupt(StopCause),
    /// Stop producers and consumers, which drain.
    CloseTopics,
    /// Finish the evidence and store it.
    LoadToBlockStorage(TestEnd),
    /// End the actor and its children.
    End,
    /// The state has no use for the event.
    Refuse,
}

/// The answer to whoever sent the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Status,
    NotAccepted(&'static str),
    Cancelled,
    /// It is cancelled, which takes until its events are drained and its evidence is stored.
    BeingCancelled(&'static str),
    NotCancelled(&'static str),
}

/// What the queue is told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Report {
    Initialized,
    Loading,
    Loaded,
    Started,
    Completed,
    Exception(ProbeExceptions),
    Stopping,
}
