use std::path::PathBuf;

use test_probe_directives::Secret;

/// What TLS needs to know of the broker and of the client. Its `Debug` shows no secret.
///
/// The broker's certificate is always checked; which names it may bear can be left open, who signed it cannot.
#[derive(Clone, Debug)]
pub struct TlsSettings {
    /// The authorities that the broker's certificate may come from, as PEM; those of the system without it.
    pub ca: Option<Pem>,
    /// The client's certificate and those between it and the authority, as PEM.
    pub certificate: Option<Pem>,
    /// The key of the client's certificate, as PEM.
    pub key: Option<Pem>,
    /// The key's password, where it has one.
    pub key_password: Option<Secret>,
    /// Whether the broker's certificate must bear the name that the client connected to.
    pub verify_host_name: bool,
}

/// PEM text, or where it lies.
#[derive(Clone, Debug)]
pub enum Pem {
    /// In this file.
    File(PathBuf),
    /// Here.
    Text(Secret),
}

impl TlsSettings {
    /// All of it as one text, for a fingerprint. Every part is quoted, so that no two settings share one.
    pub(super) fn as_text(&self) -> String {
        let part = |pem: &Option<Pem>| match pem {
            None => String::new(),
            Some(Pem::File(path)) => format!("file {path:?}"),
            Some(Pem::Text(text)) => format!("text {:?}", text.expose()),
        };
        let password = self.key_password.as_ref().map(Secret::expose);
        format!("{:?}", (part(&self.ca), part(&self.certificate), part(&self.key), password, self.verify_host_name))
    }
}

impl Default for TlsSettings {
    fn default() -> Self {
        Self { ca: None, certificate: None, key: None, key_password: None, verify_host_name: true }
    }
}
