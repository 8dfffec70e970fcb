use std::error::Error;
use std::fmt;
use std::sync::Arc;

use super::{RegistryFailure, RegistryRequest};

/// A question to a registry that was not answered as hoped: what was asked, where, and what came back.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RegistryError {
    /// What was asked, with the subject, the id or the GUID that it was about.
    pub request: RegistryRequest,
    /// The registry's base address, without credentials; where several were tried in vain, all of them.
    pub url: Arc<str>,
    /// What came back.
    pub failure: RegistryFailure,
    /// The registry's `error_code`, where it gave one.
    pub code: Option<u32>,
}

impl RegistryError {
    /// The error of `request` to the registry at `url`.
    pub fn new(request: RegistryRequest, url: impl Into<Arc<str>>, failure: RegistryFailure) -> Self {
        Self { request, url: url.into(), code: failure.code(), failure }
    }

    /// The same error with the registry's `error_code`, where that is known and the failure does not tell it.
    #[must_use]
    pub fn with_code(self, code: Option<u32>) -> Self {
        Self { code: code.or(self.code), ..self }
    }

    /// Whether the same question may be answered later.
    pub fn helps_to_ask_again(&self) -> bool {
        self.failure.helps_to_ask_again()
    }
}

impl fmt::Display for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the Schema Registry at {} did not {}: {}", self.url, self.request, self.failure)
    }
}

// The failure's text is part of this error's, so the chain goes on with what caused the failure.
impl Error for RegistryError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.failure {
            // Each address's failure is told; what caused the last one that has a cause stands for all.
            RegistryFailure::NoneAnswers { tried } => tried.iter().rev().find_map(|tried| tried.failure.source()),
            failure => failure.source(),
        }
    }
}

#[cfg(test)]
mod tests;
