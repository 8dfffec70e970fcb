use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::grant::Grant;

/// What a token says at the second `now`.
pub(super) fn claims(grant: &Grant, issuer: &str, now: i64) -> Value {
    let lifetime = i64::try_from(grant.lifetime.as_secs()).unwrap_or(i64::MAX);
    let mut claims = json!({
        "iss": issuer,
        "sub": grant.client_id,
        "azp": grant.client_id,
        "client_id": grant.client_id,
        "aud": grant.audience,
        "iat": now,
        "exp": now.saturating_add(lifetime),
        "jti": Uuid::new_v4(),
    });
    if let Some(scope) = &grant.scope {
        claims["scope"] = scope.as_str().into();
    }
    claims
}

/// A token that says nothing.
pub(super) fn opaque() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

/// The answer that hands a token over (RFC 6749, section 5.1).
pub(super) fn body(token: String, grant: Grant) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("access_token".into(), token.into());
    body.insert("token_type".into(), "Bearer".into());
    body.insert("expires_in".into(), grant.lifetime.as_secs().into());
    if let Some(scope) = grant.scope {
        body.insert("scope".into(), scope.into());
    }
    body
}
