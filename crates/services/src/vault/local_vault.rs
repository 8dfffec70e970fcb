mod credentials_file;
mod variable_names;

use std::fs;
use std::path::PathBuf;

use async_trait::async_trait;
use test_probe_directives::{
    BlockStorageDirective, ClientCredentials, KafkaSecurityDirective, Secret, SecurityProtocol, TopicDirective,
};

use self::credentials_file::{CredentialsFile, Entry};
use super::{JaasConfigBuilder, OAuthOptions, ProbeVaultService, Variables, VaultError, VaultProvider, VaultQuestion};

#[cfg(test)]
mod tests;

/// Credentials from this machine: a file, environment variables, or none at all.
///
/// For each topic directive the first of these that says something decides:
///
/// 1. the variables `TEST_PROBE_VAULT_{TOPIC}_{ROLE}_CLIENT_ID` and `…_CLIENT_SECRET`, where `{TOPIC}` is the topic in
///    capitals with `_` for everything that is neither letter nor digit: `TEST_PROBE_VAULT_ORDER_EVENTS_PRODUCER_CLIENT_ID`;
/// 2. the file's entry for the topic, of several that fit the one that says most;
/// 3. the variables `TEST_PROBE_VAULT_CLIENT_ID` and `TEST_PROBE_VAULT_CLIENT_SECRET`;
/// 4. without a file, or with `default: plaintext` in it: PLAINTEXT, as the Scala system's local vault. A file without
///    that line which names other topics is taken to be incomplete: [`VaultError::NotFound`].
///
/// A secret without a client id goes with the directive's `clientPrincipal`; an id without a secret is an error. The file:
///
/// ```yaml
/// default: plaintext            # optional
/// credentials:                  # or this list alone
///   - topic: orders
///     role: producer            # optional: both roles
///     clientPrincipal: svc-a    # optional: only directives with this principal
///     clientId: svc-orders
///     clientSecret: "…"
///     securityProtocol: SASL_SSL  # optional; PLAINTEXT needs neither id nor secret
/// ```
#[derive(Clone, Debug)]
pub struct LocalVault {
    oauth: OAuthOptions,
    file: Option<CredentialsFile>,
    environment: Variables,
}

/// What a [`LocalVault`] is made of.
#[derive(Clone, Debug)]
pub struct LocalVaultOptions {
    /// The file with credentials, if there is one.
    pub credentials_file: Option<PathBuf>,
    /// Where the clients get their tokens.
    pub oauth: OAuthOptions,
}

impl LocalVault {
    /// A vault that hands out PLAINTEXT for every topic.
    pub fn plaintext() -> Self {
        Self { oauth: OAuthOptions::new(""), file: None, environment: Variables::none() }
    }

    /// Reads the file, if there is one. The environment is read when credentials are asked for.
    ///
    /// # Errors
    /// [`VaultError::Unreadable`], or [`VaultError::File`] with everything that is wrong with the file.
    pub fn new(options: LocalVaultOptions, environment: Variables) -> Result<Self, VaultError> {
        let LocalVaultOptions { credentials_file, oauth } = options;
        let read = |path: PathBuf| match fs::read_to_string(&path) {
            Ok(text) => Ok(CredentialsFile::parse(&path.display().to_string(), &text)?),
            Err(source) => Err(VaultError::Unreadable { path, source }),
        };
        let file = credentials_file.map(read).transpose()?;
        Ok(Self { oauth, file, environment })
    }

    fn security(&self, directive: &TopicDirective) -> Result<KafkaSecurityDirective, VaultError> {
        if let Some(found) = self.by_variables(&variable_names::of_topic(directive), directive)? {
            return self.authenticated(directive, found);
        }
        let entry = self.file.as_ref().and_then(|file| file.entry(directive));
        match entry {
            Some(Entry { security_protocol: SecurityProtocol::Plaintext, .. }) => return Ok(plaintext(directive)),
            Some(Entry { client_id, client_secret, .. }) => {
                return self.authenticated(directive, (client_id.clone(), client_secret.clone()));
            }
            None => {}
        }
        if let Some(found) = self.by_variables(&variable_names::general(), directive)? {
            return self.authenticated(directive, found);
        }
        match &self.file {
            Some(file) if !file.plaintext_by_default => Err(VaultError::NotFound {
                question: VaultQuestion::new(VaultProvider::Local, directive),
                reason: format!(
                    "`{}` has no entry for topic '{}' as {} with clientPrincipal '{}'; add one, or `default: plaintext`",
                    file.name, directive.topic, directive.role, directive.client_principal
                ),
            }),
            _ => Ok(plaintext(directive)),
        }
    }

    fn by_variables(
        &self,
        [id_name, secret_name]: &[String; 2],
        directive: &TopicDirective,
    ) -> Result<Option<(String, Secret)>, VaultError> {
        let get = |name: &str| self.environment.get(name).filter(|value| !value.is_empty());
        match (get(id_name), get(secret_name)) {
            (None, None) => Ok(None),
            (id, Some(secret)) => {
                let id = id.unwrap_or_else(|| directive.client_principal.clone());
                Ok(Some((id, Secret::new(secret))))
            }
            (Some(_), None) => {
                let reason = format!("the environment has {id_name} but no {secret_name}; set both or neither");
                Err(VaultError::Configuration { reason })
            }
        }
    }

    fn authenticated(
        &self,
        directive: &TopicDirective,
        (client_id, client_secret): (String, Secret),
    ) -> Result<KafkaSecurityDirective, VaultError> {
        let OAuthOptions { token_endpoint, scope } = self.oauth.clone();
        let credentials = ClientCredentials { client_id, client_secret, token_endpoint, scope };
        JaasConfigBuilder::security_directive(directive, credentials).map_err(|invalid| VaultError::Configuration {
            reason: format!("the local credentials of {} cannot be used: {invalid}", directive.identity()),
        })
    }
}

fn plaintext(directive: &TopicDirective) -> KafkaSecurityDirective {
    KafkaSecurityDirective::plaintext(directive.topic.clone(), directive.role).on_cluster(directive.cluster.clone())
}

#[async_trait]
impl ProbeVaultService for LocalVault {
    async fn fetch_security_directives(
        &self,
        directive: &BlockStorageDirective,
    ) -> Result<Vec<KafkaSecurityDirective>, VaultError> {
        directive.topic_directives.iter().map(|directive| self.security(directive)).collect()
    }
}
