//! Gherkin features, run against the probe: a step language that needs no code, phrase books, steps of your own beside
//! them, and the runner.
//!
//! ```text
//! *.feature ──▶ Features ─┐
//! steps/*.yaml ─▶ StepBook ┼─▶ Plan ──run──▶ RunSummary
//! tags ─────────▶ Tags ────┘    │     │
//!                               │     └─▶ ScenarioObserver   each scenario and step as it ends
//!                               └─ PlanError                 every unknown, ambiguous or unreadable step, before
//!                                                            anything runs
//! ```
//!
//! - [`Features`] are parsed from texts, all problems of all files at once.
//! - A [`StepBook`] knows every step: the built-in ones ([`StepBook::catalogue`] lists them), the attribute steps of the
//!   program on [`ProbeWorld`], steps added by hand, and phrases.
//! - A [`Plan`] is what the tags select, every step of it known and its arguments read.
//! - [`run()`] runs it. The steps work with a [`TestEnvironment`]: the DSL and what lies in a test's
//!   folder.
//!
//! # What steps promise
//!
//! A step that receives takes an event that came since its scenario began and that no other step has taken. It takes
//! those first whose correlation id its own scenario has produced, then those that nobody in the run has; events of
//! other scenarios are left to them unless the step asks by correlation id or content. So scenarios may run at the same
//! time on one topic. When it fails it says what else was seen, and what the nearest looked like.
//!
//! Comparison keeps types apart: `"10"` is not `10`, and the message says so.
//!
//! What the directive redacts ([`TestEnvironment::with_redaction`]) is in nothing that a run tells: every step hides it
//! where it speaks of an event, and every text is searched for it before an observer hears it. Messages tell its type, and
//! whether it is there.
//!
//! What is *not* here: reading files, opening topics, and writing reports. Protobuf and JSON Schema are not available in
//! this version; steps that name them fail and say so.

mod action;
mod arguments;
mod arrivals;
mod catalogue;
mod claims;
mod correlation;
mod criterion;
mod discretion;
mod doc_string;
mod environment;
mod events;
mod expectation;
mod faults;
mod features;
mod json;
mod observer;
mod pattern;
mod phrase_books;
mod placeholders;
mod plan;
mod producing;
mod run;
mod search;
mod step_book;
mod step_error;
mod steps;
mod tags;
mod template;
mod texts;
mod topic_creator;
mod world;

pub use arguments::InvalidArgument;
pub use catalogue::{Catalogue, CatalogueEntry};
pub use doc_string::DocString;
pub use environment::TestEnvironment;
pub use events::{ProducedEvent, ReceivedEvent};
pub use expectation::InvalidExpectation;
pub use faults::{FaultError, Faults};
pub use features::{FeatureProblem, Features, InvalidFeatures};
pub use observer::{
    FeatureInfo, RuleInfo, ScenarioInfo, ScenarioObserver, ScenarioResult, ScenarioStatus, StepInfo, StepResult,
    StepStatus,
};
pub use phrase_books::{InvalidPhraseBooks, PhraseBookProblem};
pub use plan::{FaultSteps, Plan, PlanError, PlanProblem};
pub use run::{FailedScenario, RunSummary, run};
pub use step_book::{InvalidStepPattern, StepBook, StepContext};
pub use step_error::StepError;
pub use tags::{InvalidTags, Tags};
pub use template::InvalidTemplate;
pub use topic_creator::{TopicCreator, TopicCreatorError};
pub use world::ProbeWorld;

pub use cucumber;
pub use tokio_util::sync::CancellationToken;
