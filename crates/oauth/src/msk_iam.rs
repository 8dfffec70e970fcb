//! Tokens for Amazon MSK, whose brokers take AWS's own credentials by way of OAUTHBEARER.
//!
//! The token is the address of a request that is signed ahead of time (Signature Version 4), in Base64. Nothing is sent to
//! AWS for it but what the credentials themselves need.

mod credentials;
mod outside;
mod presign;
mod role;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use reqsign_aws_v4::Credential;
use reqsign_core::{Env, OsEnv};
use test_probe_directives::WallClock;

use self::credentials::Chain;
use self::outside::{Environment, Outside};
use self::presign::presign;
use self::role::Role;
use crate::{BearerToken, MskIamRequest, TokenError, TokenIdentity, TokenRequest, TokenSource};

/// Where the tokens of one caller of Amazon MSK come from.
///
/// The credentials are looked for anew with every token, so that rotated ones are found. Without a profile they are those of
/// AWS's default chain: the environment, the shared files, SSO, a web identity, a profile's process, the container, the
/// instance. With a profile they are that profile's and no others.
pub struct MskIamSource {
    identity: Arc<TokenIdentity>,
    region: String,
    chain: Chain,
    role: Option<Role>,
    outside: Outside,
    clock: WallClock,
    /// Whether there were credentials before: then it is worth while to look again when there are none.
    had_credentials: AtomicBool,
}

impl MskIamSource {
    /// How long credentials may be looked for: a profile's process or a far token service may never answer.
    const SEARCH_WITHIN: Duration = Duration::from_secs(30);
    const USER_AGENT: &str = concat!("test-probe/", env!("CARGO_PKG_VERSION"));

    /// A source that finds AWS's variables in the environment of this process. Nothing is looked for yet.
    ///
    /// # Errors
    /// [`TokenError::Settings`] when the region is none, or the role's ARN is none or lies in another part of AWS.
    pub fn new(request: &MskIamRequest, clock: WallClock) -> Result<Self, TokenError> {
        Self::with_environment(request, clock, |name| OsEnv.var(name))
    }

    /// A source that asks `environment` for `AWS_ACCESS_KEY_ID`, `AWS_PROFILE`, `HOME` and the like.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_environment(
        request: &MskIamRequest,
        clock: WallClock,
        environment: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Result<Self, TokenError> {
        let identity = Arc::new(TokenRequest::MskIam(request.clone()).identity());
        let refused = |reason: String, fix| TokenError::Settings { identity: Arc::clone(&identity), reason, fix };
        let region = request.region.trim();
        if region.is_empty() || !region.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            let reason = format!("the region '{region}' of the MSK cluster is none");
            return Err(refused(reason, "set it to such as eu-central-1"));
        }
        let given =
            |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let environment = Environment::asking(environment);
        let role = given(&request.role_arn).map(|arn| Role::new(arn, region, &environment)).transpose();
        let role = role.map_err(|(reason, fix)| refused(reason, fix))?;
        let Some(outside) = Outside::new(environment) else {
            return Err(refused("the HTTP client cannot be made".to_owned(), "see to it that TLS can be set up"));
        };
        let chain = Chain::new(given(&request.profile), region);
        let had_credentials = AtomicBool::new(false);
        Ok(Self { identity, region: region.to_owned(), chain, role, outside, clock, had_credentials })
    }

    async fn credential(&self) -> Result<Credential, TokenError> {
        let (context, heard) = self.outside.context();
        let found = tokio::time::timeout(Self::SEARCH_WITHIN, self.chain.find(&context)).await;
        let credential = match found {
            Ok(Ok(credential)) => credential,
            Ok(Err(nowhere)) => {
                return Err(self.without_credentials(nowhere.to_string(), nowhere.fix(), nowhere.is_worth_a_retry()));
            }
            Err(_) => {
                let reason = format!("AWS credentials were not found within {} s", Self::SEARCH_WITHIN.as_secs());
                let fix = "see why the profile's credential_process, the token service or the metadata service does not answer";
                return Err(self.without_credentials(reason, fix, true));
            }
        };
        match &self.role {
            None => Ok(credential),
            Some(role) => {
                heard.forget();
                let assumed = tokio::time::timeout(Self::SEARCH_WITHIN, role.assume(&context, &credential)).await;
                match assumed {
                    Ok(Ok(assumed)) => Ok(assumed),
                    Ok(Err(error)) => Err(role.failure(&self.identity, &error, heard.status())),
                    Err(_) => Err(role.silence(&self.identity, Self::SEARCH_WITHIN)),
                }
            }
        }
    }

    fn without_credentials(&self, reason: String, fix: &'static str, is_worth_a_retry: bool) -> TokenError {
        let identity = Arc::clone(&self.identity);
        if is_worth_a_retry || self.had_credentials.load(Ordering::Relaxed) {
            TokenError::Unreachable { identity, reason, fix, source: None }
        } else {
            TokenError::Settings { identity, reason, fix }
        }
    }
}

#[async_trait]
impl TokenSource for MskIamSource {
    async fn fetch(&self) -> Result<BearerToken, TokenError> {
        let credential = self.credential().await?;
        let now = self.clock.now();
        let signed = presign(&self.region, &credential, now, Self::USER_AGENT).map_err(|ended| {
            let reason = format!("the AWS credentials ended at {}", ended.at);
            let fix = "renew them, such as by 'aws sso login', or set the clock if it is wrong";
            self.without_credentials(reason, fix, false)
        })?;
        self.had_credentials.store(true, Ordering::Relaxed);
        let principal = match &self.role {
            Some(role) => role.arn(),
            None => &credential.access_key_id,
        };
        Ok(BearerToken::new(signed.token, principal, signed.signed_at, signed.expires_at))
    }
}

impl fmt::Debug for MskIamSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MskIamSource")
            .field("identity", &self.identity)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
