use std::sync::{Arc, OnceLock};
use std::time::Duration;

use oauth2::http::{Response as HttpResponse, StatusCode};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION};
use reqwest::{Client, Request, Response};

use super::retry_after::retry_after;

/// No token is longer, in bytes; whoever sends more is not read to the end.
pub(super) const LONGEST_ANSWER: usize = 64 * 1024;

/// Why there is no answer, or none that is worth reading.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallFailure {
    /// The connection failed or broke, or took too long.
    #[error("the connection failed")]
    Transport(#[source] reqwest::Error),
    /// The answer is longer than a token can be.
    #[error("the answer is too long")]
    TooLong,
    /// The endpoint sends the request on.
    #[error("the answer is a redirection")]
    Redirected {
        /// Where to, without credentials and query, if it says so.
        to: Option<String>,
    },
    /// The statement that proves who the client is could not be signed.
    #[error("nothing was signed")]
    Unsigned,
}

/// What there is to know of an answer beside its fields.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: u16,
    /// The pause that a 429 or a 503 asks for.
    pub(super) retry_after: Option<Duration>,
    /// Whether it looks like a page for a person.
    pub(super) is_page: bool,
    pub(super) is_empty: bool,
}

/// Sends one request and reads its answer; what is not part of the answer's body goes to `head`.
pub(super) async fn exchange(
    client: Client,
    request: oauth2::HttpRequest,
    head: Arc<OnceLock<Head>>,
) -> Result<oauth2::HttpResponse, CallFailure> {
    // The address may hold a key, and stands in the request anyway.
    let failed = |error: reqwest::Error| CallFailure::Transport(error.without_url());
    let mut request = Request::try_from(request).map_err(failed)?;
    if let Some(proof) = request.headers_mut().get_mut(AUTHORIZATION) {
        proof.set_sensitive(true);
    }
    let mut answer = client.execute(request).await.map_err(failed)?;
    let status = answer.status();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > LONGEST_ANSWER {
            // What an error page says at length is of no use either; its status is.
            if status.is_success() {
                return Err(CallFailure::TooLong);
            }
            break;
        }
        body.extend_from_slice(&chunk);
    }
    let may_wish = matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
    let told = Head {
        status: status.as_u16(),
        retry_after: retry_after(answer.headers()).filter(|_| may_wish),
        is_page: is_page(&answer, &body),
        is_empty: body.trim_ascii().is_empty(),
    };
    // Nobody else writes it.
    head.get_or_init(|| told);
    if status.is_redirection() {
        return Err(CallFailure::Redirected { to: destination(&answer) });
    }
    // The type of the body is left out: endpoints that call their JSON something else are read all the same.
    let mut whole = HttpResponse::new(body);
    *whole.status_mut() = status;
    Ok(whole)
}

fn is_page(answer: &Response, body: &[u8]) -> bool {
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_json = matches!(body.trim_ascii_start().first(), Some(b'{' | b'['));
    !is_json && (kind.to_ascii_lowercase().contains("html") || body.trim_ascii_start().starts_with(b"<"))
}

/// Where a redirection leads to.
fn destination(answer: &Response) -> Option<String> {
    let location = answer.headers().get(LOCATION)?.to_str().ok()?;
    let mut to = answer.url().join(location).ok()?;
    to.set_query(None);
    to.set_fragment(None);
    to.set_username("").ok()?;
    to.set_password(None).ok()?;
    Some(to.into())
}
