use test_probe_directives::jaas::InvalidJaasText;
use test_probe_directives::{Role, SaslMechanism, SecurityProtocol, TopicName};
use test_probe_oauth::TokenIdentity;

/// Configuration and vault do not say together how a topic is opened. No text of it holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnavailableSecurity {
    /// The vault gives credentials, and the protocol carries none.
    #[error(
        "the vault gives credentials for '{topic}' as {role}, and {protocol} carries none: they would be ignored; set \
         test-probe.core.kafka.security.protocol = {fix}"
    )]
    IgnoredCredentials {
        /// The topic.
        topic: TopicName,
        /// The role.
        role: Role,
        /// The protocol.
        protocol: SecurityProtocol,
        /// The protocol that carries them.
        fix: SecurityProtocol,
    },
    /// The configuration names two credentials.
    #[error(
        "test-probe.core.kafka.security.{key} and test-probe.core.kafka.security.jaas-config are both set; keep one of them"
    )]
    TwoCredentials {
        /// The key, below `test-probe.core.kafka.security`.
        key: &'static str,
    },
    /// The mechanism needs credentials, and nobody gives any.
    #[error("{mechanism} needs credentials for '{topic}' as {role}, and there are none; {fix}")]
    NoCredentials {
        /// The topic.
        topic: TopicName,
        /// The role.
        role: Role,
        /// The mechanism.
        mechanism: SaslMechanism,
        /// What to set.
        fix: &'static str,
    },
    /// Half of a pair of settings is missing.
    #[error("{place} is not set; set it beside {beside}")]
    Incomplete {
        /// What is missing.
        place: &'static str,
        /// What is there.
        beside: &'static str,
    },
    /// The credentials are of another mechanism.
    #[error(
        "{place} is of {found}, and test-probe.core.kafka.security.sasl-mechanism is {mechanism}; set it to {fix}, or \
         give the credentials of {mechanism}"
    )]
    OtherMechanism {
        /// Where the credentials are.
        place: &'static str,
        /// What they are for.
        found: &'static str,
        /// The mechanism that is set.
        mechanism: SaslMechanism,
        /// The mechanism to set.
        fix: &'static str,
    },
    /// A JAAS text is of no use.
    #[error("{place} cannot be used: {reason}")]
    Jaas {
        /// Where the text is.
        place: &'static str,
        /// What is wrong with it.
        reason: InvalidJaasText,
    },
    /// A SASL extension cannot travel.
    #[error(
        "SASL extension '{name}' (test-probe.core.kafka.security.sasl-extensions, or extension_{name} in a JAAS text) \
         cannot be used: {rule}"
    )]
    Extension {
        /// The extension.
        name: String,
        /// What is wrong with it.
        rule: &'static str,
    },
    /// A token is needed, and nobody gets one.
    #[error("a token of {identity} is needed, and nothing here asks for it")]
    NoToken {
        /// Whose token it is.
        identity: Box<TokenIdentity>,
    },
}
