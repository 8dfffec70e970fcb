//! How clusters are reached and who comes, from the configuration.

use std::path::{Path, PathBuf};

use test_probe_config::{ClientAuthentication, KafkaTlsSettings, OAuthSettings, Settings, WorldKind};
use test_probe_directives::jaas::{InvalidJaasText, JaasLogin};
use test_probe_directives::{ClientCredentials, ClusterDirective, Secret, SecurityProtocol};
use test_probe_kafka::{ClusterSecurity, OAuthDefaults, Pem, ProofMethod, TlsSettings};
use test_probe_oauth::MskIamRequest;

/// Credentials that the configuration names and that cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecurityWiringError {
    /// A file cannot be read.
    #[error("{} ({key}) cannot be read", path.display())]
    File {
        /// The key that names it.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The JAAS text says what cannot be done here.
    #[error("test-probe.core.kafka.security.jaas-config cannot be used")]
    Jaas(#[from] InvalidJaasText),
}

const PRIVATE_KEY_FILE: &str = "test-probe.services.vault.oauth.private-key-file";

/// What the configuration says of its own cluster.
pub(crate) fn configured(settings: &Settings) -> Result<ClusterSecurity, SecurityWiringError> {
    let from = &settings.kafka.security;
    if let Some(text) = &from.jaas_config {
        // Read again with each topic; here it is told before anything is started.
        JaasLogin::parse(text)?;
    }
    Ok(ClusterSecurity {
        protocol: from.protocol,
        mechanism: from.sasl_mechanism,
        username: from.username.clone(),
        password: from.password.clone(),
        jaas_config: from.jaas_config.clone(),
        tls: tls(&from.tls),
        extensions: from.sasl_extensions.as_map().clone(),
        oauth: oauth(&settings.services.vault.oauth)?,
        msk: from.msk.region.clone().map(|region| MskIamRequest {
            region,
            profile: from.msk.profile.clone(),
            role_arn: from.msk.role_arn.clone(),
        }),
    })
}

/// What holds for the cluster of the world: the configuration's, or the embedded one, which has no doors to lock.
pub(crate) fn of_world(settings: &Settings) -> Result<ClusterSecurity, SecurityWiringError> {
    let configured = configured(settings)?;
    Ok(match settings.world.kind {
        WorldKind::Cluster => configured,
        WorldKind::Embedded => {
            ClusterSecurity { protocol: Some(SecurityProtocol::Plaintext), ..ClusterSecurity::default() }
        }
    })
}

/// What holds for a cluster that a test's directive describes, whose folder lies at `test_dir`.
///
/// The configuration's own credentials are none of its business: whoever writes a directive would otherwise decide to whom
/// they are shown. What the vault hands out for a topic is shown to the topic's cluster.
pub(crate) fn described(configured: &ClusterSecurity, cluster: &ClusterDirective, test_dir: &Path) -> ClusterSecurity {
    let mut security = configured.without_credentials();
    if cluster.security_protocol.is_some() {
        security.protocol = cluster.security_protocol;
    }
    security.mechanism = cluster.sasl_mechanism.unwrap_or(security.mechanism);
    if let Some(file) = &cluster.ca_file {
        security.tls.ca = Some(Pem::File(test_dir.join(file)));
    }
    security
}

fn tls(from: &KafkaTlsSettings) -> TlsSettings {
    let pem = |file: Option<&PathBuf>, text: Option<Secret>| match (file, text) {
        (Some(file), _) => Some(Pem::File(file.clone())),
        (None, text) => text.map(Pem::Text),
    };
    let secret = |text: Option<&String>| text.map(|text| Secret::new(text.as_str()));
    TlsSettings {
        ca: pem(from.ca_file.as_ref(), secret(from.ca_pem.as_ref())),
        certificate: pem(from.certificate_file.as_ref(), secret(from.certificate_pem.as_ref())),
        key: pem(from.key_file.as_ref(), from.key_pem.clone()),
        key_password: from.key_password.clone(),
        verify_host_name: from.verify_host_name,
    }
}

fn oauth(from: &OAuthSettings) -> Result<OAuthDefaults, SecurityWiringError> {
    let scope = Some(from.scope.clone()).filter(|scope| !scope.trim().is_empty());
    let client = from.client_id.clone().map(|client_id| ClientCredentials {
        client_id,
        client_secret: from.client_secret.clone().unwrap_or_else(|| Secret::new("")),
        token_endpoint: from.token_endpoint.clone(),
        scope,
    });
    Ok(OAuthDefaults {
        client,
        token_endpoint: Some(from.token_endpoint.clone()),
        proof: proof(from)?,
        audience: from.audience.clone(),
        parameters: from.parameters.as_map().clone(),
    })
}

fn proof(from: &OAuthSettings) -> Result<ProofMethod, SecurityWiringError> {
    Ok(match (from.client_authentication, &from.private_key_file) {
        (ClientAuthentication::Body, _) => ProofMethod::Body,
        (ClientAuthentication::PrivateKey, Some(path)) => {
            let read = std::fs::read_to_string(path);
            let key =
                read.map_err(|source| SecurityWiringError::File { key: PRIVATE_KEY_FILE, path: path.clone(), source })?;
            ProofMethod::PrivateKeyJwt { key: Secret::new(key), key_id: from.private_key_id.clone() }
        }
        // A private key without a file does not pass the check of the configuration.
        (ClientAuthentication::Basic | ClientAuthentication::PrivateKey, _) => ProofMethod::BasicHeader,
    })
}

#[cfg(test)]
mod tests {
    use test_probe_config::Layers;
    use test_probe_directives::SaslMechanism;

    use super::*;

    fn settings(text: &str) -> Settings {
        Layers::new().reference().text("t", text).load().unwrap().settings
    }

    const SECURED: &str = "
        test-probe.core.world.kind = cluster
        test-probe.core.kafka.security {
            protocol = SASL_SSL, sasl-mechanism = SCRAM-SHA-512, username = ann, password = hunter2
            sasl-extensions { logicalCluster = lkc-1 }
            tls { ca-file = ca.pem, certificate-file = own.pem, key-file = own.key, key-password = hunter3
                verify-host-name = false }
            msk { region = eu-central-1, profile = probe, role-arn = \"arn:aws:iam::1:role/probe\" }
        }
        test-probe.services.vault.oauth {
            token-endpoint = \"https://idp/token\", scope = kafka, client-id = svc, client-secret = hunter4
            client-authentication = body, audience = kafka, parameters { tenant = a }
        }";

    #[test]
    fn every_setting_of_security_arrives() {
        let security = configured(&settings(SECURED)).unwrap();
        let shown = format!("{security:#?}");
        for part in [
            "SaslSsl",
            "ScramSha512",
            "\"ann\"",
            "\"logicalCluster\": \"lkc-1\"",
            "ca.pem",
            "own.pem",
            "own.key",
            "verify_host_name: false",
            "\"eu-central-1\"",
            "\"probe\"",
            "arn:aws:iam::1:role/probe",
            "https://idp/token",
            "\"svc\"",
            "Body",
            "audience: Some",
            "\"tenant\"",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert!(!shown.contains("hunter"), "{shown}");
        assert_eq!(
            security.password.map(|password| password.fingerprint()),
            Some(Secret::new("hunter2").fingerprint())
        );
        assert_eq!(security.tls.key_password.map(|key| key.fingerprint()), Some(Secret::new("hunter3").fingerprint()));
        let client = security.oauth.client.unwrap();
        assert_eq!((client.client_secret.expose(), client.scope.as_deref()), ("hunter4", Some("kafka")));
    }

    #[test]
    fn a_jaas_text_that_cannot_be_read_and_a_key_that_is_not_there_are_told_before_anything_is_started() {
        let text = "test-probe.core.kafka.security.jaas-config = \"not.a.Module required x=\\\"hunter2\\\";\"";
        let error = crate::explain(&configured(&settings(text)).unwrap_err());
        assert!(error.contains("security.jaas-config") && !error.contains("hunter2"), "{error}");
        let text = "test-probe.services.vault.oauth {
            client-authentication = private-key, private-key-file = \"/no/such/key.pem\", client-id = svc }";
        let error = configured(&settings(text)).unwrap_err().to_string();
        assert_eq!(error, "/no/such/key.pem (test-probe.services.vault.oauth.private-key-file) cannot be read");
    }

    #[test]
    fn a_cluster_of_the_directives_gets_none_of_the_configurations_credentials() {
        let security = configured(&settings(SECURED)).unwrap();
        let cluster = ClusterDirective {
            name: test_probe_directives::ClusterName::new("other"),
            bootstrap_servers: "other:1".parse().unwrap(),
            schema_registry_url: None,
            security_protocol: Some(SecurityProtocol::SaslPlaintext),
            sasl_mechanism: Some(SaslMechanism::Plain),
            ca_file: Some(PathBuf::from("certificates/other.pem")),
        };
        let other = described(&security, &cluster, Path::new("/tests/orders"));
        assert_eq!((other.protocol, other.mechanism), (Some(SecurityProtocol::SaslPlaintext), SaslMechanism::Plain));
        assert!(other.username.is_none() && other.password.is_none() && other.msk.is_none());
        assert!(other.oauth.client.is_none() && other.oauth.token_endpoint.is_some());
        let Some(Pem::File(file)) = other.tls.ca else { panic!("a file") };
        assert_eq!(file, Path::new("/tests/orders/certificates/other.pem"));
        // One that says nothing is reached as the configuration's is.
        let same = ClusterDirective { security_protocol: None, sasl_mechanism: None, ca_file: None, ..cluster };
        let same = described(&security, &same, Path::new("/tests/orders"));
        assert_eq!((same.protocol, same.mechanism), (security.protocol, security.mechanism));
    }

    #[test]
    fn the_embedded_world_has_no_doors_to_lock() {
        let embedded = SECURED.replace("kind = cluster", "kind = embedded");
        let security = of_world(&settings(&embedded)).unwrap();
        assert_eq!((security.protocol, security.username), (Some(SecurityProtocol::Plaintext), None));
        assert_eq!(of_world(&settings(SECURED)).unwrap().protocol, Some(SecurityProtocol::SaslSsl));
    }
}
