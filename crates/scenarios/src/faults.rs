use std::error::Error;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

/// Breaks parts of the world on purpose. Only a world of our own has it: the embedded one, or the project's own stack.
///
/// Each fault begins at once and ends by itself; whoever asks for one does not wait for its end.
#[async_trait]
pub trait Faults: fmt::Debug + Send + Sync {
    /// Takes a broker away and gives it back after `outage`. The first broker is 1.
    ///
    /// # Errors
    /// [`FaultError`] when there is no such broker, or it cannot be taken away.
    async fn broker_down(&self, broker: u32, outage: Duration) -> Result<(), FaultError>;

    /// Takes the token endpoint away and gives it back after `outage`.
    ///
    /// # Errors
    /// [`FaultError`] when there is none, or it cannot be taken away.
    async fn token_endpoint_down(&self, outage: Duration) -> Result<(), FaultError>;

    /// Lets the Schema Registry answer the next `requests` with an HTTP status.
    ///
    /// # Errors
    /// [`FaultError`] when it cannot be told to.
    async fn registry_answers(&self, status: u16, requests: u32) -> Result<(), FaultError>;

    /// Ends every fault that has not ended yet. Called after each scenario that asked for one.
    ///
    /// # Errors
    /// [`FaultError`] when something cannot be given back.
    async fn restore(&self) -> Result<(), FaultError>;
}

/// A fault that could not begin or end.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct FaultError {
    message: String,
    #[source]
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl FaultError {
    /// An error that says what could not be done.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None }
    }

    /// Adds the error behind it.
    #[must_use]
    pub fn because(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }
}
