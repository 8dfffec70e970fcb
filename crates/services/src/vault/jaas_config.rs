use test_probe_directives::{ClientCredentials, KafkaSecurityDirective, Secret, TopicDirective};

#[cfg(test)]
mod tests;

/// Writes credentials as the JAAS text of the Scala system.
///
/// Its option names are the Scala system's and not those of Kafka's own handler, which is why the credentials go beside
/// the text in a [`KafkaSecurityDirective`].
#[derive(Clone, Copy, Debug)]
pub struct JaasConfigBuilder;

/// Credentials from which no JAAS text can be made. The values themselves are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidJaas {
    /// A part is blank.
    #[error("{part} cannot be empty")]
    Empty {
        /// The part.
        part: &'static str,
    },
    /// The endpoint is no HTTP address.
    #[error(
        "the token endpoint must start with http:// or https://; set test-probe.services.vault.oauth.token-endpoint to such as https://idp/token"
    )]
    Endpoint,
}

impl JaasConfigBuilder {
    /// The module that the text names.
    pub const MODULE: &'static str = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule";

    /// The JAAS text: three lines, the values quoted and escaped.
    ///
    /// # Errors
    /// [`InvalidJaas`] when a part is blank or the endpoint is no HTTP address.
    pub fn build(credentials: &ClientCredentials) -> Result<Secret, InvalidJaas> {
        let ClientCredentials { client_id, client_secret, token_endpoint, scope } = credentials;
        let parts = [
            ("clientId", Some(client_id.as_str())),
            ("clientSecret", Some(client_secret.expose())),
            ("scope", scope.as_deref()),
        ];
        for (part, value) in parts {
            if value.is_some_and(|value| value.trim().is_empty()) {
                return Err(InvalidJaas::Empty { part });
            }
        }
        Self::check_endpoint(token_endpoint)?;
        let scope = scope.as_deref().map(|scope| format!(" oauth.scope=\"{}\"", escaped(scope))).unwrap_or_default();
        Ok(Secret::new(format!(
            "{}\n required oauth.client.id=\"{}\" oauth.client.secret=\"{}\"\n  oauth.token.endpoint.uri=\"{}\"{scope};",
            Self::MODULE,
            escaped(client_id),
            escaped(client_secret.expose()),
            escaped(token_endpoint),
        )))
    }

    /// Whether tokens can be asked for at this address.
    ///
    /// # Errors
    /// [`InvalidJaas`] when it is blank or no HTTP address.
    pub fn check_endpoint(token_endpoint: &str) -> Result<(), InvalidJaas> {
        match token_endpoint {
            blank if blank.trim().is_empty() => Err(InvalidJaas::Empty { part: "tokenEndpoint" }),
            http if http.starts_with("http://") || http.starts_with("https://") => Ok(()),
            _ => Err(InvalidJaas::Endpoint),
        }
    }

    /// The security directive of a topic whose credentials these are.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn security_directive(
        directive: &TopicDirective,
        credentials: ClientCredentials,
    ) -> Result<KafkaSecurityDirective, InvalidJaas> {
        let jaas = Self::build(&credentials)?;
        Ok(KafkaSecurityDirective::sasl_ssl(directive.topic.clone(), directive.role, credentials, jaas)
            .on_cluster(directive.cluster.clone()))
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\r', "\\r").replace('\n', "\\n")
}
