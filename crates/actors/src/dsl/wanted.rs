use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use test_probe_directives::JsonPath;

use super::RawEvent;
use crate::event_store::{Selector, Sequence};

/// Which event a caller waits for.
#[derive(Clone, Default)]
pub struct Wanted {
    pub(super) selector: Selector,
    pub(super) after: Sequence,
    pub(super) tests: Vec<Test>,
}

/// A look at one event.
#[derive(Clone)]
pub(super) enum Test {
    Json(JsonTest),
    Event(Arc<dyn Fn(&RawEvent) -> bool + Send + Sync>),
}

type JsonTest = Arc<dyn Fn(&Value) -> bool + Send + Sync>;

impl Wanted {
    /// Any event.
    pub fn any() -> Self {
        Self::default()
    }

    /// An event with this correlation id.
    pub fn correlation_id(id: impl Into<String>) -> Self {
        Self { selector: Selector::CorrelationId(id.into()), ..Self::default() }
    }

    /// An event whose key has this CloudEvent type.
    pub fn event_type(event_type: impl Into<String>) -> Self {
        Self { selector: Selector::EventType(event_type.into()), ..Self::default() }
    }

    /// Only events that came after this one.
    #[must_use]
    pub fn after(self, after: Sequence) -> Self {
        Self { after, ..self }
    }

    /// Only events whose value has `expected` at the path, type included.
    #[must_use]
    pub fn with_json_path(self, path: JsonPath, expected: Value) -> Self {
        self.with_value(move |value| path.matches(value, &expected))
    }

    /// Only events whose value, as JSON, passes. A value that cannot be decoded does not.
    #[must_use]
    pub fn with_value(mut self, test: impl Fn(&Value) -> bool + Send + Sync + 'static) -> Self {
        self.tests.push(Test::Json(Arc::new(test)));
        self
    }

    /// Only events that pass.
    #[must_use]
    pub fn that(mut self, test: impl Fn(&RawEvent) -> bool + Send + Sync + 'static) -> Self {
        self.tests.push(Test::Event(Arc::new(test)));
        self
    }

    /// Whether an event must be decoded to be judged.
    pub(super) fn looks_at_values(&self) -> bool {
        self.tests.iter().any(|test| matches!(test, Test::Json(_)))
    }

    /// Whether the event passes the tests that need no decoding.
    pub(super) fn accepts_event(&self, event: &RawEvent) -> bool {
        self.tests.iter().all(|test| match test {
            Test::Json(_) => true,
            Test::Event(test) => test(event),
        })
    }

    /// Whether the value passes the tests that need it.
    pub(super) fn accepts_value(&self, value: &Value) -> bool {
        self.tests.iter().all(|test| match test {
            Test::Json(test) => test(value),
            Test::Event(_) => true,
        })
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.selector {
            Selector::All => f.write_str("an event")?,
            Selector::CorrelationId(id) => write!(f, "an event with correlation id '{id}'")?,
            Selector::EventType(event_type) => write!(f, "an event of type '{event_type}'")?,
        }
        if self.tests.is_empty() { Ok(()) } else { f.write_str(" that passes the test") }
    }
}

impl fmt::Debug for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wanted")
            .field("selector", &self.selector)
            .field("after", &self.after)
            .field("tests", &self.tests.len())
            .finish()
    }
}
