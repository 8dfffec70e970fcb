use std::borrow::Cow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE};
use actix_web::web::{self, Bytes, Data, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde_json::json;
use test_probe_directives::WallClock;

use super::clients::{Bench, Clients};
use super::counts::Counts;
use super::fault::TokenFault;
use super::grant::{Asked, Form, GrantError};
use super::mint;
use super::signing_keys::{SigningKeyError, SigningKeys};
use crate::faults::Faults;

/// What all requests share.
#[derive(Debug)]
pub(super) struct TokenService {
    pub(super) clients: Clients,
    pub(super) faults: Faults<TokenFault>,
    pub(super) counts: Counts,
    keys: SigningKeys,
    manner: Mutex<Manner>,
}

/// How tokens are made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    pub(super) lifetime: Duration,
    pub(super) is_opaque: bool,
    pub(super) clock: WallClock,
    pub(super) skew_seconds: i64,
}

impl Manner {
    /// The second it is by the endpoint's clock.
    fn now(&self) -> i64 {
        self.clock.now().as_millis().div_euclid(1000).saturating_add(self.skew_seconds)
    }
}

impl TokenService {
    pub(super) fn new(lifetime: Duration) -> Result<Self, SigningKeyError> {
        let manner = Manner { lifetime, is_opaque: false, clock: WallClock::system(), skew_seconds: 0 };
        Ok(Self {
            clients: Clients::default(),
            faults: Faults::default(),
            counts: Counts::default(),
            keys: SigningKeys::new()?,
            manner: Mutex::new(manner),
        })
    }

    pub(super) fn manner(&self) -> MutexGuard<'_, Manner> {
        self.manner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn rotate_signing_key(&self) -> Result<(), SigningKeyError> {
        let manner = *self.manner();
        let longest = self.clients.longest_lifetime(manner.lifetime);
        let now = manner.now();
        self.keys.rotate(now, now.saturating_add(i64::try_from(longest.as_secs()).unwrap_or(i64::MAX)))
    }
}

/// The places that are served.
pub(super) fn configure(config: &mut ServiceConfig, service: &Arc<TokenService>) {
    config
        .app_data(Data::from(Arc::clone(service)))
        .service(web::resource("/token").route(web::post().to(token)))
        .service(web::resource("/jwks").route(web::get().to(jwks)));
}

async fn jwks(service: Data<TokenService>) -> HttpResponse {
    service.faults.on_spared_request_to("/jwks");
    let now = service.manner().now();
    HttpResponse::Ok().content_type("application/jwk-set+json").body(service.keys.published(now).to_string())
}

async fn token(service: Data<TokenService>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let authorization = request.headers().get(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    let fields = std::str::from_utf8(&body).ok().and_then(read_form);
    let form = fields.as_deref().map(Form);
    let asked = match form {
        Some(form) => Asked::read(authorization, form),
        None => Err(GrantError::InvalidRequest("the body is no form".into())),
    };
    let named = || form?.field("client_id").ok()?.map(Cow::Borrowed);
    if let Some(id) = asked.as_ref().ok().and_then(|asked| asked.credentials.client_id()).or_else(named) {
        service.counts.on_request(&id);
    }
    if let Some(fault) = service.faults.on_request_to(request.path())
        && let Some(answer) = fault.answer(authorization, asked.as_ref().ok()).await
    {
        return answer;
    }
    let manner = *service.manner();
    let issuer = format!("http://{}", request.app_config().local_addr());
    let bench = Bench { issuer: &issuer, now: manner.now(), lifetime: manner.lifetime };
    let grant = asked.and_then(|asked| service.clients.judge(&asked, form.unwrap_or_default(), &bench));
    let grant = match grant {
        Ok(grant) => grant,
        Err(error) => return refused(&error),
    };
    let token = match manner.is_opaque {
        true => Ok(mint::opaque()),
        false => service.keys.sign(&mint::claims(&grant, &issuer, bench.now)),
    };
    match token {
        Ok(token) => {
            service.counts.on_token(&grant.client_id);
            answer(StatusCode::OK).json(mint::body(token, grant))
        }
        Err(error) => refusal(&mut answer(StatusCode::INTERNAL_SERVER_ERROR), "server_error", &error.to_string()),
    }
}

fn refused(error: &GrantError) -> HttpResponse {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut answer = answer(status);
    if *error == (GrantError::InvalidClient { by_header: true }) {
        answer.insert_header((WWW_AUTHENTICATE, "Basic realm=\"embedded\""));
    }
    refusal(&mut answer, error.code(), &error.to_string())
}

/// Neither a token nor a refusal may be kept by anything on the way (RFC 6749, section 5.1).
pub(super) fn answer(status: StatusCode) -> HttpResponseBuilder {
    let mut answer = HttpResponse::build(status);
    answer.insert_header((CACHE_CONTROL, "no-store"));
    answer
}

pub(super) fn refusal(answer: &mut HttpResponseBuilder, code: &str, description: &str) -> HttpResponse {
    answer.json(json!({"error": code, "error_description": description}))
}

/// The fields of a form, in their order; nothing when it is none.
pub(super) fn read_form(text: &str) -> Option<Vec<(String, String)>> {
    Query::from_query(text).ok().map(Query::into_inner)
}
