use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use test_probe_directives::Secret;

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
    #[error("the grant type {0} is not served, client_credentials is")]
    UnsupportedGrantType(String),
}

impl GrantError {
    /// The `error` of the answer.
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "invalid_request",
            Self::InvalidClient { .. } => "invalid_client",
            Self::UnsupportedGrantType(_) => "unsupported_grant_type",
        }
    }

    /// The HTTP status of the answer.
    pub(super) const fn status(&self) -> u16 {
        match self {
            Self::InvalidClient { .. } => 401,
            Self::InvalidRequest(_) | Self::UnsupportedGrantType(_) => 400,
        }
    }
}

/// What a request is granted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Grant {
    /// The scope asked for, granted as it is.
    pub(super) scope: Option<String>,
}

/// The clients that may have tokens.
#[derive(Debug)]
pub(super) struct Clients(BTreeMap<String, Secret>);

impl Clients {
    pub(super) fn new(clients: BTreeMap<String, Secret>) -> Self {
        Self(clients)
    }

    /// Judges a request by its `Authorization` header and the fields of its form.
    pub(super) fn judge(&self, authorization: Option<&str>, form: &[(String, String)]) -> Result<Grant, GrantError> {
        let form = Form(form);
        let grant_type = form.field("grant_type")?.ok_or_else(|| missing("grant_type"))?;
        let (id, secret, by_header) = match authorization {
            Some(header) => {
                if form.field("client_secret")?.is_some() {
                    let twice = "the client proves itself in the header and in the form; one of them must do";
                    return Err(GrantError::InvalidRequest(twice.into()));
                }
                let (id, secret) = basic(header).ok_or(GrantError::InvalidClient { by_header: true })?;
                (id, secret, true)
            }
            None => {
                let id = form.field("client_id")?.ok_or_else(|| missing("client_id"))?;
                let secret = form.field("client_secret")?.ok_or_else(|| missing("client_secret"))?;
                (id.to_owned(), secret.to_owned(), false)
            }
        };
        if self.0.get(&id).is_none_or(|known| known.expose() != secret) {
            return Err(GrantError::InvalidClient { by_header });
        }
        if grant_type != "client_credentials" {
            return Err(GrantError::UnsupportedGrantType(grant_type.to_owned()));
        }
        Ok(Grant { scope: form.field("scope")?.map(str::to_owned) })
    }
}

fn missing(field: &str) -> GrantError {
    GrantError::InvalidRequest(format!("{field} is missing"))
}

struct Form<'a>(&'a [(String, String)]);

impl<'a> Form<'a> {
    /// A field that may be there once. An empty one counts as left out.
    fn field(&self, name: &str) -> Result<Option<&'a str>, GrantError> {
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
mod tests {
    use super::*;

    fn judge(authorization: Option<&str>, form: &str) -> Result<Grant, (&'static str, u16, String)> {
        let clients = Clients::new(BTreeMap::from([("probe".to_owned(), Secret::new("s3cret:&"))]));
        let form = super::super::routes::read_form(form).unwrap();
        clients.judge(authorization, &form).map_err(|error| (error.code(), error.status(), error.to_string()))
    }

    fn header(credentials: &str) -> String {
        format!("Basic {}", STANDARD.encode(credentials))
    }

    #[test]
    fn a_client_may_prove_itself_in_the_form_or_the_header() {
        let granted = |scope: Option<&str>| Ok(Grant { scope: scope.map(str::to_owned) });
        let form = "grant_type=client_credentials&client_id=probe&client_secret=s3cret%3A%26&scope=a+b";
        assert_eq!(judge(None, form), granted(Some("a b")));
        assert_eq!(judge(Some(&header("probe:s3cret%3A%26")), "grant_type=client_credentials"), granted(None));
        let with_id = "grant_type=client_credentials&client_id=probe&scope=";
        assert_eq!(judge(Some(&header("probe:s3cret%3A%26")), with_id), granted(None));
    }

    #[test]
    fn who_is_not_known_gets_nothing() {
        let nobody = Err(("invalid_client", 401, "the client is unknown, or its secret is wrong".to_owned()));
        for (id, secret) in [("probe", "wrong"), ("other", "s3cret%3A%26")] {
            let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
            assert_eq!(judge(None, &form), nobody);
        }
        for header in [&*header("probe:wrong"), &*header("no colon"), "Basic ???", "Bearer x", "Basic"] {
            assert_eq!(judge(Some(header), "grant_type=client_credentials"), nobody, "{header}");
        }
    }

    #[test]
    fn a_request_that_is_not_whole_says_what_is_wrong() {
        let invalid = |message: &str| Err(("invalid_request", 400, message.to_owned()));
        for (form, message) in [
            ("", "grant_type is missing"),
            ("grant_type=", "grant_type is missing"),
            ("grant_type=client_credentials", "client_id is missing"),
            ("grant_type=client_credentials&client_id=probe", "client_secret is missing"),
            ("grant_type=a&grant_type=b", "grant_type is there more than once"),
        ] {
            assert_eq!(judge(None, form), invalid(message), "{form}");
        }
        assert_eq!(
            judge(Some(&header("probe:x")), "grant_type=client_credentials&client_secret=x"),
            invalid("the client proves itself in the header and in the form; one of them must do")
        );
    }

    #[test]
    fn another_grant_is_not_served() {
        let form = "grant_type=password&client_id=probe&client_secret=s3cret%3A%26";
        let message = "the grant type password is not served, client_credentials is".to_owned();
        assert_eq!(judge(None, form), Err(("unsupported_grant_type", 400, message)));
    }
}
