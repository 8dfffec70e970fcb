use std::fmt;
use std::time::Duration;

/// What was looked at, and what was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What sort of look it was.
    pub check: Check,
    /// What was looked at: a host, a topic, a subject.
    pub target: String,
    /// What was seen.
    pub verdict: Verdict,
    /// How long the look took.
    pub took: Duration,
}

/// The sorts of looks, in the order in which one rests on the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Check {
    /// The settings, as far as they speak of what is looked at.
    Settings,
    /// What the vault hands out.
    Vault,
    /// A host's name.
    Dns,
    /// A port.
    Tcp,
    /// A chain of certificates and its dates.
    Tls,
    /// A token: its claims and its life, never the token.
    Token,
    /// This machine's clock beside another's.
    Clock,
    /// The login at a broker.
    Sasl,
    /// What a cluster tells of itself.
    Metadata,
    /// A topic, and what one may do with it.
    Topic,
    /// How keys find their partitions.
    Partitioner,
    /// A Schema Registry and the way in.
    Registry,
    /// A subject of a registry.
    Subject,
}

/// What a look came to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// All is well.
    Passed {
        /// What was seen.
        detail: String,
    },
    /// It works, and something about it should be known.
    Warning {
        /// What was seen.
        detail: String,
        /// What to do about it.
        fix: String,
    },
    /// It does not work.
    Failed {
        /// Why not.
        cause: String,
        /// What to do about it.
        fix: String,
    },
    /// It was not looked at, because of something that failed before.
    Skipped {
        /// What failed.
        because: String,
    },
}

impl Check {
    /// Its name, as the text and the JSON have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Vault => "vault",
            Self::Dns => "dns",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
            Self::Token => "token",
            Self::Clock => "clock",
            Self::Sasl => "sasl",
            Self::Metadata => "metadata",
            Self::Topic => "topic",
            Self::Partitioner => "partitioner",
            Self::Registry => "registry",
            Self::Subject => "subject",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Verdict {
    pub(super) fn passed(detail: impl Into<String>) -> Self {
        Self::Passed { detail: detail.into() }
    }

    pub(super) fn warning(detail: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::Warning { detail: detail.into(), fix: fix.into() }
    }

    pub(super) fn failed(cause: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::Failed { cause: cause.into(), fix: fix.into() }
    }

    pub(super) fn skipped(because: impl Into<String>) -> Self {
        Self::Skipped { because: because.into() }
    }

    /// Its name: `passed`, `warning`, `failed`, `skipped`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Passed { .. } => "passed",
            Self::Warning { .. } => "warning",
            Self::Failed { .. } => "failed",
            Self::Skipped { .. } => "skipped",
        }
    }

    /// Whether what was looked at works.
    pub const fn is_good(&self) -> bool {
        matches!(self, Self::Passed { .. } | Self::Warning { .. })
    }
}
