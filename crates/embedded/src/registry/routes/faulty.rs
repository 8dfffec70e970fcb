use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::RETRY_AFTER;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpResponse, ResponseError};

use super::super::refusal::Refusal;
use super::Registry;
use super::answers::CONTENT_TYPE;
use crate::cut_body::CutBody;
use crate::faults::RegistryFault;

/// Answers the requests that were ordered to fail.
pub(super) async fn fail_where_asked_to(
    registry: Data<Registry>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let answer = match registry.faults.on_request_to(request.path()) {
        None => None,
        Some(RegistryFault::Slow(pause)) => {
            actix_rt::time::sleep(pause).await;
            None
        }
        Some(RegistryFault::Status { status, retry_after }) => Some(status_answer(status, retry_after)),
        Some(RegistryFault::WrongBody) => Some(HttpResponse::Ok().content_type("text/html").body("<html></html>")),
        Some(RegistryFault::EmptyBody) => Some(HttpResponse::Ok().content_type(CONTENT_TYPE).finish()),
        Some(RegistryFault::Cut) => {
            Some(HttpResponse::Ok().content_type(CONTENT_TYPE).body(CutBody::after("{\"schema\":")))
        }
    };
    match answer {
        Some(answer) => Ok(request.into_response(answer)),
        None => next.call(request).await.map(ServiceResponse::map_into_boxed_body),
    }
}

fn status_answer(status: u16, retry_after: Option<Duration>) -> HttpResponse {
    let mut answer = Refusal::AskedFor(status).error_response();
    if let Some(wish) = retry_after {
        answer.headers_mut().insert(RETRY_AFTER, wish.as_secs().into());
    }
    answer
}
