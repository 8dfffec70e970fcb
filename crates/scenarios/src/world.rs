use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use test_probe_actors::ProbeDsl;
use test_probe_actors::event_store::Sequence;
use test_probe_actors::journal::JournalTopic;
use test_probe_directives::{Format, TestId};

use crate::arrivals::Arrivals;
use crate::claims::Claims;
use crate::correlation::Correlation;
use crate::{ProducedEvent, ReceivedEvent, TestEnvironment};

mod topics;

/// What the steps of one scenario share: the built-in ones, and yours beside them.
///
/// ```
/// use cucumber::then;
/// use test_probe_scenarios::{ProbeWorld, StepError};
///
/// #[then(expr = "the order is worth {int} euros")]
/// async fn worth(world: &mut ProbeWorld, euros: i64) -> Result<(), StepError> {
///     let event = world.last_event().ok_or_else(|| StepError::failed("no event was received"))?;
///     let order = event.value().await?;
///     if order["euros"] == euros { Ok(()) } else { Err(StepError::failed(format!("the order is {order}"))) }
/// }
/// ```
///
/// Attribute steps are known to every [`StepBook`](crate::StepBook) of the program.
#[derive(Default, cucumber::World)]
pub struct ProbeWorld {
    pub(crate) environment: TestEnvironment,
    pub(crate) scenario: u64,
    pub(crate) claims: Rc<RefCell<Claims>>,
    pub(crate) arrivals: Rc<Arrivals>,
    pub(crate) starts: HashMap<JournalTopic, Result<Sequence, String>>,
    pub(crate) correlation: Option<Correlation>,
    pub(crate) formats: HashMap<JournalTopic, Format>,
    pub(crate) topic: Option<JournalTopic>,
    pub(crate) produced: Vec<ProducedEvent>,
    pub(crate) received: Vec<ReceivedEvent>,
    pub(crate) attachments: Vec<String>,
    pub(crate) faults_used: bool,
    state: HashMap<TypeId, Box<dyn Any>>,
}

impl ProbeWorld {
    /// A world of no scenario.
    pub(crate) fn of(environment: TestEnvironment) -> Self {
        Self { environment, ..Self::default() }
    }

    /// The test.
    pub fn test_id(&self) -> TestId {
        self.environment.test_id
    }

    /// The way in to the test's topics.
    pub fn dsl(&self) -> &ProbeDsl {
        &self.environment.dsl
    }

    /// What the steps of the test work with.
    pub fn environment(&self) -> &TestEnvironment {
        &self.environment
    }

    /// The correlation id that the scenario has set for its events, as text.
    pub fn correlation_id(&self) -> Option<String> {
        self.correlation.as_ref().map(|correlation| correlation.id().to_string())
    }

    /// What the scenario's steps produced so far, in order.
    pub fn produced(&self) -> &[ProducedEvent] {
        &self.produced
    }

    /// What the last step that received events received, in the order in which the events came.
    pub fn received(&self) -> &[ReceivedEvent] {
        &self.received
    }

    /// The last event that a step received: the one that checks look at.
    pub fn last_event(&self) -> Option<&ReceivedEvent> {
        self.received.last()
    }

    /// Makes an event that a step of your own received the one that checks look at.
    pub fn set_last_event(&mut self, event: ReceivedEvent) {
        self.received = vec![event];
    }

    /// Shows a text with the running step in every report.
    pub fn attach(&mut self, text: impl Into<String>) {
        self.attachments.push(text.into());
    }

    /// What your own steps keep from one to the next within a scenario: one value of each type.
    ///
    /// # Panics
    /// Never: what lies under a type's id is of that type.
    #[allow(clippy::expect_used, reason = "what lies under a type's id is of that type")]
    pub fn state<T: Default + 'static>(&mut self) -> &mut T {
        let slot = self.state.entry(TypeId::of::<T>()).or_insert_with(|| Box::new(T::default()));
        slot.downcast_mut().expect("the value of this type")
    }
}

impl fmt::Debug for ProbeWorld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProbeWorld")
            .field("environment", &self.environment)
            .field("scenario", &self.scenario)
            .field("produced", &self.produced.len())
            .field("received", &self.received.len())
            .finish_non_exhaustive()
    }
}
