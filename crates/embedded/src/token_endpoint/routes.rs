use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE};
use actix_web::web::{self, Bytes, Data, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::grant::{Clients, Grant, GrantError};
use crate::faults::Faults;

/// What all requests share.
#[derive(Debug)]
pub(super) struct TokenService {
    pub(super) clients: Clients,
    pub(super) lifetime: Duration,
    pub(super) faults: Faults,
}

/// The one place that is served.
pub(super) fn configure(config: &mut ServiceConfig, service: &Arc<TokenService>) {
    config.app_data(Data::from(Arc::clone(service))).service(web::resource("/token").route(web::post().to(token)));
}

async fn token(service: Data<TokenService>, request: HttpRequest, body: Bytes) -> HttpResponse {
    if let Some(status) = service.faults.on_request() {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        return refusal(&mut answer(status), "temporarily_unavailable", "this failure was asked for");
    }
    let authorization = request.headers().get(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    let judgement = match std::str::from_utf8(&body).ok().and_then(read_form) {
        Some(form) => service.clients.judge(authorization, &form),
        None => Err(GrantError::InvalidRequest("the body is no form".into())),
    };
    match judgement {
        Ok(grant) => answer(StatusCode::OK).json(token_body(grant, service.lifetime)),
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
            let mut answer = answer(status);
            if error == (GrantError::InvalidClient { by_header: true }) {
                answer.insert_header((WWW_AUTHENTICATE, "Basic realm=\"embedded\""));
            }
            refusal(&mut answer, error.code(), &error.to_string())
        }
    }
}

/// Neither a token nor a refusal may be kept by anything on the way (RFC 6749, section 5.1).
fn answer(status: StatusCode) -> HttpResponseBuilder {
    let mut answer = HttpResponse::build(status);
    answer.insert_header((CACHE_CONTROL, "no-store"));
    answer
}

fn refusal(answer: &mut HttpResponseBuilder, code: &str, description: &str) -> HttpResponse {
    answer.json(json!({"error": code, "error_description": description}))
}

fn token_body(grant: Grant, lifetime: Duration) -> Map<String, Value> {
    let token = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let mut body = Map::new();
    body.insert("access_token".into(), token.into());
    body.insert("token_type".into(), "Bearer".into());
    body.insert("expires_in".into(), lifetime.as_secs().into());
    if let Some(scope) = grant.scope {
        body.insert("scope".into(), scope.into());
    }
    body
}

/// The fields of a form, in their order; nothing when it is none.
pub(super) fn read_form(text: &str) -> Option<Vec<(String, String)>> {
    Query::from_query(text).ok().map(Query::into_inner)
}
