//! Looks at everything that a test needs, name by name, and says of what does not work why, and what to do about it.
//!
//! ```text
//! settings ─▶ vault ─▶ each cluster and principal: dns ─▶ tcp ─▶ tls ─▶ token ─▶ sasl ─▶ metadata ─▶ topics
//!                   └▶ each registry:              dns ─▶ tcp ─▶ tls ─▶ token ─▶ registry ─▶ subjects
//! ```
//!
//! What rests on something that failed is not looked at, so that each fault is told once. Nothing is changed anywhere, and
//! nothing secret is shown.

mod cluster;
mod endpoint;
mod examination;
mod finding;
mod network;
mod patient;
mod registry;
mod round;
mod tls;
mod tls_client;
mod token;

use test_probe_config::Settings;

pub use self::examination::Examination;
pub use self::finding::{Check, Finding, Verdict};
use self::patient::Patient;
use self::round::Round;
use crate::{StartProbeError, TestFolder};

/// Looks at what a test, or a probe without one, needs.
#[derive(Debug)]
pub struct Doctor {
    settings: Settings,
    folder: Option<TestFolder>,
}

impl Doctor {
    /// A doctor for the world of these settings.
    pub fn new(settings: Settings) -> Self {
        Self { settings, folder: None }
    }

    /// Looks at this test's topics, credentials and subjects too.
    #[must_use]
    pub fn with_test(self, folder: TestFolder) -> Self {
        Self { folder: Some(folder), ..self }
    }

    /// Looks at all of it. `tell` is told of each finding as it comes. Takes up to half a minute where much does not
    /// answer.
    ///
    /// # Errors
    /// [`StartProbeError`] when the embedded world does not start, or the vault cannot be used as it is set up. What does
    /// not work is no error but a finding.
    ///
    /// # Cancellation
    /// Safe.
    pub async fn examine(self, mut tell: impl FnMut(&Finding) + Send) -> Result<Examination, StartProbeError> {
        let patient = Patient::new(self.settings, self.folder)?;
        let mut round = Round::new(&mut tell);
        patient.examine(&mut round).await;
        Ok(round.end())
    }
}
