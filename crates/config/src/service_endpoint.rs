//! The addresses of services that take no credentials in them.

use url::Url;

use crate::url_text::without_credentials_and_query;

/// Why a text is no address of a service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidEndpoint {
    #[error("it starts with neither http:// nor https://")]
    Scheme,
    #[error("it is no URL: {0}")]
    Url(url::ParseError),
    #[error("user and password do not belong into it")]
    Credentials,
    #[error("a query does not belong into it")]
    Query,
}

/// The address, trimmed. Clients put paths of their own behind that of a service, and some services take keys in a query;
/// a token endpoint is asked as it is.
pub(crate) fn endpoint_of(text: &str, may_have_query: bool) -> Result<String, InvalidEndpoint> {
    let text = text.trim();
    if !text.starts_with("http://") && !text.starts_with("https://") {
        return Err(InvalidEndpoint::Scheme);
    }
    let url = Url::parse(text).map_err(InvalidEndpoint::Url)?;
    let has_credentials = !url.username().is_empty() || url.password().is_some();
    if has_credentials {
        return Err(InvalidEndpoint::Credentials);
    }
    if !may_have_query && url.query().is_some() {
        return Err(InvalidEndpoint::Query);
    }
    Ok(text.to_owned())
}

/// The text as a message may show it.
pub(crate) fn shown(text: &str) -> String {
    without_credentials_and_query(text.trim())
}
