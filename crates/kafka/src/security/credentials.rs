//! Whose credentials open a topic, and what they are to the mechanism.

use std::collections::BTreeMap;

use test_probe_directives::jaas::{IamLogin, JaasLogin, OAuthBearerLogin, PasswordLogin};
use test_probe_directives::{ClientCredentials, KafkaSecurityDirective, SaslMechanism, Secret};
use test_probe_oauth::{ClientCredentialsRequest, ClientProof, MskIamRequest, TokenRequest};

use super::{ClusterSecurity, Login, ProofMethod, ScramMechanism, UnavailableSecurity};

const DIRECTIVES_CLIENT: &str = "the client id and secret that the vault gives";
const DIRECTIVES_JAAS: &str = "the JAAS text that the vault gives";
const OWN_JAAS: &str = "test-probe.core.kafka.security.jaas-config";

/// What the configuration and a directive say together.
pub(super) struct Credentials<'a> {
    pub(super) cluster: &'a ClusterSecurity,
    pub(super) directive: &'a KafkaSecurityDirective,
}

/// Who comes, and who says so.
enum Given {
    Client(ClientCredentials),
    Jaas(JaasLogin, &'static str),
}

impl Credentials<'_> {
    pub(super) fn login(&self) -> Result<Login<TokenRequest>, UnavailableSecurity> {
        match self.cluster.mechanism {
            SaslMechanism::OAuthBearer => self.bearer(),
            SaslMechanism::AwsMskIam => self.msk_iam(),
            SaslMechanism::Plain => {
                let PasswordLogin { username, password } = self.password()?;
                Ok(Login::Plain { username, password })
            }
            SaslMechanism::ScramSha256 => self.scram(ScramMechanism::Sha256),
            SaslMechanism::ScramSha512 => self.scram(ScramMechanism::Sha512),
        }
    }

    fn bearer(&self) -> Result<Login<TokenRequest>, UnavailableSecurity> {
        let mut extensions = self.cluster.extensions.clone();
        let request = match self.given()? {
            Some(Given::Client(client)) => self.request(client)?,
            Some(Given::Jaas(JaasLogin::OAuthBearer(login), _)) => {
                extensions.extend(login.extensions.clone());
                self.request(self.client_of(login)?)?
            }
            Some(Given::Jaas(other, place)) => return Err(self.other_mechanism(place, &other)),
            None => match &self.cluster.oauth.client {
                Some(client) => self.request(client.clone())?,
                None => return Err(self.no_credentials()),
            },
        };
        Ok(Login::OAuthBearer { token: TokenRequest::ClientCredentials(request), extensions })
    }

    fn scram(&self, mechanism: ScramMechanism) -> Result<Login<TokenRequest>, UnavailableSecurity> {
        let PasswordLogin { username, password } = self.password()?;
        Ok(Login::Scram { mechanism, username, password })
    }

    fn password(&self) -> Result<PasswordLogin, UnavailableSecurity> {
        let is_plain = self.cluster.mechanism == SaslMechanism::Plain;
        match self.given()? {
            Some(Given::Client(ClientCredentials { client_id, client_secret, .. })) => {
                Ok(PasswordLogin { username: client_id, password: client_secret })
            }
            Some(Given::Jaas(JaasLogin::Plain(login), _)) if is_plain => Ok(login),
            Some(Given::Jaas(JaasLogin::Scram(login), _)) if !is_plain => Ok(login),
            Some(Given::Jaas(other, place)) => Err(self.other_mechanism(place, &other)),
            None => self.own_user()?.ok_or_else(|| self.no_credentials()),
        }
    }

    fn msk_iam(&self) -> Result<Login<TokenRequest>, UnavailableSecurity> {
        let own = self.cluster.msk.as_ref();
        let own_region = own.map(|own| own.region.clone()).filter(|region| !region.is_empty());
        let (region, profile, role_arn) = match self.given()? {
            Some(Given::Jaas(JaasLogin::Iam(IamLogin { profile, role_arn, sts_region }), _)) => {
                (own_region.or(sts_region), profile, role_arn)
            }
            Some(Given::Jaas(other, place)) => return Err(self.other_mechanism(place, &other)),
            Some(Given::Client(_)) => {
                return Err(UnavailableSecurity::OtherMechanism {
                    place: DIRECTIVES_CLIENT,
                    found: "a token endpoint",
                    mechanism: self.cluster.mechanism,
                    fix: SaslMechanism::OAuthBearer.as_str(),
                });
            }
            None => {
                let of = |part: fn(&MskIamRequest) -> &Option<String>| own.and_then(|own| part(own).clone());
                (own_region, of(|own| &own.profile), of(|own| &own.role_arn))
            }
        };
        let Some(region) = region else { return Err(self.no_credentials()) };
        let token = TokenRequest::MskIam(MskIamRequest { region, profile, role_arn });
        Ok(Login::OAuthBearer { token, extensions: BTreeMap::new() })
    }

    /// The directive's credentials, or else its JAAS text, or else the configuration's.
    fn given(&self) -> Result<Option<Given>, UnavailableSecurity> {
        if let Some(client) = &self.directive.credentials {
            return Ok(Some(Given::Client(client.clone())));
        }
        if !self.directive.jaas_config.is_empty() {
            return translated(&self.directive.jaas_config, DIRECTIVES_JAAS).map(Some);
        }
        let Some(jaas) = self.cluster.jaas_config.as_ref().filter(|jaas| !jaas.is_empty()) else { return Ok(None) };
        self.refuse_two_credentials()?;
        translated(jaas, OWN_JAAS).map(Some)
    }

