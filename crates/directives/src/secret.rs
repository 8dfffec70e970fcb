use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// A text that must not be seen: a client secret, a JAAS line, a token.
///
/// It has no `Display`, its `Debug` prints stars, and its memory is wiped when it is dropped. Two secrets are compared
/// and named by [`Secret::fingerprint`], so that a log or a map key never needs the text itself.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes the text out of sight.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The text, for the one place that hands it to the outside world. Do not keep, log or format what this returns.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The first twelve hexadecimal digits of the text's SHA-256: equal for equal secrets, of no use to a thief.
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::digest(self.expose().as_bytes());
        digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether there is any text at all.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_prints() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret:?} {:#?}", Some(&secret)), "Secret(***) Some(\n    Secret(***),\n)");
    }

    #[test]
    fn a_fingerprint_tells_secrets_apart_without_showing_them() {
        assert_eq!(Secret::new("a").fingerprint(), Secret::new("a").fingerprint());
        assert_ne!(Secret::new("a").fingerprint(), Secret::new("b").fingerprint());
        assert!(!Secret::new("hunter2").fingerprint().contains("hunter2"));
    }
}
