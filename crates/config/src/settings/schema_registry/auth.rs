use test_probe_directives::Secret;

use crate::settings::{NoValue, Values};

/// How a Schema Registry is told who asks.
#[derive(Clone, Debug)]
pub enum SchemaRegistryAuth {
    /// Not at all, or by the user and the password in its address.
    None,
    /// By a user and a password.
    Basic {
        /// The user. Neither empty nor with a colon.
        username: String,
        /// The user's password, which may be empty.
        password: Secret,
    },
    /// By a token, which is not empty.
    Bearer(Secret),
}

/// The word for it in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SchemaRegistryAuthType {
    None,
    Basic,
    Bearer,
}

impl SchemaRegistryAuth {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(match values.get("test-probe.core.schema-registry.auth.type")? {
            SchemaRegistryAuthType::None => Self::None,
            SchemaRegistryAuthType::Basic => Self::Basic {
                username: values.get("test-probe.core.schema-registry.auth.username")?,
                password: values.get("test-probe.core.schema-registry.auth.password")?,
            },
            SchemaRegistryAuthType::Bearer => Self::Bearer(values.get("test-probe.core.schema-registry.auth.token")?),
        })
    }
}

/// Secrets are compared by their fingerprints.
impl PartialEq for SchemaRegistryAuth {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::None, Self::None) => true,
            (
                Self::Basic { username, password },
                Self::Basic { username: other_username, password: other_password },
            ) => username == other_username && password.fingerprint() == other_password.fingerprint(),
            (Self::Bearer(token), Self::Bearer(other)) => token.fingerprint() == other.fingerprint(),
            _ => false,
        }
    }
}

impl Eq for SchemaRegistryAuth {}

impl SchemaRegistryAuthType {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Basic => "basic",
            Self::Bearer => "bearer",
        }
    }

    pub(in crate::settings) fn of_word(word: &str) -> Option<Self> {
        [Self::None, Self::Basic, Self::Bearer].into_iter().find(|auth| auth.as_str() == word)
    }
}
