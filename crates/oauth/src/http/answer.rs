use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use oauth2::basic::BasicTokenType;
use oauth2::{AccessToken, ErrorResponse, RefreshToken, Scope, TokenResponse};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};
use test_probe_directives::{Secret, Timestamp};

use super::settings::HttpTokenSettings;
use crate::claims::seconds;
use crate::{BearerToken, Claims, TokenError, TokenIdentity};

/// What an endpoint says when it gives a token (RFC 6749, section 5.1). It is read field by field, so that what is wrong
/// can be named without a word of it.
#[derive(Deserialize)]
#[serde(from = "Map<String, Value>")]
pub(super) struct TokenAnswer {
    /// Empty where there is none.
    access_token: AccessToken,
    token_type: BasicTokenType,
    expires_in: ExpiresIn,
    /// The error of an endpoint that says `200` to everybody.
    pub(super) error: Option<Said>,
}

#[derive(Clone, Copy)]
enum ExpiresIn {
    Unsaid,
    After(Duration),
    Unreadable,
}

/// What an endpoint says when it gives none (RFC 6749, section 5.2).
#[derive(Deserialize)]
#[serde(from = "Map<String, Value>")]
pub(super) struct Said {
    pub(super) error: Option<String>,
    pub(super) description: Option<String>,
}

/// What a token is judged by, beside itself.
pub(super) struct Circumstances<'a> {
    pub(super) identity: &'a Arc<TokenIdentity>,
    pub(super) client_id: &'a str,
    pub(super) settings: &'a HttpTokenSettings,
    /// The moment before the request was sent.
    pub(super) asked_at: Timestamp,
    /// The moment after the answer was there.
    pub(super) answered_at: Timestamp,
}

impl TokenAnswer {
    /// The token, if it is one, and is good for a while.
    pub(super) fn into_token(self, at: &Circumstances<'_>) -> Result<BearerToken, TokenError> {
        const ASK_ITS_OWNER: &str = "check that the URL is the token endpoint, and what it answers to this client";
        let malformed =
            |reason: String| TokenError::Malformed { identity: Arc::clone(at.identity), reason, fix: ASK_ITS_OWNER };
        let token = Secret::new(self.access_token.into_secret());
        if token.is_empty() {
            return Err(malformed("it has no access_token".to_owned()));
        }
        if !token.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(malformed("its access_token has characters that no bearer token may have".to_owned()));
        }
        match &self.token_type {
            BasicTokenType::Bearer => {}
            kind if kind.as_ref().is_empty() => return Err(malformed("it has no token_type".to_owned())),
            _ => return Err(malformed("its token_type is not Bearer".to_owned())),
        }
        let claims = Claims::of(&token);
        let expires_at = end(self.expires_in, claims.as_ref(), at, &malformed)?;
        let principal = claims.and_then(|claims| claims.principal(&at.settings.principal_claim));
        let principal = principal.unwrap_or_else(|| at.client_id.to_owned());
        Ok(BearerToken::new(token, principal, at.asked_at, expires_at))
    }
}

/// When a token ends, by this machine's clock.
fn end(
    expires_in: ExpiresIn,
    claims: Option<&Claims>,
    at: &Circumstances<'_>,
    malformed: &dyn Fn(String) -> TokenError,
) -> Result<Timestamp, TokenError> {
    let skewed = |skew, is_ahead| TokenError::ClockSkew { identity: Arc::clone(at.identity), skew, is_ahead };
    let begins = claims.and_then(|claims| claims.not_before.max(claims.issued_at));
    let ahead = begins.map(|begins| begins.since(at.answered_at)).unwrap_or_default();
    if ahead > at.settings.max_clock_skew {
        return Err(skewed(ahead, true));
    }
    let stated = match expires_in {
        ExpiresIn::After(life) => Some(life),
        ExpiresIn::Unsaid => None,
        ExpiresIn::Unreadable => return Err(malformed("its expires_in is no number of seconds".to_owned())),
    };
    let life = match (stated, claims.and_then(Claims::life)) {
        (Some(stated), Some(claimed)) => stated.min(claimed),
        (Some(life), None) | (None, Some(life)) => life,
        (None, None) => {
            // The one case in which the two clocks are compared: nothing else says how long it is good for.
            let Some(expires_at) = claims.and_then(|claims| claims.expires_at) else {
                let reason = "neither expires_in nor the token (a JWT with exp) says how long it is good for";
                return Err(malformed(reason.to_owned()));
            };
            if expires_at <= at.answered_at {
                return Err(skewed(at.answered_at.since(expires_at), false));
            }
            return Ok(expires_at);
        }
    };
    let micros = i64::try_from(life.as_micros()).unwrap_or(i64::MAX);
    let expires_at = Timestamp::from_micros(at.asked_at.as_micros().saturating_add(micros));
    if expires_at <= at.answered_at {
        return Err(malformed(format!("the token is good for {} s, which were over when it came", life.as_secs())));
    }
    Ok(expires_at)
}

impl From<Map<String, Value>> for TokenAnswer {
    fn from(mut fields: Map<String, Value>) -> Self {
        let access_token = match fields.remove("access_token") {
            Some(Value::String(token)) => token,
            _ => String::new(),
        };
        let kind = text(&fields, &["token_type"]).unwrap_or_default();
        let is_bearer = kind.eq_ignore_ascii_case("bearer");
        let expires_in = match fields.get("expires_in") {
            None | Some(Value::Null) => ExpiresIn::Unsaid,
            Some(said) => seconds(said).map_or(ExpiresIn::Unreadable, ExpiresIn::After),
        };
        let error = access_token.is_empty().then(|| Said::from(fields)).filter(|said| said.error.is_some());
        Self {
            access_token: AccessToken::new(access_token),
            token_type: if is_bearer { BasicTokenType::Bearer } else { BasicTokenType::Extension(kind) },
            expires_in,
            error,
        }
    }
}

impl From<Map<String, Value>> for Said {
    fn from(fields: Map<String, Value>) -> Self {
        // The standard's names first, then those of Okta and of Spring.
        Self {
            error: text(&fields, &["error", "errorCode"]),
            description: text(&fields, &["error_description", "errorSummary", "message"]),
        }
    }
}

fn text(fields: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| fields.get(*name)?.as_str()).map(str::to_owned)
}

impl TokenResponse for TokenAnswer {
    type TokenType = BasicTokenType;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &BasicTokenType {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        match self.expires_in {
            ExpiresIn::After(life) => Some(life),
            ExpiresIn::Unsaid | ExpiresIn::Unreadable => None,
        }
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        None
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        None
    }
}

impl ErrorResponse for Said {}

// `oauth2` wants all of its answers to be printable. These are not: nothing of them is shown before it is cleaned.

impl fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenAnswer(***)")
    }
}

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Said(***)")
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an error of the endpoint")
    }
}

impl Serialize for TokenAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl Serialize for Said {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}