    /// A user beside a JAAS text, where both would do.
    fn refuse_two_credentials(&self) -> Result<(), UnavailableSecurity> {
        let wants_a_user = !matches!(self.cluster.mechanism, SaslMechanism::OAuthBearer | SaslMechanism::AwsMskIam);
        if wants_a_user && self.own_username().is_some() {
            return Err(UnavailableSecurity::TwoCredentials { key: "username" });
        }
        Ok(())
    }

    fn own_username(&self) -> Option<&String> {
        self.cluster.username.as_ref().filter(|username| !username.is_empty())
    }

    fn own_user(&self) -> Result<Option<PasswordLogin>, UnavailableSecurity> {
        const USERNAME: &str = "test-probe.core.kafka.security.username";
        const PASSWORD: &str = "test-probe.core.kafka.security.password";
        let password = self.cluster.password.as_ref().filter(|password| !password.is_empty());
        match (self.own_username(), password) {
            (Some(username), Some(password)) => {
                Ok(Some(PasswordLogin { username: username.clone(), password: password.clone() }))
            }
            (Some(_), None) => Err(UnavailableSecurity::Incomplete { place: PASSWORD, beside: USERNAME }),
            (None, Some(_)) => Err(UnavailableSecurity::Incomplete { place: USERNAME, beside: PASSWORD }),
            (None, None) => Ok(None),
        }
    }

    fn request(&self, client: ClientCredentials) -> Result<ClientCredentialsRequest, UnavailableSecurity> {
        let oauth = &self.cluster.oauth;
        let secret = |client_secret: Secret| {
            if client_secret.is_empty() {
                return Err(UnavailableSecurity::Incomplete {
                    place: "test-probe.services.vault.oauth.client-secret",
                    beside: "the client's id",
                });
            }
            Ok(client_secret)
        };
        let proof = match &oauth.proof {
            ProofMethod::BasicHeader => ClientProof::BasicHeader(secret(client.client_secret)?),
            ProofMethod::Body => ClientProof::Body(secret(client.client_secret)?),
            ProofMethod::PrivateKeyJwt { key, key_id } => {
                ClientProof::PrivateKeyJwt { key: key.clone(), key_id: key_id.clone() }
            }
        };
        Ok(ClientCredentialsRequest {
            token_endpoint: client.token_endpoint,
            client_id: client.client_id,
            proof,
            scope: client.scope,
            audience: oauth.audience.clone(),
            parameters: oauth.parameters.clone(),
        })
    }

    fn client_of(&self, login: OAuthBearerLogin) -> Result<ClientCredentials, UnavailableSecurity> {
        let OAuthBearerLogin { client_id, client_secret, token_endpoint, scope, .. } = login;
        let oauth = &self.cluster.oauth;
        let of_the_client = || oauth.client.as_ref().map(|client| client.token_endpoint.clone());
        let endpoint = token_endpoint.or_else(|| oauth.token_endpoint.clone()).or_else(of_the_client);
        match endpoint.filter(|endpoint| !endpoint.is_empty()) {
            Some(token_endpoint) => Ok(ClientCredentials { client_id, client_secret, token_endpoint, scope }),
            None => Err(UnavailableSecurity::Incomplete {
                place: "test-probe.services.vault.oauth.token-endpoint",
                beside: "a JAAS text without oauth.token.endpoint.uri",
            }),
        }
    }

    fn other_mechanism(&self, place: &'static str, found: &JaasLogin) -> UnavailableSecurity {
        let fix = match found {
            JaasLogin::Plain(_) => SaslMechanism::Plain.as_str(),
            JaasLogin::Scram(_) => "SCRAM-SHA-256 or SCRAM-SHA-512",
            JaasLogin::Iam(_) => SaslMechanism::AwsMskIam.as_str(),
            _ => SaslMechanism::OAuthBearer.as_str(),
        };
        UnavailableSecurity::OtherMechanism { place, found: found.module(), mechanism: self.cluster.mechanism, fix }
    }

    fn no_credentials(&self) -> UnavailableSecurity {
        let mechanism = self.cluster.mechanism;
        let fix = match mechanism {
            SaslMechanism::OAuthBearer if self.own_username().is_some() => {
                "test-probe.core.kafka.security.username is a user of PLAIN or SCRAM: set \
                 test-probe.core.kafka.security.sasl-mechanism"
            }
            SaslMechanism::OAuthBearer => {
                "set test-probe.services.vault.oauth.client-id, client-secret and token-endpoint, or have the vault give them"
            }
            SaslMechanism::Plain | SaslMechanism::ScramSha256 | SaslMechanism::ScramSha512 => {
                "set test-probe.core.kafka.security.username and password, or have the vault give them"
            }
            SaslMechanism::AwsMskIam => "set test-probe.core.kafka.security.msk.region to the cluster's region",
        };
        UnavailableSecurity::NoCredentials {
            topic: self.directive.topic.clone(),
            role: self.directive.role,
            mechanism,
            fix,
        }
    }
}

fn translated(jaas: &Secret, place: &'static str) -> Result<Given, UnavailableSecurity> {
    let login = JaasLogin::parse(jaas).map_err(|reason| UnavailableSecurity::Jaas { place, reason })?;
    Ok(Given::Jaas(login, place))
}
