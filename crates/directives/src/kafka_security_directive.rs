use std::fmt;

use crate::{Role, Secret, TopicName};

/// The credentials with which one topic is opened in one role.
///
/// The Scala system printed its JAAS text in full when a directive was formatted; here the text is a [`Secret`].
#[derive(Clone, Debug)]
pub struct KafkaSecurityDirective {
    /// The topic these credentials are for.
    pub topic: TopicName,
    /// The role these credentials are for.
    pub role: Role,
    /// How the connection is secured.
    pub security_protocol: SecurityProtocol,
    /// The JAAS text of the Scala system; empty for [`SecurityProtocol::Plaintext`].
    pub jaas_config: Secret,
}

impl KafkaSecurityDirective {
    /// Credentials for a connection without any: what the Scala system's local vault hands out.
    pub fn plaintext(topic: TopicName, role: Role) -> Self {
        Self { topic, role, security_protocol: SecurityProtocol::Plaintext, jaas_config: Secret::new("") }
    }
}

/// How a connection to a broker is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SecurityProtocol {
    /// Neither encrypted nor authenticated.
    Plaintext,
    /// TLS with SASL inside it.
    SaslSsl,
}

impl SecurityProtocol {
    /// The value of Kafka's `security.protocol`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plaintext => "PLAINTEXT",
            Self::SaslSsl => "SASL_SSL",
        }
    }
}

impl fmt::Display for SecurityProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
