use std::time::Duration;

use serde_json::Value;

use crate::vault::{MappingStage, VaultError, VaultProvider, VaultQuestion};

/// What a function answered. Its body may be a secret, so that there is no `Debug`.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) retry_after: Option<Duration>,
    /// Lambda's word for a function that failed while it ran; its status is 200 all the same.
    pub(super) function_error: Option<String>,
    pub(super) body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum CallFailure {
    /// The connection failed or broke.
    Transport(reqwest::Error),
    /// The call cannot be signed, since this machine has no credentials for it.
    Unsigned(&'static str),
    /// The answer is longer than any credentials are.
    TooLong,
}

impl Answer {
    /// The answer as JSON, or what its status says.
    pub(super) fn judged(self, question: &VaultQuestion) -> Result<Value, VaultError> {
        let Self { status, retry_after, function_error, body } = self;
        let question = || question.clone();
        match status {
            200 | 201 => {}
            401 | 403 => return Err(VaultError::Auth { question: question(), status }),
            404 => {
                let reason = match question().provider {
                    VaultProvider::Aws => "status 404; check lambda-arn and region, and that the function is deployed",
                    _ => "status 404; check function-url, and that the function knows this topic",
                };
                return Err(VaultError::NotFound { question: question(), reason: reason.to_owned() });
            }
            429 => return Err(VaultError::RateLimit { question: question(), retry_after }),
            503 => return Err(VaultError::ServiceUnavailable { question: question(), retry_after }),
            _ => return Err(VaultError::Status { question: question(), status, empty: false }),
        }
        if let Some(kind) = function_error {
            return Err(VaultError::FunctionFailed { question: question(), kind });
        }
        if body.is_empty() {
            return Err(VaultError::Status { question: question(), status, empty: true });
        }
        // The parser's own words are left out, so that not even one character of the answer is repeated.
        serde_json::from_slice(&body).map_err(|error| VaultError::Mapping {
            question: question(),
            stage: MappingStage::Parse,
            problems: format!(
                "it is not JSON (line {}, column {}); let the function answer JSON",
                error.line(),
                error.column()
            ),
        })
    }
}

impl CallFailure {
    pub(super) fn told(self, question: &VaultQuestion) -> VaultError {
        match self {
            // The address is left out, since it may hold a key.
            Self::Transport(error) => {
                VaultError::Unreachable { question: question.clone(), source: Box::new(error.without_url()) }
            }
            Self::Unsigned(why) => VaultError::Configuration { reason: format!("{question} cannot be called: {why}") },
            Self::TooLong => VaultError::Mapping {
                question: question.clone(),
                stage: MappingStage::Parse,
                problems: "it is longer than 1 MiB; let the function answer with the credentials alone".to_owned(),
            },
        }
    }
}
