use std::path::PathBuf;

use crate::settings::{NoValue, Values};

/// Whom a Schema Registry's client trusts, and how it shows itself, at `https` addresses. The files are PEM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaRegistryTls {
    /// The authorities that are trusted. Without it, the system's are.
    pub ca_file: Option<PathBuf>,
    /// The client's own certificate. There is one where there is a [`key_file`](Self::key_file), and only there.
    pub certificate_file: Option<PathBuf>,
    /// The key of that certificate.
    pub key_file: Option<PathBuf>,
}

impl SchemaRegistryTls {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            ca_file: values.get("test-probe.core.schema-registry.tls.ca-file")?,
            certificate_file: values.get("test-probe.core.schema-registry.tls.certificate-file")?,
            key_file: values.get("test-probe.core.schema-registry.tls.key-file")?,
        })
    }
}
