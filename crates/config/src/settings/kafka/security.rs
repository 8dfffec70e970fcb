use std::path::PathBuf;

use test_probe_directives::{SaslMechanism, Secret, SecurityProtocol};

use crate::NamedTexts;
use crate::settings::{NoValue, Values, same_secret};

/// How clusters are reached, and who comes where the vault names nobody.
#[derive(Clone, Debug)]
pub struct KafkaSecuritySettings {
    /// How connections are secured. Without it, by what goes with a topic's credentials.
    pub protocol: Option<SecurityProtocol>,
    /// How a client proves by SASL who it is.
    pub sasl_mechanism: SaslMechanism,
    /// The user of PLAIN and SCRAM. There is one where there is a [`password`](Self::password), and only there.
    pub username: Option<String>,
    /// The user's password.
    pub password: Option<Secret>,
    /// The same as a JAAS text. With PLAIN and SCRAM there is none where there is a [`username`](Self::username).
    pub jaas_config: Option<Secret>,
    /// What a client tells a broker beside its token: names of letters, none of them `auth`, and texts in ASCII.
    pub sasl_extensions: NamedTexts,
    /// Whom clients trust, and how they show themselves, where the protocol has TLS.
    pub tls: KafkaTlsSettings,
    /// For [`SaslMechanism::AwsMskIam`].
    pub msk: MskSettings,
}

/// Whom Kafka's clients trust, and how they show themselves. Files and texts are PEM; of each pair there is one at most.
///
/// In the embedded world, and where the protocol has no TLS, nothing of it is checked.
#[derive(Clone, Debug)]
pub struct KafkaTlsSettings {
    /// The authorities that are trusted. Without one, the system's are.
    pub ca_file: Option<PathBuf>,
    /// The same as text.
    pub ca_pem: Option<String>,
    /// The client's own certificate. There is one where there is a key, and only there.
    pub certificate_file: Option<PathBuf>,
    /// The same as text.
    pub certificate_pem: Option<String>,
    /// The key of that certificate.
    pub key_file: Option<PathBuf>,
    /// The same as text.
    pub key_pem: Option<Secret>,
    /// What the key is encrypted with.
    pub key_password: Option<Secret>,
    /// Whether a broker's certificate must be for the name that it is reached by.
    pub verify_host_name: bool,
}

/// Who calls Amazon MSK, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MskSettings {
    /// The cluster's region. There is one where the mechanism is [`SaslMechanism::AwsMskIam`].
    pub region: Option<String>,
    /// The profile of the shared credentials file. Without one, credentials come from where AWS's own tools look.
    pub profile: Option<String>,
    /// A role to assume first, by its ARN.
    pub role_arn: Option<String>,
}

impl KafkaSecuritySettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            protocol: values.get("test-probe.core.kafka.security.protocol")?,
            sasl_mechanism: values.get("test-probe.core.kafka.security.sasl-mechanism")?,
            username: values.get("test-probe.core.kafka.security.username")?,
            password: values.get("test-probe.core.kafka.security.password")?,
            jaas_config: values.get("test-probe.core.kafka.security.jaas-config")?,
            sasl_extensions: values.get("test-probe.core.kafka.security.sasl-extensions")?,
            tls: KafkaTlsSettings {
                ca_file: values.get("test-probe.core.kafka.security.tls.ca-file")?,
                ca_pem: values.get("test-probe.core.kafka.security.tls.ca-pem")?,
                certificate_file: values.get("test-probe.core.kafka.security.tls.certificate-file")?,
                certificate_pem: values.get("test-probe.core.kafka.security.tls.certificate-pem")?,
                key_file: values.get("test-probe.core.kafka.security.tls.key-file")?,
                key_pem: values.get("test-probe.core.kafka.security.tls.key-pem")?,
                key_password: values.get("test-probe.core.kafka.security.tls.key-password")?,
                verify_host_name: values.get("test-probe.core.kafka.security.tls.verify-host-name")?,
            },
            msk: MskSettings {
                region: values.get("test-probe.core.kafka.security.msk.region")?,
                profile: values.get("test-probe.core.kafka.security.msk.profile")?,
                role_arn: values.get("test-probe.core.kafka.security.msk.role-arn")?,
            },
        })
    }
}

/// Secrets are compared by their fingerprints.
impl PartialEq for KafkaSecuritySettings {
    fn eq(&self, other: &Self) -> bool {
        let Self { protocol, sasl_mechanism, username, password, jaas_config, sasl_extensions, tls, msk } = self;
        *protocol == other.protocol
            && *sasl_mechanism == other.sasl_mechanism
            && *username == other.username
            && same_secret(password.as_ref(), other.password.as_ref())
            && same_secret(jaas_config.as_ref(), other.jaas_config.as_ref())
            && *sasl_extensions == other.sasl_extensions
            && *tls == other.tls
            && *msk == other.msk
    }
}

impl Eq for KafkaSecuritySettings {}

/// Secrets are compared by their fingerprints.
impl PartialEq for KafkaTlsSettings {
    fn eq(&self, other: &Self) -> bool {
        let Self { ca_file, ca_pem, certificate_file, certificate_pem, key_file, key_pem, .. } = self;
        let Self { key_password, verify_host_name, .. } = self;
        *ca_file == other.ca_file
            && *ca_pem == other.ca_pem
            && *certificate_file == other.certificate_file
            && *certificate_pem == other.certificate_pem
            && *key_file == other.key_file
            && same_secret(key_pem.as_ref(), other.key_pem.as_ref())
            && same_secret(key_password.as_ref(), other.key_password.as_ref())
            && *verify_host_name == other.verify_host_name
    }
}

impl Eq for KafkaTlsSettings {}
