use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

/// Why a registry did not answer as hoped. The numbers are the `error_code`s of Confluent's API.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryFailure {
    /// 40401. Asking again does not help.
    #[error("it knows no such subject")]
    SubjectNotFound,
    /// 40402. Asking again does not help.
    #[error("the subject has no such version")]
    VersionNotFound,
    /// 40403. Asking again does not help.
    #[error("it has no such schema there")]
    SchemaNotFound,
    /// 42201. Asking again does not help.
    #[error("it takes the schema for invalid; it says: {message}")]
    InvalidSchema {
        /// The registry's words.
        message: String,
    },
    /// 409. Asking again does not help.
    #[error(
        "the schema is incompatible with an earlier version; change the schema, or the subject's compatibility level; \
         it says: {message}"
    )]
    Incompatible {
        /// The registry's words.
        message: String,
    },
    /// 401 or 403. Asking again does not help while the credentials stay the same.
    #[error("it refuses the credentials with status {status}; it says: {message}")]
    Denied {
        /// The HTTP status.
        status: u16,
        /// The registry's words.
        message: String,
    },
    /// 404 or 405 without one of the codes above: the registry, or whatever listens at the address, knows no such
    /// question. Asking again does not help.
    #[error(
        "it does not offer that (status {status}); check the address and its path, and whether the registry is new \
         enough; it says: {message}"
    )]
    NotOffered {
        /// The HTTP status.
        status: u16,
        /// The registry's words.
        message: String,
    },
    /// 3xx to another host, to which the credentials that were meant for this one are not sent. Asking again does not
    /// help.
    #[error("it sends the question on to {to}, which is another host; give that address if the credentials are for it")]
    Redirected {
        /// Where to, without credentials.
        to: String,
    },
    /// Any other refusal. Asking again does not help.
    #[error("it answers status {status}, code {code}; it says: {message}")]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// The registry's code; the status where it gave none.
        code: u32,
        /// The registry's words.
        message: String,
    },
    /// 429. Asking again may help.
    #[error("it is asked too often (status 429)")]
    TooManyRequests,
    /// 429 or 503 with a `Retry-After` that is longer than is waited for. Asking again may help, after that time.
    #[error(
        "it wants to be left alone for {} s (status {status}), which is longer than is waited for; it says: {message}",
        wait.as_secs()
    )]
    LeaveAlone {
        /// The HTTP status.
        status: u16,
        /// How long.
        wait: Duration,
        /// The registry's words.
        message: String,
    },
    /// There is no token to show to the registry, so nothing was asked. Asking again may help.
    #[error("there is no token to show to it")]
    NoToken(#[source] Arc<dyn Error + Send + Sync>),
    /// 5xx. Asking again may help.
    #[error("it is out of order, with status {status}; it says: {message}")]
    OutOfOrder {
        /// The HTTP status.
        status: u16,
        /// The registry's words.
        message: String,
    },
    /// There was no answer in time. Asking again may help.
    #[error("there was no answer within {} ms", after.as_millis())]
    TimedOut {
        /// How long it was waited for.
        after: Duration,
    },
    /// The registry could not be reached, or the connection broke. Asking again may help.
    #[error("it cannot be reached; check the address, and whether it runs")]
    Unreachable(#[source] Arc<dyn Error + Send + Sync>),
    /// None of several addresses answered. Asking again may help.
    #[error("none of its addresses answers: {}", Listed(tried))]
    NoneAnswers {
        /// What became of each, in the order in which they are configured.
        tried: Arc<[FailedAddress]>,
    },
    /// The answer is none of this API; often the address is that of something else. Asking again does not help.
    #[error("its answer is not that of a Schema Registry; check the address and its path: {message}")]
    Unreadable {
        /// What is wrong with the answer.
        message: String,
    },
}

impl RegistryFailure {
    /// Reads a refusal: an HTTP status that is no success, with its body. This is the one place that knows the numbers.
    pub fn from_answer(status: u16, body: &[u8]) -> Self {
        let Refusal { error_code, message } = Refusal::read(body);
        let code = error_code.unwrap_or(u32::from(status));
        match (status, code) {
            (_, 40401) => Self::SubjectNotFound,
            (_, 40402) => Self::VersionNotFound,
            (_, 40403) => Self::SchemaNotFound,
            (_, 42201) => Self::InvalidSchema { message },
            (409, _) => Self::Incompatible { message },
            (401 | 403, _) => Self::Denied { status, message },
            (404, 404) | (405, _) => Self::NotOffered { status, message },
            (429, _) => Self::TooManyRequests,
            (500..=599, _) => Self::OutOfOrder { status, message },
            _ => Self::Rejected { status, code, message },
        }
    }

    /// The `error_code` that the failure stands for, where it stands for one alone.
    pub(super) fn code(&self) -> Option<u32> {
        match self {
            Self::SubjectNotFound => Some(40401),
            Self::VersionNotFound => Some(40402),
            Self::SchemaNotFound => Some(40403),
            Self::InvalidSchema { .. } => Some(42201),
            Self::Rejected { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// The `error_code` in the body of a refusal.
    #[cfg(feature = "http")]
    pub(super) fn code_in(body: &[u8]) -> Option<u32> {
        Refusal::read(body).error_code
    }

    /// The registry's words in the body of a refusal.
    #[cfg(feature = "http")]
    pub(super) fn message_in(body: &[u8]) -> String {
        Refusal::read(body).message
    }

    /// Whether the same question may be answered later.
    pub fn helps_to_ask_again(&self) -> bool {
        match self {
            Self::TooManyRequests
            | Self::LeaveAlone { .. }
            | Self::NoToken(_)
            | Self::OutOfOrder { .. }
            | Self::TimedOut { .. }
            | Self::Unreachable(_)
            | Self::NoneAnswers { .. } => true,
            Self::SubjectNotFound
            | Self::VersionNotFound
            | Self::SchemaNotFound
            | Self::InvalidSchema { .. }
            | Self::Incompatible { .. }
            | Self::Denied { .. }
            | Self::NotOffered { .. }
            | Self::Redirected { .. }
            | Self::Rejected { .. }
            | Self::Unreadable { .. } => false,
        }
    }

    /// Whether the registry answered that what was asked for is not there.
    pub fn is_absence(&self) -> bool {
        matches!(self, Self::SubjectNotFound | Self::VersionNotFound | Self::SchemaNotFound)
    }
}

/// An address of a registry that did not answer.
#[derive(Clone, Debug)]
pub struct FailedAddress {
    /// The base address, without credentials.
    pub url: Arc<str>,
    /// What came back the last time.
    pub failure: RegistryFailure,
}

struct Listed<'a>(&'a [FailedAddress]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, FailedAddress { url, failure }) in self.0.iter().enumerate() {
            let separator = if position == 0 { "" } else { "; " };
            write!(f, "{separator}{url}: {failure}")?;
        }
        Ok(())
    }
}

/// The body of a refusal.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    error_code: Option<u32>,
    message: String,
}

impl Refusal {
    const LONGEST_MESSAGE: usize = 500;

    /// A body that is not the registry's JSON, such as a proxy's HTML, is the message itself.
    fn read(body: &[u8]) -> Self {
        let refusal = serde_json::from_slice(body)
            .unwrap_or_else(|_| Self { error_code: None, message: String::from_utf8_lossy(body).into_owned() });
        let mut message: String = refusal.message.trim().chars().take(Self::LONGEST_MESSAGE).collect();
        if message.is_empty() {
            "(nothing)".clone_into(&mut message);
        }
        Self { message, ..refusal }
    }
}
