use std::collections::BTreeSet;
use std::sync::Arc;

use oauth2::basic::{BasicRevocationErrorResponse, BasicTokenIntrospectionResponse};
use oauth2::{
    AsyncHttpClient, AuthType, Client, ClientId, ClientSecret, RequestTokenError, Scope, StandardRevocableToken,
    TokenUrl,
};
use reqwest::Url;
use test_probe_directives::{Secret, Timestamp};

use super::answer::{Said, TokenAnswer};
use super::assertion::SigningKey;
use super::cleaner::Cleaner;
use super::endpoint::endpoint;
use super::exchange::CallFailure;
use crate::{ClientCredentialsRequest, ClientProof, TokenError, TokenIdentity};

/// The fields that the grant sends itself; nobody else may.
const OWN_FIELDS: [&str; 6] =
    ["grant_type", "client_id", "client_secret", "scope", "client_assertion", "client_assertion_type"];

type GrantClient =
    Client<Said, TokenAnswer, BasicTokenIntrospectionResponse, StandardRevocableToken, BasicRevocationErrorResponse>;

/// What is asked of a token endpoint, and can be.
pub(super) struct Grant {
    endpoint: Url,
    client_id: String,
    proof: Proof,
    scopes: Vec<String>,
    /// The audience, if there is one, and the further fields.
    fields: Vec<(String, String)>,
}

/// A proof that can be given.
pub(super) enum Proof {
    Header(Secret),
    Form(Secret),
    Key(SigningKey),
}

impl Grant {
    /// # Errors
    /// [`TokenError::Settings`] when nothing can be asked like this.
    pub(super) fn of(request: &ClientCredentialsRequest, identity: &Arc<TokenIdentity>) -> Result<Self, TokenError> {
        Self::read(request).map_err(|(reason, fix)| TokenError::Settings {
            identity: Arc::clone(identity),
            reason,
            fix,
        })
    }

    fn read(request: &ClientCredentialsRequest) -> Result<Self, (String, &'static str)> {
        let endpoint = endpoint(&request.token_endpoint)?;
        if request.client_id.is_empty() {
            return Err(("the client's id is empty".to_owned(), "give the id that the identity provider knows it by"));
        }
        let given = |secret: &Secret| match secret.is_empty() {
            true => Err(("the client's secret is empty".to_owned(), "give the secret that belongs to the client's id")),
            false => Ok(secret.clone()),
        };
        let proof = match &request.proof {
            ClientProof::BasicHeader(secret) => Proof::Header(given(secret)?),
            ClientProof::Body(secret) => Proof::Form(given(secret)?),
            ClientProof::PrivateKeyJwt { key, key_id } => Proof::Key(SigningKey::read(key, key_id.as_deref())?),
        };
        let scopes = scopes(request.scope.as_deref().unwrap_or_default())?;
        let audience = request.audience.as_deref().filter(|audience| !audience.is_empty());
        let mut own: BTreeSet<&str> = OWN_FIELDS.into();
        if audience.is_some() {
            own.insert("audience");
        }
        if let Some(name) = request.parameters.keys().find(|name| name.is_empty() || own.contains(name.as_str())) {
            let reason = format!("the further field {name:?} is one that the request has anyway, or has no name");
            return Err((reason, "take it out of the parameters, and use the setting for it"));
        }
        let audience = audience.map(|audience| ("audience".to_owned(), audience.to_owned()));
        let fields = audience.into_iter().chain(request.parameters.clone()).collect();
        Ok(Self { endpoint, client_id: request.client_id.clone(), proof, scopes, fields })
    }

    pub(super) fn endpoint(&self) -> &Url {
        &self.endpoint
    }

    pub(super) fn client_id(&self) -> &str {
        &self.client_id
    }

    pub(super) fn proof(&self) -> &Proof {
        &self.proof
    }

    /// Asks once, over `http`. `now` and `id`, which no other request may have, go into the signed statement.
    pub(super) async fn ask<C>(
        &self,
        http: &C,
        now: Timestamp,
        id: &str,
    ) -> Result<TokenAnswer, RequestTokenError<CallFailure, Said>>
    where
        C: for<'c> AsyncHttpClient<'c, Error = CallFailure, Future: Send> + Sync,
    {
        let mut client = GrantClient::new(ClientId::new(self.client_id.clone()));
        let mut assertion = None;
        client = match &self.proof {
            Proof::Header(secret) => with_secret(client, secret).set_auth_type(AuthType::BasicAuth),
            Proof::Form(secret) => with_secret(client, secret).set_auth_type(AuthType::RequestBody),
            Proof::Key(key) => {
                let signed = key
                    .assertion(&self.client_id, self.endpoint.as_str(), now, id)
                    .map_err(|_| RequestTokenError::Request(CallFailure::Unsigned))?;
                assertion = Some(signed);
                client.set_auth_type(AuthType::RequestBody)
            }
        };
        let client = client.set_token_uri(TokenUrl::from_url(self.endpoint.clone()));
        let mut request = client.exchange_client_credentials().add_scopes(self.scopes.iter().cloned().map(Scope::new));
        if let Some(assertion) = &assertion {
            request = request
                .add_extra_param("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
                .add_extra_param("client_assertion", assertion.expose());
        }
        for (name, value) in &self.fields {
            request = request.add_extra_param(name, value);
        }
        request.request_async(http).await
    }

    /// What takes the secrets of this grant out of a text.
    pub(super) fn cleaner(&self) -> Cleaner {
        let mut cleaner = match &self.proof {
            Proof::Header(secret) | Proof::Form(secret) => Cleaner::of_secret(&self.client_id, secret),
            Proof::Key(key) => Cleaner::of_key(key.pem()),
        };
        // A further field may well be a password, and so may a part of the address; its name tells.
        let of_address = self.endpoint.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned()));
        for (name, value) in self.fields.iter().cloned().chain(of_address) {
            let name = name.to_ascii_lowercase();
            if ["secret", "password", "token", "assertion", "key", "code"].iter().any(|word| name.contains(word)) {
                cleaner.hide(&value);
            }
        }
        cleaner
    }
}

fn with_secret(client: GrantClient, secret: &Secret) -> GrantClient {
    client.set_client_secret(ClientSecret::new(secret.expose().to_owned()))
}

/// The scopes of a text that separates them by blanks.
fn scopes(text: &str) -> Result<Vec<String>, (String, &'static str)> {
    let allowed = |c: char| matches!(c, '\x21' | '\x23'..='\x5b' | '\x5d'..='\x7e');
    let scopes: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    match scopes.iter().find(|scope| !scope.chars().all(allowed)) {
        None => Ok(scopes),
        Some(scope) => {
            let reason = format!("the scope {scope:?} has a character that no scope may have");
            Err((reason, "separate scopes by blanks, and write them without quotes (RFC 6749, section 3.3)"))
        }
    }
}
