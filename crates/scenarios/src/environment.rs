use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use test_probe_actors::ProbeDsl;
use test_probe_directives::{Redaction, TestId, TopicDirective, WallClock};

use crate::texts::Texts;
use crate::{Faults, TopicCreator};

/// What the steps of one test work with. Cheap to clone; handed in by whoever opened the test's topics.
///
/// ```no_run
/// # use std::time::Duration;
/// # use test_probe_actors::ProbeDsl;
/// # use test_probe_directives::{TestDirective, TestId};
/// # use test_probe_scenarios::TestEnvironment;
/// # fn example(dsl: ProbeDsl, test_id: TestId, directive: &TestDirective) -> TestEnvironment {
/// TestEnvironment::new(dsl, test_id, directive.topics.clone())
///     .with_templates([("order-created", r#"{"orderId": "{{uuid}}"}"#)])
///     .with_step_timeout(Duration::from_secs(60))
/// # }
/// ```
#[derive(Clone)]
pub struct TestEnvironment {
    pub(crate) dsl: ProbeDsl,
    pub(crate) test_id: TestId,
    pub(crate) topics: Arc<[TopicDirective]>,
    pub(crate) templates: Texts,
    pub(crate) expected: Texts,
    pub(crate) redaction: Redaction,
    pub(crate) faults: Option<Arc<dyn Faults>>,
    pub(crate) topic_creator: Option<Arc<dyn TopicCreator>>,
    pub(crate) clock: WallClock,
    pub(crate) step_timeout: Duration,
    pub(crate) receive_timeout: Duration,
    pub(crate) quiet_period: Duration,
}

impl TestEnvironment {
    /// 60 s: twice the time that producing an event may take.
    pub const DEFAULT_STEP_TIMEOUT: Duration = Duration::from_secs(60);
    /// 10 s: how long a step that names no time waits for events.
    pub const DEFAULT_RECEIVE_TIMEOUT: Duration = Duration::from_secs(10);
    /// 500 ms: how long nothing may come after exactly as many events as were wanted.
    pub const DEFAULT_QUIET_PERIOD: Duration = Duration::from_millis(500);

    /// The environment of a test whose topics are open in the DSL.
    pub fn new(dsl: ProbeDsl, test_id: TestId, topics: impl Into<Arc<[TopicDirective]>>) -> Self {
        Self {
            dsl,
            test_id,
            topics: topics.into(),
            templates: Texts::default(),
            expected: Texts::default(),
            redaction: Redaction::default(),
            faults: None,
            topic_creator: None,
            clock: WallClock::system(),
            step_timeout: Self::DEFAULT_STEP_TIMEOUT,
            receive_timeout: Self::DEFAULT_RECEIVE_TIMEOUT,
            quiet_period: Self::DEFAULT_QUIET_PERIOD,
        }
    }

    /// The texts of `templates/`, by their names without the extension: `order-created.v2` for `order-created.v2.json`.
    /// A step that names one of which there are several fails; it could mean any of them.
    #[must_use]
    pub fn with_templates<N: Into<String>, T: Into<String>>(self, files: impl IntoIterator<Item = (N, T)>) -> Self {
        Self { templates: Texts::of(files), ..self }
    }

    /// The texts of `expected/`, by their names without the extension; as for
    /// [`with_templates`](Self::with_templates), of several with one name none is meant.
    #[must_use]
    pub fn with_expected<N: Into<String>, T: Into<String>>(self, files: impl IntoIterator<Item = (N, T)>) -> Self {
        Self { expected: Texts::of(files), ..self }
    }

    /// What of events is hidden in everything that the run tells: messages, attachments, and the texts of steps. Give the
    /// ledger a clone, so that it hides what only the steps have seen.
    #[must_use]
    pub fn with_redaction(self, redaction: Redaction) -> Self {
        Self { redaction, ..self }
    }

    /// What breaks the world, where that is allowed.
    #[must_use]
    pub fn with_faults(self, faults: Arc<dyn Faults>) -> Self {
        Self { faults: Some(faults), ..self }
    }

    /// What knows the topics' partitions.
    #[must_use]
    pub fn with_topic_creator(self, creator: Arc<dyn TopicCreator>) -> Self {
        Self { topic_creator: Some(creator), ..self }
    }

    /// The clock of `{{now}}` and of CloudEvent keys; the machine's otherwise.
    #[must_use]
    pub fn with_clock(self, clock: WallClock) -> Self {
        Self { clock, ..self }
    }

    /// How long a step may take beyond the time that its own text asks for.
    #[must_use]
    pub fn with_step_timeout(self, step_timeout: Duration) -> Self {
        Self { step_timeout, ..self }
    }

    /// How long a step waits for events that names no time itself.
    #[must_use]
    pub fn with_receive_timeout(self, receive_timeout: Duration) -> Self {
        Self { receive_timeout, ..self }
    }

    /// How long nothing may come after exactly as many events as were wanted.
    #[must_use]
    pub fn with_quiet_period(self, quiet_period: Duration) -> Self {
        Self { quiet_period, ..self }
    }

    /// The way in to the test's topics.
    pub fn dsl(&self) -> &ProbeDsl {
        &self.dsl
    }

    /// The test.
    pub fn test_id(&self) -> TestId {
        self.test_id
    }

    /// What of events must not be shown, for steps of your own that quote them.
    pub fn redaction(&self) -> &Redaction {
        &self.redaction
    }

    /// What the test does with its topics.
    pub fn topics(&self) -> &[TopicDirective] {
        &self.topics
    }
}

/// No topics, and a DSL without a system: what a world has outside of a run.
impl Default for TestEnvironment {
    fn default() -> Self {
        Self::new(ProbeDsl::new(), TestId::from_bytes([0; 16]), [])
    }
}

impl fmt::Debug for TestEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestEnvironment")
            .field("test_id", &self.test_id)
            .field("topics", &self.topics.len())
            .field("templates", &self.templates)
            .field("expected", &self.expected)
            .field("redaction", &self.redaction)
            .field("faults", &self.faults)
            .field("topic_creator", &self.topic_creator)
            .finish_non_exhaustive()
    }
}
