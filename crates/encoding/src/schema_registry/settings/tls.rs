use std::fmt;

use test_probe_directives::Secret;

/// Whom a registry's client trusts, and how it shows itself, on connections to `https` addresses.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct RegistryTls {
    /// The authorities that are trusted, one or more certificates in PEM; those of the system are not trusted then.
    pub ca_pem: Option<Vec<u8>>,
    /// The client's own certificate, for registries that ask for one.
    pub identity: Option<RegistryIdentity>,
}

/// A client certificate and its key.
#[derive(Clone)]
pub struct RegistryIdentity {
    /// The certificate, and after it those that lead to an authority, in PEM.
    pub certificate_chain_pem: Vec<u8>,
    /// The private key in PEM, by PKCS #8 (`BEGIN PRIVATE KEY`) and not encrypted.
    pub private_key_pem: Secret,
}

impl RegistryTls {
    /// Sets [`ca_pem`](Self::ca_pem).
    #[must_use]
    pub fn with_ca_pem(self, ca_pem: impl Into<Vec<u8>>) -> Self {
        Self { ca_pem: Some(ca_pem.into()), ..self }
    }

    /// Sets [`identity`](Self::identity).
    #[must_use]
    pub fn with_identity(self, certificate_chain_pem: impl Into<Vec<u8>>, private_key_pem: Secret) -> Self {
        let identity = RegistryIdentity { certificate_chain_pem: certificate_chain_pem.into(), private_key_pem };
        Self { identity: Some(identity), ..self }
    }
}

/// Says what there is, since the bytes say nothing to a reader.
impl fmt::Debug for RegistryTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("RegistryTls");
        shown.field("ca_pem_bytes", &self.ca_pem.as_ref().map(Vec::len)).field("identity", &self.identity).finish()
    }
}

impl fmt::Debug for RegistryIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("RegistryIdentity");
        shown.field("certificate_chain_pem_bytes", &self.certificate_chain_pem.len()).finish_non_exhaustive()
    }
}
