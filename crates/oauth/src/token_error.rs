use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::TokenIdentity;

/// Why a token was not given. No text of it holds a secret.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The endpoint answered, and said no.
    #[error("no token for {identity}: the endpoint refuses it with status {status}{}; {fix}", said(identity, error.as_deref(), description.as_deref()))]
    Refused {
        /// Whose token it would have been.
        identity: Arc<TokenIdentity>,
        /// The HTTP status.
        status: u16,
        /// The code of RFC 6749 (section 5.2), such as `invalid_client`.
        error: Option<String>,
        /// What the endpoint says about it, without anything secret.
        description: Option<String>,
        /// How long it asks to wait before the next request.
        retry_after: Option<Duration>,
        /// What to do about it.
        fix: &'static str,
    },
    /// No answer came.
    #[error("no token for {identity}: the endpoint does not answer: {reason}; {fix}")]
    Unreachable {
        /// Whose token it would have been.
        identity: Arc<TokenIdentity>,
        /// What happened, in a few words: `connection refused`, `no answer within 10 s`, `the certificate has expired`.
        reason: String,
        /// What to do about it.
        fix: &'static str,
        /// What the HTTP client or the system says.
        source: Option<Arc<dyn std::error::Error + Send + Sync>>,
    },
    /// The answer makes no sense.
    #[error("no token for {identity}: the answer is none: {reason}; {fix}")]
    Malformed {
        /// Whose token it would have been.
        identity: Arc<TokenIdentity>,
        /// What is wrong with it; nothing of the answer itself.
        reason: String,
        /// What to do about it.
        fix: &'static str,
    },
    /// This machine's clock and the endpoint's are too far apart.
    #[error(
        "no valid token for {identity}: the endpoint's clock is {} s {} this machine's; set the clocks, such as by NTP",
        skew.as_secs(),
        if *is_ahead { "ahead of" } else { "behind" }
    )]
    ClockSkew {
        /// Whose token it would have been.
        identity: Arc<TokenIdentity>,
        /// How far they are apart.
        skew: Duration,
        /// Whether the endpoint's clock is the later one.
        is_ahead: bool,
    },
    /// The request cannot be made.
    #[error("no token for {identity}: {reason}; {fix}")]
    Settings {
        /// Whose token it would have been.
        identity: Arc<TokenIdentity>,
        /// What is wrong.
        reason: String,
        /// What to do about it.
        fix: &'static str,
    },
}

/// The kinds of [`TokenError`], as metrics count them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum TokenFailure {
    /// [`TokenError::Refused`]
    Refused,
    /// [`TokenError::Unreachable`]
    Unreachable,
    /// [`TokenError::Malformed`]
    Malformed,
    /// [`TokenError::ClockSkew`]
    ClockSkew,
    /// [`TokenError::Settings`]
    Settings,
}

impl TokenError {
    /// Its kind.
    pub fn failure(&self) -> TokenFailure {
        match self {
            Self::Refused { .. } => TokenFailure::Refused,
            Self::Unreachable { .. } => TokenFailure::Unreachable,
            Self::Malformed { .. } => TokenFailure::Malformed,
            Self::ClockSkew { .. } => TokenFailure::ClockSkew,
            Self::Settings { .. } => TokenFailure::Settings,
        }
    }

    /// Whether the same request may well succeed later: not where the client itself is refused (status 400, 401 or 403).
    pub fn is_worth_a_retry(&self) -> bool {
        match self {
            Self::Refused { status, .. } => !matches!(status, 400 | 401 | 403),
            Self::Settings { .. } => false,
            Self::Unreachable { .. } | Self::Malformed { .. } | Self::ClockSkew { .. } => true,
        }
    }

    /// What to do about it. The text of the error says it too, at its end.
    pub fn fix(&self) -> &str {
        match self {
            Self::Refused { fix, .. }
            | Self::Unreachable { fix, .. }
            | Self::Malformed { fix, .. }
            | Self::Settings { fix, .. } => fix,
            Self::ClockSkew { .. } => "set the clocks, such as by NTP",
        }
    }

    /// How long the endpoint asks to wait before the next request.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

impl TokenFailure {
    /// Its name as a label: `refused`, `unreachable`, `malformed`, `clock_skew`, `settings`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::Malformed => "malformed",
            Self::ClockSkew => "clock_skew",
            Self::Settings => "settings",
        }
    }
}

impl fmt::Display for TokenFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the endpoint says, in brackets. Where the scope is what it does not like, its name is told beside it.
fn said(identity: &TokenIdentity, error: Option<&str>, description: Option<&str>) -> String {
    let scope = match error {
        Some("invalid_scope") if identity.scope.is_empty() => Some("no scope was asked for".to_owned()),
        Some("invalid_scope") => Some(format!("scope `{}`", identity.scope)),
        _ => None,
    };
    let parts: Vec<&str> = [error, scope.as_deref(), description].into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(": ")) }
}

#[cfg(test)]
mod tests;
