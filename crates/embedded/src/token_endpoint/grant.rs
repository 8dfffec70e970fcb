use std::borrow::Cow;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::assertion;

/// Why no token is given, as RFC 6749, section 5.2, names it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum GrantError {
    #[error("{0}")]
    InvalidRequest(String),
    #[error("the client is unknown, or its secret is wrong")]
    InvalidClient {
        /// Whether the client tried the `Authorization` header, which the answer must then ask for again.
        by_header: bool,
    },
    #[error("the client's assertion is wrong: {0}")]
    InvalidAssertion(&'static str),
    #[error("the scope {0} is none of the client's")]
    InvalidScope(String),
    #[error("the grant type {0} is not served, client_credentials is")]
    UnsupportedGrantType(String),
}

impl GrantError {
    /// The `error` of the answer.
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "invalid_request",
            Self::InvalidClient { .. } | Self::InvalidAssertion(_) => "invalid_client",
            Self::InvalidScope(_) => "invalid_scope",
            Self::UnsupportedGrantType(_) => "unsupported_grant_type",
        }
    }

    /// The HTTP status of the answer.
    pub(super) const fn status(&self) -> u16 {
        match self {
            Self::InvalidClient { .. } | Self::InvalidAssertion(_) => 401,
            Self::InvalidRequest(_) | Self::InvalidScope(_) | Self::UnsupportedGrantType(_) => 400,
        }
    }
}

/// What a request is granted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Grant {
    pub(super) client_id: String,
    /// The scope asked for, granted as it is, or all that the client may have.
    pub(super) scope: Option<String>,
    /// Whom the token is for.
    pub(super) audience: String,
    /// How long it is good.
    pub(super) lifetime: Duration,
}

/// What a request asks for, and by whom, before it is judged.
pub(super) struct Asked<'a> {
    pub(super) grant_type: &'a str,
    pub(super) credentials: Credentials<'a>,
}

/// How a client proves itself.
pub(super) enum Credentials<'a> {
    Secret { id: Cow<'a, str>, secret: Cow<'a, str>, by_header: bool },
    Assertion { id: Option<&'a str>, text: &'a str },
}

impl<'a> Asked<'a> {
    /// The one kind of statement that is taken (RFC 7523, section 2.2).
    const ASSERTION_TYPE: &'static str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// Reads the `Authorization` header and the fields of the form.
    pub(super) fn read(authorization: Option<&str>, form: Form<'a>) -> Result<Self, GrantError> {
        let grant_type = form.field("grant_type")?.ok_or_else(|| missing("grant_type"))?;
        let (id, secret) = (form.field("client_id")?, form.field("client_secret")?);
        let assertion = form.field("client_assertion")?;
        if [authorization.is_some(), secret.is_some(), assertion.is_some()].into_iter().filter(|proof| *proof).count()
            > 1
        {
            let twice = "the client proves itself in more than one way; one of header, client_secret and client_assertion must do";
            return Err(GrantError::InvalidRequest(twice.into()));
        }
        let credentials = match (authorization, assertion) {
            (Some(header), _) => {
                let (id, secret) = basic(header).ok_or(GrantError::InvalidClient { by_header: true })?;
                Credentials::Secret { id: id.into(), secret: secret.into(), by_header: true }
            }
            (None, Some(text)) => {
                let kind = form.field("client_assertion_type")?.ok_or_else(|| missing("client_assertion_type"))?;
                if kind != Self::ASSERTION_TYPE {
                    let message = format!("the client_assertion_type is not taken, {} is", Self::ASSERTION_TYPE);
                    return Err(GrantError::InvalidRequest(message));
                }
                Credentials::Assertion { id, text }
            }
            (None, None) => {
                let id = id.ok_or_else(|| missing("client_id"))?;
                let secret = secret.ok_or_else(|| missing("client_secret"))?;
                Credentials::Secret { id: id.into(), secret: secret.into(), by_header: false }
            }
        };
        Ok(Self { grant_type, credentials })
    }
}

impl Credentials<'_> {
    /// Who it says it is.
    pub(super) fn client_id(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Secret { id, .. } => Some(Cow::Borrowed(id)),
            Self::Assertion { id: Some(id), .. } => Some(Cow::Borrowed(id)),
            Self::Assertion { id: None, text } => assertion::subject(text).map(Cow::Owned),
        }
    }

    /// What it proves itself with.
    pub(super) fn spoken(&self) -> &str {
        match self {
            Self::Secret { secret, .. } => secret,
            Self::Assertion { text, .. } => text,
        }
    }
}

fn missing(field: &str) -> GrantError {
    GrantError::InvalidRequest(format!("{field} is missing"))
}

/// The fields of a form, in their order.
#[derive(Clone, Copy, Default)]
pub(super) struct Form<'a>(pub(super) &'a [(String, String)]);

impl<'a> Form<'a> {
    /// A field that may be there once. An empty one counts as left out.
    pub(super) fn field(self, name: &str) -> Result<Option<&'a str>, GrantError> {
        let mut values = self.0.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str());
        let value = values.next().filter(|value| !value.is_empty());
        match values.next() {
            Some(_) => Err(GrantError::InvalidRequest(format!("{name} is there more than once"))),
            None => Ok(value),
        }
    }
}

/// The id and the secret of `Basic …`, each written as in a form before they were joined (RFC 6749, section 2.3.1).
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((from_form(id)?, from_form(secret)?))
}

fn from_form(text: &str) -> Option<String> {
    let fields: Vec<(String, String)> = super::routes::read_form(&format!("v={text}"))?;
    fields.into_iter().next().map(|(_, value)| value)
}

#[cfg(test)]
mod tests;
