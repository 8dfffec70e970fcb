//! What connections are encrypted with, from the settings of who makes them.

use std::path::Path;

use test_probe_config::SchemaRegistryTls;
use test_probe_kafka::{Pem, TlsSettings};

use super::Verdict;
use super::tls::{Identity, TlsClient};

impl TlsClient {
    /// As Kafka's clients do it.
    ///
    /// # Errors
    /// What a file that cannot be read comes to.
    pub(super) fn of_kafka(from: &TlsSettings) -> Result<Self, Verdict> {
        const SECTION: &str = "test-probe.core.kafka.security.tls";
        let identity = match (&from.certificate, &from.key) {
            (Some(certificate), Some(key)) => Some(Identity {
                certificate: pem(certificate, SECTION)?,
                key: pem(key, SECTION)?,
                password: from.key_password.clone(),
            }),
            _ => None,
        };
        Ok(Self {
            authorities: from.ca.as_ref().map(|ca| pem(ca, SECTION)).transpose()?,
            identity,
            verify_host_name: from.verify_host_name,
            authorities_key: "test-probe.core.kafka.security.tls.ca-file",
            certificate_key: "test-probe.core.kafka.security.tls.certificate-file and key-file",
        })
    }

    /// As a registry's client does it.
    ///
    /// # Errors
    /// What a file that cannot be read comes to.
    pub(super) fn of_registry(from: &SchemaRegistryTls) -> Result<Self, Verdict> {
        const SECTION: &str = "test-probe.core.schema-registry.tls";
        let identity = match (&from.certificate_file, &from.key_file) {
            (Some(certificate), Some(key)) => {
                Some(Identity { certificate: file(certificate, SECTION)?, key: file(key, SECTION)?, password: None })
            }
            _ => None,
        };
        Ok(Self {
            authorities: from.ca_file.as_deref().map(|ca| file(ca, SECTION)).transpose()?,
            identity,
            verify_host_name: true,
            authorities_key: "test-probe.core.schema-registry.tls.ca-file",
            certificate_key: "test-probe.core.schema-registry.tls.certificate-file and key-file",
        })
    }

    /// As it is done at a token endpoint.
    ///
    /// # Errors
    /// What a file that cannot be read comes to.
    pub(super) fn of_token_endpoint(ca_file: Option<&Path>) -> Result<Self, Verdict> {
        Ok(Self {
            authorities: ca_file.map(|ca| file(ca, "test-probe.services.vault.oauth")).transpose()?,
            identity: None,
            verify_host_name: true,
            authorities_key: "test-probe.services.vault.oauth.ca-file",
            certificate_key: "nothing: the probe shows token endpoints no certificate",
        })
    }
}

fn pem(from: &Pem, section: &str) -> Result<Vec<u8>, Verdict> {
    match from {
        Pem::File(path) => file(path, section),
        Pem::Text(text) => Ok(text.expose().as_bytes().to_vec()),
    }
}

fn file(path: &Path, section: &str) -> Result<Vec<u8>, Verdict> {
    std::fs::read(path).map_err(|error| {
        Verdict::failed(format!("{} cannot be read: {error}", path.display()), format!("correct what {section} names"))
    })
}
