use test_probe_directives::Secret;

use crate::settings::{NoValue, Values, same_secret};

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
    /// By a token of the endpoint of [`OAuthSettings`](crate::OAuthSettings), renewed as they say. What the section leaves
    /// out is theirs already.
    OAuth {
        /// The client that asks for it.
        client_id: String,
        /// The client's secret. There is one but with
        /// [`ClientAuthentication::PrivateKey`](crate::ClientAuthentication::PrivateKey).
        client_secret: Option<Secret>,
        /// Which scopes it is asked for, divided by blanks. Without any, those that the endpoint gives of its own accord.
        scope: Option<String>,
    },
}

/// The word for it in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SchemaRegistryAuthType {
    None,
    Basic,
    Bearer,
    OAuth,
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
            SchemaRegistryAuthType::OAuth => Self::read_oauth(values)?,
        })
    }

    /// The client goes with its secret, never with that of the other section's client.
    fn read_oauth(values: &Values) -> Result<Self, NoValue> {
        let own: Option<String> = values.get("test-probe.core.schema-registry.auth.client-id")?;
        let (client_id, client_secret) = match own {
            Some(own) => (own, values.get("test-probe.core.schema-registry.auth.client-secret")?),
            None => (
                values.get("test-probe.services.vault.oauth.client-id")?,
                values.get("test-probe.services.vault.oauth.client-secret")?,
            ),
        };
        let scope: Option<String> = values.get("test-probe.core.schema-registry.auth.scope")?;
        let scope = scope.or(values.get("test-probe.services.vault.oauth.scope")?);
        Ok(Self::OAuth { client_id, client_secret, scope })
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
            (
                Self::OAuth { client_id, client_secret, scope },
                Self::OAuth { client_id: other_id, client_secret: other_secret, scope: other_scope },
            ) => {
                client_id == other_id
                    && same_secret(client_secret.as_ref(), other_secret.as_ref())
                    && scope == other_scope
            }
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
            Self::OAuth => "oauth",
        }
    }

    pub(in crate::settings) fn of_word(word: &str) -> Option<Self> {
        [Self::None, Self::Basic, Self::Bearer, Self::OAuth].into_iter().find(|auth| auth.as_str() == word)
    }
}
