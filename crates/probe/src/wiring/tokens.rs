//! Where tokens come from, from the configuration.

use std::collections::BTreeMap;
use std::sync::Arc;

use test_probe_config::{OAuthSettings, SchemaRegistryAuth, Settings};
use test_probe_directives::{Secret, WallClock};
use test_probe_encoding::BearerTokenSource;
use test_probe_kafka::{OAuthDefaults, ProofMethod};
use test_probe_oauth::{
    CaCertificates, ClientCredentialsRequest, ClientProof, HttpTokenSettings, HttpTokenSources, RefreshPolicy,
    TokenCell, TokenRequest, TokenSettingsError,
};

/// Where tokens come from.
pub(crate) fn sources(settings: &Settings, clock: WallClock) -> Result<HttpTokenSources, TokenSettingsError> {
    let from = &settings.services.vault.oauth;
    let mut http = HttpTokenSettings::default().with_request_timeout(from.request_timeout);
    if let Some(file) = &from.ca_file {
        http = http.with_ca(CaCertificates::File(file.clone()));
    }
    HttpTokenSources::new(http, clock)
}

/// When they are renewed.
pub(crate) fn policy(from: &OAuthSettings) -> RefreshPolicy {
    let refresh = &from.refresh;
    RefreshPolicy {
        share: refresh.share,
        jitter: refresh.jitter,
        margin: refresh.margin,
        initial_backoff: refresh.initial_backoff,
        max_backoff: refresh.max_backoff,
    }
}

/// What the registry's token is asked for with, where it wants one.
pub(crate) fn of_registry(settings: &Settings, oauth: &OAuthDefaults) -> Option<TokenRequest> {
    let SchemaRegistryAuth::OAuth { client_id, client_secret, scope } = &settings.schema_registry.auth else {
        return None;
    };
    let secret = || client_secret.clone().unwrap_or_else(|| Secret::new(""));
    let proof = match &oauth.proof {
        ProofMethod::Body => ClientProof::Body(secret()),
        ProofMethod::PrivateKeyJwt { key, key_id } => {
            ClientProof::PrivateKeyJwt { key: key.clone(), key_id: key_id.clone() }
        }
        _ => ClientProof::BasicHeader(secret()),
    };
    Some(TokenRequest::ClientCredentials(ClientCredentialsRequest {
        token_endpoint: settings.services.vault.oauth.token_endpoint.clone(),
        client_id: client_id.clone(),
        proof,
        scope: scope.clone().filter(|scope| !scope.trim().is_empty()),
        audience: oauth.audience.clone(),
        parameters: BTreeMap::clone(&oauth.parameters),
    }))
}

/// Shows a registry what a cell holds at the moment.
#[derive(Debug)]
pub(crate) struct CellToken {
    cell: TokenCell,
    clock: WallClock,
}

impl CellToken {
    pub(crate) fn source(cell: TokenCell, clock: WallClock) -> Arc<dyn BearerTokenSource> {
        Arc::new(Self { cell, clock })
    }
}

impl BearerTokenSource for CellToken {
    fn bearer_token(&self) -> Result<Secret, Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.cell.token(self.clock.now())?.text().clone())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use test_probe_config::Layers;

    use super::*;
    use crate::wiring::security;

    fn settings(text: &str) -> Settings {
        Layers::new().reference().text("t", text).load().unwrap().settings
    }

    #[test]
    fn the_times_of_renewals_arrive_and_the_defaults_are_those_of_the_room() {
        let policy_of = |text: &str| policy(&settings(text).services.vault.oauth);
        assert_eq!(policy_of(""), RefreshPolicy::default());
        let text = "test-probe.services.vault.oauth.refresh {
            share = 0.7, jitter = 0.05, margin = 40s, initial-backoff = 2s, max-backoff = 20s }";
        let seconds = Duration::from_secs;
        let expected = RefreshPolicy {
            share: 0.7,
            jitter: 0.05,
            margin: seconds(40),
            initial_backoff: seconds(2),
            max_backoff: seconds(20),
        };
        assert_eq!(policy_of(text), expected);
    }

    #[test]
    fn a_file_of_authorities_that_is_not_there_is_told() {
        let text = "test-probe.services.vault.oauth.ca-file = \"/no/such/ca.pem\"";
        let error = sources(&settings(text), WallClock::system()).unwrap_err().to_string();
        assert!(error.contains("/no/such/ca.pem"), "{error}");
    }

    /// Kafka's request for a topic whose vault knows nothing, and the registry's.
    fn requests(registry: &str) -> (TokenRequest, Option<TokenRequest>) {
        use test_probe_directives::{KafkaSecurityDirective, Role, TopicName};
        let settings = settings(&format!(
            "test-probe.core {{ kafka.security.protocol = SASL_SSL, schema-registry.auth {{ {registry} }} }}
             test-probe.services.vault.oauth {{ token-endpoint = \"https://idp/token\", scope = kafka, client-id = svc
                client-secret = hunter2, audience = a, client-authentication = body, parameters {{ tenant = t }} }}"
        ));
        let security = security::configured(&settings).unwrap();
        let topic = KafkaSecurityDirective::plaintext(TopicName::new("orders").unwrap(), Role::Producer);
        let opened = security.open(&topic).unwrap();
        (opened.token_request().unwrap().clone(), of_registry(&settings, &security.oauth))
    }

    #[test]
    fn a_registry_that_is_told_nothing_of_its_own_shares_the_token_of_kafkas_clients() {
        let (kafka, registry) = requests("type = oauth");
        assert_eq!(registry.unwrap().identity(), kafka.identity());
        let (kafka, registry) = requests("type = oauth, client-id = other, client-secret = hunter3");
        let registry = registry.unwrap().identity();
        assert_eq!((registry.client_id.as_str(), registry == kafka.identity()), ("other", false));
        assert_eq!(requests("type = none").1, None);
    }
}
