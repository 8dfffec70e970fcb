use std::fmt;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use oauth2::RequestTokenError;
use test_probe_directives::WallClock;
use uuid::Uuid;

use super::answer::{Circumstances, Said};
use super::cleaner::Cleaner;
use super::clients::TokenClient;
use super::endpoint::is_loopback;
use super::exchange::{CallFailure, Head, LONGEST_ANSWER, exchange};
use super::grant::Grant;
use super::refusal::{redirection, refusal};
use super::settings::HttpTokenSettings;
use super::transport::unreachable;
use crate::{BearerToken, TokenError, TokenIdentity, TokenSource};

/// A token endpoint, asked by one client.
pub(super) struct HttpTokenSource {
    grant: Grant,
    client: TokenClient,
    identity: Arc<TokenIdentity>,
    settings: Arc<HttpTokenSettings>,
    clock: WallClock,
    cleaner: Cleaner,
}

impl HttpTokenSource {
    pub(super) fn new(
        grant: Grant,
        client: TokenClient,
        identity: Arc<TokenIdentity>,
        settings: Arc<HttpTokenSettings>,
        clock: WallClock,
    ) -> Self {
        if grant.endpoint().scheme() == "http" && !is_loopback(grant.endpoint()) {
            let endpoint = &*identity.endpoint;
            tracing::warn!(endpoint, "tokens are asked for without TLS: secrets cross the network in the open");
        }
        let cleaner = grant.cleaner();
        Self { grant, client, identity, settings, clock, cleaner }
    }

    fn explained(&self, error: RequestTokenError<CallFailure, Said>, head: Option<&Head>) -> TokenError {
        let refused =
            |head: &Head, said: Option<&Said>| refusal(&self.identity, head, said, self.grant.proof(), &self.cleaner);
        match (error, head) {
            (RequestTokenError::Request(failure), head) => self.failed(&failure, head),
            (RequestTokenError::ServerResponse(said), Some(head)) => refused(head, Some(&said)),
            (RequestTokenError::Parse(..) | RequestTokenError::Other(_), Some(head)) if head.status != 200 => {
                refused(head, None)
            }
            (_, Some(head)) if head.is_empty => self.malformed("its body is empty".to_owned()),
            (RequestTokenError::Parse(error, _), Some(head)) => {
                let error = error.inner();
                self.malformed(match (head.is_page, error.is_data()) {
                    (true, _) => "it looks like a web page".to_owned(),
                    (false, true) => "it is JSON, but not an object".to_owned(),
                    (false, false) => format!("it is not JSON (line {}, column {})", error.line(), error.column()),
                })
            }
            (_, Some(_)) => self.malformed("it cannot be read".to_owned()),
            (_, None) => TokenError::Settings {
                identity: Arc::clone(&self.identity),
                reason: "the request cannot be written".to_owned(),
                fix: "check the token endpoint's URL",
            },
        }
    }

    fn failed(&self, failure: &CallFailure, head: Option<&Head>) -> TokenError {
        match failure {
            CallFailure::Transport(error) => unreachable(
                &self.identity,
                error,
                self.settings.request_timeout,
                self.client.authority_over_since.as_deref(),
                &self.cleaner,
            ),
            CallFailure::TooLong => self.malformed(format!("it is longer than {} KiB", LONGEST_ANSWER / 1024)),
            CallFailure::Redirected { to } => {
                let status = head.map_or(0, |head| head.status);
                redirection(&self.identity, status, to.as_deref(), &self.cleaner)
            }
            CallFailure::Unsigned => TokenError::Settings {
                identity: Arc::clone(&self.identity),
                reason: "the client's private key signs nothing".to_owned(),
                fix: "check it by `openssl pkey -check`",
            },
        }
    }

    fn malformed(&self, reason: String) -> TokenError {
        let fix = "the URL is probably not the token endpoint; check it, and what answers there";
        TokenError::Malformed { identity: Arc::clone(&self.identity), reason, fix }
    }
}

#[async_trait]
impl TokenSource for HttpTokenSource {
    async fn fetch(&self) -> Result<BearerToken, TokenError> {
        let head = Arc::new(OnceLock::new());
        let asked_at = self.clock.now();
        let http = |request| exchange(self.client.client.clone(), request, Arc::clone(&head));
        let outcome = self.grant.ask(&http, asked_at, &Uuid::new_v4().to_string()).await;
        let answer = outcome.map_err(|error| self.explained(error, head.get()))?;
        if let (Some(said), Some(head)) = (&answer.error, head.get()) {
            return Err(refusal(&self.identity, head, Some(said), self.grant.proof(), &self.cleaner));
        }
        answer.into_token(&Circumstances {
            identity: &self.identity,
            client_id: self.grant.client_id(),
            settings: &self.settings,
            asked_at,
            answered_at: self.clock.now(),
        })
    }
}

impl fmt::Debug for HttpTokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTokenSource").field("identity", &self.identity).finish_non_exhaustive()
    }
}
