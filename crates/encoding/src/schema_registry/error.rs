use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use crate::SchemaId;

/// A question to a registry that was not answered as hoped: what was asked, where, and what came back.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RegistryError {
    /// What was asked.
    pub request: RegistryRequest,
    /// The registry's base address, without credentials.
    pub url: Arc<str>,
    /// What came back.
    pub failure: RegistryFailure,
}

impl RegistryError {
    /// The error of `request` to the registry at `url`.
    pub fn new(request: RegistryRequest, url: impl Into<Arc<str>>, failure: RegistryFailure) -> Self {
        Self { request, url: url.into(), failure }
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
        self.failure.source()
    }
}

/// A question to a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names of the fields say all there is to say")]
pub enum RegistryRequest {
    /// [`SchemaRegistry::register`](crate::SchemaRegistry::register).
    Register { subject: String },
    /// [`SchemaRegistry::look_up`](crate::SchemaRegistry::look_up).
    LookUp { subject: String },
    /// [`SchemaRegistry::by_id`](crate::SchemaRegistry::by_id).
    ById { id: SchemaId },
    /// [`SchemaRegistry::latest`](crate::SchemaRegistry::latest).
    Latest { subject: String },
    /// [`SchemaRegistry::version`](crate::SchemaRegistry::version).
    Version { subject: String, version: u32 },
    /// [`SchemaRegistry::subjects`](crate::SchemaRegistry::subjects).
    Subjects { prefix: String },
}

impl fmt::Display for RegistryRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Register { subject } => write!(f, "register the schema under subject `{subject}`"),
            Self::LookUp { subject } => write!(f, "find the schema under subject `{subject}`"),
            Self::ById { id } => write!(f, "give the schema with id {id}"),
            Self::Latest { subject } => write!(f, "give the latest version of subject `{subject}`"),
            Self::Version { subject, version } => write!(f, "give version {version} of subject `{subject}`"),
            Self::Subjects { prefix } => write!(f, "list the subjects that start with `{prefix}`"),
        }
    }
}

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
            (429, _) => Self::TooManyRequests,
            (500..=599, _) => Self::OutOfOrder { status, message },
            _ => Self::Rejected { status, code, message },
        }
    }

    /// Whether the same question may be answered later.
    pub fn helps_to_ask_again(&self) -> bool {
        match self {
            Self::TooManyRequests | Self::OutOfOrder { .. } | Self::TimedOut { .. } | Self::Unreachable(_) => true,
            Self::SubjectNotFound
            | Self::VersionNotFound
            | Self::SchemaNotFound
            | Self::InvalidSchema { .. }
            | Self::Incompatible { .. }
            | Self::Denied { .. }
            | Self::Rejected { .. }
            | Self::Unreadable { .. } => false,
        }
    }

    /// Whether the registry answered that what was asked for is not there.
    pub fn is_absence(&self) -> bool {
        matches!(self, Self::SubjectNotFound | Self::VersionNotFound | Self::SchemaNotFound)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn message(status: u16, body: &str) -> String {
        let request = RegistryRequest::Latest { subject: "orders-Order".into() };
        RegistryError::new(request, "http://r:1", RegistryFailure::from_answer(status, body.as_bytes())).to_string()
    }

    #[test]
    fn each_code_has_its_message_and_says_whether_asking_again_helps() {
        let place = "the Schema Registry at http://r:1 did not give the latest version of subject `orders-Order`: ";
        for (status, body, text, again) in [
            (404, r#"{"error_code":40401,"message":"m"}"#, "it knows no such subject", false),
            (404, r#"{"error_code":40402,"message":"m"}"#, "the subject has no such version", false),
            (404, r#"{"error_code":40403,"message":"m"}"#, "it has no such schema there", false),
            (422, r#"{"error_code":42201,"message":"bad"}"#, "it takes the schema for invalid; it says: bad", false),
            (
                409,
                r#"{"error_code":409,"message":"no"}"#,
                "the schema is incompatible with an earlier version; change the schema, or the subject's compatibility \
                 level; it says: no",
                false,
            ),
            (401, "", "it refuses the credentials with status 401; it says: (nothing)", false),
            (403, "<html>", "it refuses the credentials with status 403; it says: <html>", false),
            (429, "", "it is asked too often (status 429)", true),
            (
                503,
                r#"{"error_code":50003,"message":"leader"}"#,
                "it is out of order, with status 503; it says: leader",
                true,
            ),
            (
                422,
                r#"{"error_code":42202,"message":"version"}"#,
                "it answers status 422, code 42202; it says: version",
                false,
            ),
            (404, "no page", "it answers status 404, code 404; it says: no page", false),
        ] {
            assert_eq!(message(status, body), format!("{place}{text}"));
            assert_eq!(RegistryFailure::from_answer(status, body.as_bytes()).helps_to_ask_again(), again, "{text}");
        }
    }

    #[test]
    fn a_page_instead_of_an_answer_is_cut() {
        assert!(message(500, &"x".repeat(10_000)).len() < 700);
    }

    #[test]
    fn what_was_asked_is_part_of_the_message() {
        let subject = || "s".to_owned();
        for (request, text) in [
            (RegistryRequest::Register { subject: subject() }, "did not register the schema under subject `s`: "),
            (RegistryRequest::LookUp { subject: subject() }, "did not find the schema under subject `s`: "),
            (RegistryRequest::ById { id: SchemaId::new(7) }, "did not give the schema with id 7: "),
            (RegistryRequest::Version { subject: subject(), version: 2 }, "did not give version 2 of subject `s`: "),
            (RegistryRequest::Subjects { prefix: subject() }, "did not list the subjects that start with `s`: "),
        ] {
            let error = RegistryError::new(request, "u", RegistryFailure::TooManyRequests).to_string();
            assert!(error.contains(text), "{error}");
        }
    }

    #[test]
    fn the_cause_is_the_source_and_not_part_of_the_text() {
        let cause = Arc::new(std::io::Error::other("refused"));
        let failure = RegistryFailure::Unreachable(cause);
        let error = RegistryError::new(RegistryRequest::ById { id: SchemaId::new(1) }, "http://r", failure);
        assert_eq!(
            error.to_string(),
            "the Schema Registry at http://r did not give the schema with id 1: it cannot be reached; check the \
             address, and whether it runs"
        );
        assert_eq!(error.source().unwrap().to_string(), "refused");
    }
}
