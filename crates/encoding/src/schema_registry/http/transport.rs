use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, LOCATION};
use reqwest::{Method, RequestBuilder, Response, StatusCode};

use super::super::{RegistryAuth, RegistryFailure, RegistrySettings};
use super::address::{Address, without_credentials};
use super::retry_after::retry_after;
use crate::codec::BoxError;

/// 16 MiB: no schema is that long, and what is longer must not fill the memory.
const LONGEST_BODY: usize = 16 * 1024 * 1024;

/// One request, as it is sent to whichever address.
pub(super) struct Question<'a> {
    pub(super) method: Method,
    pub(super) path: &'a [&'a str],
    pub(super) query: &'a [(&'a str, &'a str)],
    pub(super) body: Option<Vec<u8>>,
}

/// A request that was not answered as hoped.
#[derive(Debug)]
pub(super) struct FailedAttempt {
    pub(super) failure: RegistryFailure,
    /// The registry's `error_code`, where it gave one.
    pub(super) code: Option<u32>,
    /// The pause that the registry asks for.
    pub(super) wish: Duration,
}

impl From<RegistryFailure> for FailedAttempt {
    fn from(failure: RegistryFailure) -> Self {
        Self { code: failure.code(), failure, wish: Duration::ZERO }
    }
}

/// Sends one request to one address and reads the body of its answer.
pub(super) async fn attempt(
    settings: &RegistrySettings,
    address: &Address,
    question: &Question<'_>,
) -> Result<Vec<u8>, FailedAttempt> {
    let url = address.below(question.path, question.query);
    let mut request = authorized(address.client.request(question.method.clone(), url), &settings.auth)?;
    if let Some(body) = &question.body {
        let content_type = HeaderValue::from_static("application/vnd.schemaregistry.v1+json");
        request = request.body(body.clone()).header(CONTENT_TYPE, content_type);
    }
    let failed = |error: reqwest::Error| {
        if error.is_timeout() {
            RegistryFailure::TimedOut { after: settings.request_timeout }
        } else {
            RegistryFailure::Unreachable(Arc::new(error.without_url()))
        }
    };
    let mut answer = request.send().await.map_err(failed)?;
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > LONGEST_BODY {
            let message = format!("it is longer than {} MiB", LONGEST_BODY / (1024 * 1024));
            return Err(RegistryFailure::Unreadable { message }.into());
        }
        body.extend_from_slice(&chunk);
    }
    if answer.status().is_success() { Ok(body) } else { Err(refusal(settings, &answer, &body)) }
}

fn authorized(request: RequestBuilder, auth: &RegistryAuth) -> Result<RequestBuilder, RegistryFailure> {
    let token = match auth {
        RegistryAuth::None => return Ok(request),
        RegistryAuth::Basic { user, password } => return Ok(request.basic_auth(user, Some(password.expose()))),
        RegistryAuth::Bearer(token) => token.clone(),
        RegistryAuth::Source(source) => {
            source.bearer_token().map_err(|error: BoxError| RegistryFailure::NoToken(Arc::from(error)))?
        }
    };
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose()))
        .map_err(|error| RegistryFailure::NoToken(Arc::new(error)))?;
    value.set_sensitive(true);
    Ok(request.header(AUTHORIZATION, value))
}

fn refusal(settings: &RegistrySettings, answer: &Response, body: &[u8]) -> FailedAttempt {
    let status = answer.status();
    if let Some(to) = destination(answer) {
        return RegistryFailure::Redirected { to }.into();
    }
    let code = RegistryFailure::code_in(body);
    let failure = RegistryFailure::from_answer(status.as_u16(), body);
    let may_wish = matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
    match retry_after(answer.headers()).filter(|_| may_wish) {
        None => FailedAttempt { failure, code, wish: Duration::ZERO },
        Some(wish) if wish <= settings.max_retry_after => FailedAttempt { failure, code, wish },
        Some(wait) => {
            let message = RegistryFailure::message_in(body);
            let failure = RegistryFailure::LeaveAlone { status: status.as_u16(), wait, message };
            FailedAttempt { failure, code, wish: Duration::ZERO }
        }
    }
}

/// Where the answer of a redirection that was not followed leads to.
fn destination(answer: &Response) -> Option<String> {
    let location = answer.headers().get(LOCATION).filter(|_| answer.status().is_redirection())?;
    let mut to = answer.url().join(location.to_str().ok()?).ok()?;
    to.set_query(None);
    to.set_fragment(None);
    Some(without_credentials(&to).to_string())
}
