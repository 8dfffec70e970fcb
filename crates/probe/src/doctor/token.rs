//! A token, as its endpoint gives it: what it says of itself, how long it is good for, and how the clocks agree. The token
//! itself is shown to nobody.

use std::sync::Arc;
use std::time::Duration;

use test_probe_directives::{Timestamp, WallClock};
use test_probe_oauth::{
    BearerToken, Claims, MeasuredSkew, TokenCell, TokenError, TokenIdentity, TokenRequest, TokenSources, TokenWriter,
};
use tokio::time::Instant;

use super::endpoint::Endpoint;
use super::round::Round;
use super::tls::TlsClient;
use super::{Check, Verdict};
use crate::explain;

/// A shorter life is spent with renewals.
const SHORT_LIFE: Duration = Duration::from_secs(60);

/// How far clocks may be apart without a word.
const UNREMARKABLE_SKEW: Duration = Duration::from_secs(5);

/// Where tokens come from, and how its endpoint is looked at.
pub(super) struct Issuer<'a> {
    pub(super) sources: &'a dyn TokenSources,
    pub(super) tls: Arc<TlsClient>,
    pub(super) clock: WallClock,
}

impl Issuer<'_> {
    /// Gets a token, and shows what there is to see.
    ///
    /// # Errors
    /// What failed, as a reason to look at nothing that needs the token.
    pub(super) async fn token(&self, round: &mut Round<'_>, request: &TokenRequest) -> Result<TokenCell, String> {
        let identity = request.identity();
        let target = identity.to_string();
        let none = || Err(no_token(&identity));
        if let TokenRequest::ClientCredentials(request) = request
            && let Some((endpoint, is_secure)) = Endpoint::of_url(&request.token_endpoint)
            && let Err(because) = round.reach(&endpoint, is_secure.then_some(&self.tls)).await
        {
            round.note_at_once(Check::Token, &target, Verdict::skipped(because));
            return none();
        }
        let source = match self.sources.source(request) {
            Ok(source) => source,
            Err(error) => {
                round.note_at_once(Check::Token, &target, refused(&error));
                return none();
            }
        };
        let (start, asked_at) = (Instant::now(), self.clock.now());
        let fetched = source.fetch().await;
        let (took, answered_at) = (start.elapsed(), self.clock.now());
        let token = match fetched {
            Ok(token) => token,
            Err(error) => {
                round.note(Check::Token, &target, refused(&error), took);
                return none();
            }
        };
        let claims = Claims::of(token.text());
        round.note(Check::Token, &target, described(&token, claims.as_ref()), took);
        if let Some(skew) = claims.and_then(|claims| claims.skew(asked_at, answered_at)) {
            round.note_at_once(Check::Clock, &identity.endpoint, clocks(skew));
        }
        let (writer, cell) = TokenWriter::new(identity);
        writer.put(token);
        Ok(cell)
    }
}

/// What is behind a token that was not given is not looked at.
pub(super) fn no_token(identity: &TokenIdentity) -> String {
    let who = if identity.client_id.is_empty() { &identity.endpoint } else { &identity.client_id };
    format!("since there is no token of {who}")
}

fn refused(error: &TokenError) -> Verdict {
    let (fix, text) = (error.fix(), error.to_string());
    let cause = text.strip_suffix(fix).map_or(text.as_str(), |text| text.trim_end_matches([';', ' ']));
    let behind = std::error::Error::source(error).map(|source| format!(": {}", explain(source))).unwrap_or_default();
    Verdict::failed(format!("{cause}{behind}"), fix)
}

fn described(token: &BearerToken, claims: Option<&Claims>) -> Verdict {
    let mut parts =
        vec![format!("good for {} s", token.life().as_secs()), format!("principal '{}'", token.principal())];
    match claims {
        Some(claims) => {
            let texts = [
                ("issuer", claims.issuer.clone()),
                ("audience", Some(claims.audience.join(", ")).filter(|text| !text.is_empty())),
                ("scope", claims.scope.clone()),
                ("expires", claims.expires_at.map(|moment: Timestamp| moment.to_string())),
            ];
            parts.extend(texts.into_iter().filter_map(|(name, text)| Some(format!("{name} {}", text?))));
        }
        None => parts.push("it is no JWT, so that it says nothing of itself".to_owned()),
    }
    let detail = parts.join(", ");
    if token.life() < SHORT_LIFE {
        let fix = "a longer life at the identity provider spares it requests; an outage of it is survived for as long as a \
                   token is good";
        return Verdict::warning(detail, fix);
    }
    Verdict::passed(detail)
}

fn clocks(skew: MeasuredSkew) -> Verdict {
    let MeasuredSkew { by, is_ahead } = skew;
    if by <= UNREMARKABLE_SKEW {
        return Verdict::passed("the endpoint's clock and this machine's agree within 5 s");
    }
    let detail = format!(
        "the endpoint's clock is {} s {} this machine's",
        by.as_secs(),
        if is_ahead { "ahead of" } else { "behind" }
    );
    Verdict::warning(detail, "set the clocks, such as by NTP; brokers and registries refuse tokens by their own clocks")
}

#[cfg(test)]
mod tests {
    use test_probe_directives::Secret;

    use super::*;

    fn token(life: i64) -> BearerToken {
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
        BearerToken::new(Secret::new("canary-token"), "svc", at(100), at(100 + life))
    }

    #[test]
    fn a_token_is_described_and_not_shown() {
        let verdict = described(&token(3600), None);
        assert_eq!(
            verdict,
            Verdict::passed("good for 3600 s, principal 'svc', it is no JWT, so that it says nothing of itself")
        );
        assert_eq!(described(&token(20), None).as_str(), "warning");
    }

    #[test]
    fn a_refusal_is_taken_apart_into_cause_and_fix() {
        let identity = TokenIdentity {
            endpoint: "https://idp/token".into(),
            client_id: "svc".into(),
            scope: String::new(),
            fingerprint: String::new(),
        };
        assert_eq!(no_token(&identity), "since there is no token of svc");
        let error = TokenError::Unreachable {
            identity: Arc::new(identity),
            reason: "connection refused".into(),
            fix: "start it",
            source: Some(Arc::new(std::io::Error::other("os says no"))),
        };
        let cause =
            "no token for svc at https://idp/token: the endpoint does not answer: connection refused: os says no";
        assert_eq!(refused(&error), Verdict::failed(cause, "start it"));
    }

    #[test]
    fn clocks_that_differ_are_worth_a_word() {
        let skew = |seconds, is_ahead| clocks(MeasuredSkew { by: Duration::from_secs(seconds), is_ahead });
        assert_eq!(skew(5, true).as_str(), "passed");
        let Verdict::Warning { detail, .. } = skew(90, false) else { panic!("a warning") };
        assert_eq!(detail, "the endpoint's clock is 90 s behind this machine's");
    }
}
