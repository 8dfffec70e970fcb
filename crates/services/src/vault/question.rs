use std::fmt;

use test_probe_directives::{TopicDirective, TopicIdentity};

/// Who is asked for credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VaultProvider {
    /// A file and the environment of this machine.
    Local,
    /// A function of AWS Lambda.
    Aws,
    /// A function of Azure.
    Azure,
    /// A function of Google Cloud.
    Gcp,
}

impl VaultProvider {
    /// The provider as messages call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Aws => "AWS",
            Self::Azure => "Azure",
            Self::Gcp => "GCP",
        }
    }
}

impl fmt::Display for VaultProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Who was asked, and for which topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultQuestion {
    /// Who was asked.
    pub provider: VaultProvider,
    /// The topic, its role and its cluster.
    pub topic: TopicIdentity,
}

impl VaultQuestion {
    /// The question for this directive's credentials.
    pub fn new(provider: VaultProvider, directive: &TopicDirective) -> Self {
        Self { provider, topic: directive.identity() }
    }
}

/// As in `the AWS vault, asked for producer topic 'orders',`.
impl fmt::Display for VaultQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} vault, asked for {},", self.provider, self.topic)
    }
}
