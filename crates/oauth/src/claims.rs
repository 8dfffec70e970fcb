use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Number, Value};
use test_probe_directives::{Secret, Timestamp};

/// No claim that is told is longer, in characters: what an endpoint writes there ends up in messages.
const LONGEST_CLAIM: usize = 256;

/// What a token says of itself, where it is a JWT (RFC 7519). Nothing of it is proven: who reads a token here was given it
/// by the one who made it.
///
/// Neither the token nor its signature can be had from it.
#[derive(Clone, PartialEq)]
pub struct Claims {
    /// Who made the token (`iss`).
    pub issuer: Option<String>,
    /// Whom it speaks of (`sub`).
    pub subject: Option<String>,
    /// Whom it is for (`aud`), one or several.
    pub audience: Vec<String>,
    /// What it allows (`scope`, or `scp` as Microsoft and Okta call it), separated by blanks.
    pub scope: Option<String>,
    /// When it was made (`iat`), by the clock of who made it.
    pub issued_at: Option<Timestamp>,
    /// From when on it opens anything (`nbf`), by the same clock.
    pub not_before: Option<Timestamp>,
    /// When it ends (`exp`), by the same clock.
    pub expires_at: Option<Timestamp>,
    /// All of them, for whoever asks by name.
    all: Map<String, Value>,
}

/// How far the clock that stamped a token is from this machine's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeasuredSkew {
    /// How far they are apart.
    pub by: Duration,
    /// Whether the clock that stamped the token is the later one.
    pub is_ahead: bool,
}

impl Claims {
    /// Reads a token's claims; `None` where the token is no JWT whose claims are there to be read.
    pub fn of(token: &Secret) -> Option<Self> {
        let mut parts = token.expose().split('.');
        let (header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || !object(header)?.contains_key("alg") {
            return None;
        }
        let all = object(payload)?;
        Some(Self {
            issuer: text(&all, "iss"),
            subject: text(&all, "sub"),
            audience: texts(&all, "aud"),
            scope: ["scope", "scp"].iter().map(|name| texts(&all, name).join(" ")).find(|scope| !scope.is_empty()),
            issued_at: moment(&all, "iat"),
            not_before: moment(&all, "nbf"),
            expires_at: moment(&all, "exp"),
            all,
        })
    }

    /// Who bears the token: what the claim with this name says; where there is none, the first of `sub`,
    /// `preferred_username`, `azp` and `client_id` that says anything.
    pub fn principal(&self, claim: &str) -> Option<String> {
        [claim, "sub", "preferred_username", "azp", "client_id"].iter().find_map(|name| text(&self.all, name))
    }

    /// How long it is good for in all, by the clock of who made it: from `iat` to `exp`, where it has both.
    pub fn life(&self) -> Option<Duration> {
        Some(self.expires_at?.since(self.issued_at?))
    }

    /// How far the clock of who made it is from this machine's, for a token that was made between `asked_at` and
    /// `answered_at`: nothing at all where it says a moment in between. Its stamp is in whole seconds, so that up to one
    /// more means nothing.
    ///
    /// Some endpoints (Microsoft's) date `iat` back by five minutes, and some give the same token several times; their
    /// clocks seem to be behind.
    pub fn skew(&self, asked_at: Timestamp, answered_at: Timestamp) -> Option<MeasuredSkew> {
        let issued_at = self.issued_at?;
        let ahead = issued_at.since(answered_at);
        let behind = asked_at.since(issued_at).saturating_sub(Duration::from_secs(1));
        Some(MeasuredSkew { by: ahead.max(behind), is_ahead: !ahead.is_zero() })
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims")
            .field("issuer", &self.issuer)
            .field("subject", &self.subject)
            .field("audience", &self.audience)
            .field("scope", &self.scope)
            .field("issued_at", &self.issued_at)
            .field("not_before", &self.not_before)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    // Some write the padding that a JWT has not.
    let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// A claim that is a text with anything in it, as far as it can be shown.
fn text(all: &Map<String, Value>, name: &str) -> Option<String> {
    shown(all.get(name)?.as_str()?)
}

/// A claim that is a text or a list of texts.
fn texts(all: &Map<String, Value>, name: &str) -> Vec<String> {
    match all.get(name) {
        Some(Value::String(text)) => shown(text).into_iter().collect(),
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).filter_map(shown).collect(),
        _ => Vec::new(),
    }
}

fn shown(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_control()).take(LONGEST_CLAIM).collect();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A claim that is a moment: seconds since the Unix epoch, which may have decimals.
fn moment(all: &Map<String, Value>, name: &str) -> Option<Timestamp> {
    let after = seconds(all.get(name)?)?;
    i64::try_from(after.as_micros()).ok().map(Timestamp::from_micros)
}

/// Seconds as a number, or as the text of one, as some endpoints write it.
pub(crate) fn seconds(value: &Value) -> Option<Duration> {
    let of_number = |number: &Number| match number.as_u64() {
        Some(whole) => Some(Duration::from_secs(whole)),
        None => Duration::try_from_secs_f64(number.as_f64()?).ok(),
    };
    match value {
        Value::Number(number) => of_number(number),
        Value::String(text) => of_number(&text.trim().parse().ok()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
