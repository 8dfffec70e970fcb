use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Value, json};

use super::super::refusal::Refusal;
use super::super::schema::StoredSchema;
use super::super::store::Place;

pub(super) const CONTENT_TYPE: &str = "application/vnd.schemaregistry.v1+json";

pub(super) type Answer = Result<HttpResponse, Refusal>;

pub(super) fn found(body: &Value) -> Answer {
    Ok(answer(StatusCode::OK, body.to_string()))
}

/// The text of a schema alone.
pub(super) fn found_text(text: &str) -> Answer {
    Ok(answer(StatusCode::OK, text.to_owned()))
}

pub(super) fn of_schema(schema: &StoredSchema, format: Option<&str>) -> Value {
    let mut body = json!({
        "schema": schema.text_in(format),
        "schemaType": schema.format.schema_type(),
        "guid": schema.guid.to_string(),
    });
    if !schema.references.is_empty() {
        body["references"] = json!(schema.references);
    }
    body
}

pub(super) fn of_place(place: &Place<'_>, format: Option<&str>) -> Value {
    let mut body = of_schema(place.schema, format);
    body["subject"] = place.subject.as_str().into();
    body["version"] = place.version.into();
    body["id"] = place.id.into();
    body
}

fn answer(status: StatusCode, body: String) -> HttpResponse {
    HttpResponse::build(status).content_type(CONTENT_TYPE).body(body)
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let body = json!({"error_code": self.code(), "message": self.to_string()});
        answer(self.status_code(), body.to_string())
    }
}
