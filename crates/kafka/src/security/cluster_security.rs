use std::collections::BTreeMap;

use test_probe_directives::{ClientCredentials, KafkaSecurityDirective, SaslMechanism, Secret, SecurityProtocol};
use test_probe_oauth::{MskIamRequest, TokenRequest};

use super::credentials::Credentials;
use super::{Login, Security, TlsSettings, Transport, UnavailableSecurity, extensions};

/// What the configuration says about a cluster's security. Its `Debug` shows no secret.
///
/// The configuration says how a cluster is reached, the vault who comes: [`open`](Self::open) joins the two.
#[derive(Clone, Debug, Default)]
pub struct ClusterSecurity {
    /// The protocol; each topic's own, as the vault gives it, without one.
    pub protocol: Option<SecurityProtocol>,
    /// How a client proves by SASL who it is.
    pub mechanism: SaslMechanism,
    /// The user of PLAIN and SCRAM, for topics whose vault gives none.
    pub username: Option<String>,
    /// The user's password.
    pub password: Option<Secret>,
    /// A JAAS text, for topics whose vault gives no credentials.
    pub jaas_config: Option<Secret>,
    /// What TLS needs.
    pub tls: TlsSettings,
    /// SASL extensions that travel with a token, by name.
    pub extensions: BTreeMap<String, String>,
    /// How tokens are asked for.
    pub oauth: OAuthDefaults,
    /// Whose signed requests Amazon MSK gets, for topics whose vault does not say.
    pub msk: Option<MskIamRequest>,
}

/// How tokens are asked for.
#[derive(Clone, Debug, Default)]
pub struct OAuthDefaults {
    /// The client, for topics whose vault gives none.
    pub client: Option<ClientCredentials>,
    /// Where tokens are asked for when a JAAS text does not say, as those with Kafka's own option names never do; that of
    /// [`client`](Self::client) without one.
    pub token_endpoint: Option<String>,
    /// How a client proves to the token endpoint who it is.
    pub proof: ProofMethod,
    /// Whom tokens are for, where the endpoint wants to be told.
    pub audience: Option<String>,
    /// Further fields of each request, by name.
    pub parameters: BTreeMap<String, String>,
}

/// How a client proves to a token endpoint who it is.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum ProofMethod {
    /// Its secret in the `Authorization` header.
    #[default]
    BasicHeader,
    /// Its secret in the form.
    Body,
    /// A statement signed with a private key; the secret is not used.
    PrivateKeyJwt {
        /// The key, PEM.
        key: Secret,
        /// The key's id at the endpoint, where it wants one.
        key_id: Option<String>,
    },
}

impl ClusterSecurity {
    /// How the topic of this directive is opened.
    ///
    /// The protocol is the configuration's, or else the directive's. Credentials are the directive's, or else those that its
    /// JAAS text names, or else the configuration's; with PLAIN and SCRAM, client id and secret of a directive are user and
    /// password. Credentials of the vault under a protocol that has no use for them are refused. The configuration's own are
    /// defaults, which one topic uses and another does not.
    ///
    /// # Errors
    /// [`UnavailableSecurity`] when the two contradict each other, or do not say enough.
    pub fn open(&self, directive: &KafkaSecurityDirective) -> Result<Security<TokenRequest>, UnavailableSecurity> {
        let protocol = self.protocol.unwrap_or(directive.security_protocol);
        refuse_ignored_credentials(directive, protocol)?;
        let transport = if protocol.has_tls() {
            self.check_client_certificate()?;
            Transport::Tls(self.tls.clone())
        } else {
            Transport::Plaintext
        };
        let login = if protocol.has_sasl() { Credentials { cluster: self, directive }.login()? } else { Login::None };
        if let Login::OAuthBearer { extensions, .. } = &login {
            extensions::check(extensions)?;
        }
        Ok(Security { transport, login })
    }

    /// The same without whom the configuration names: for a cluster that somebody else names, who would otherwise decide to
    /// whom the configuration's credentials are shown.
    #[must_use]
    pub fn without_credentials(&self) -> Self {
        Self {
            username: None,
            password: None,
            jaas_config: None,
            msk: None,
            oauth: OAuthDefaults { client: None, ..self.oauth.clone() },
            ..self.clone()
        }
    }

    fn check_client_certificate(&self) -> Result<(), UnavailableSecurity> {
        const CERTIFICATE: &str = "test-probe.core.kafka.security.tls.certificate-file";
        const KEY: &str = "test-probe.core.kafka.security.tls.key-file";
        const PASSWORD: &str = "test-probe.core.kafka.security.tls.key-password";
        match (self.tls.certificate.is_some(), self.tls.key.is_some(), is_set(self.tls.key_password.as_ref())) {
            (true, false, _) => Err(UnavailableSecurity::Incomplete { place: KEY, beside: CERTIFICATE }),
            (false, true, _) => Err(UnavailableSecurity::Incomplete { place: CERTIFICATE, beside: KEY }),
            (false, false, true) => Err(UnavailableSecurity::Incomplete { place: KEY, beside: PASSWORD }),
            (true, true, _) | (false, false, false) => Ok(()),
        }
    }
}

pub(super) fn is_set(secret: Option<&Secret>) -> bool {
    secret.is_some_and(|secret| !secret.is_empty())
}

fn refuse_ignored_credentials(
    directive: &KafkaSecurityDirective,
    protocol: SecurityProtocol,
) -> Result<(), UnavailableSecurity> {
    let gives_credentials = directive.credentials.is_some() || !directive.jaas_config.is_empty();
    if protocol.has_sasl() || !gives_credentials {
        return Ok(());
    }
    Err(UnavailableSecurity::IgnoredCredentials {
        topic: directive.topic.clone(),
        role: directive.role,
        protocol,
        fix: SecurityProtocol::SaslSsl,
    })
}
