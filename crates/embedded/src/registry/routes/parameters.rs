use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::Query;
use actix_web::{Error, FromRequest, HttpRequest};
use serde::Deserialize;
use test_probe_directives::Format;

use super::super::refusal::Refusal;
use super::super::schema::{Draft, Reference};
use super::super::store::Listed;

/// What stands behind the question mark. As in Java, what is not `true` in whatever case is false.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn is_true(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    pub(super) fn listed(&self) -> Listed {
        if self.is_true("deletedOnly") {
            Listed::Deleted
        } else if self.is_true("deleted") {
            Listed::All
        } else {
            Listed::Living
        }
    }

    /// The part of a list that is asked for.
    pub(super) fn page<T>(&self, list: Vec<T>) -> Vec<T> {
        let offset = self.get("offset").and_then(|offset| offset.parse().ok()).unwrap_or(0);
        // A negative limit is none.
        let limit = self.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(usize::MAX);
        list.into_iter().skip(offset).take(limit).collect()
    }
}

impl FromRequest for Parameters {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pairs = Query::<Vec<_>>::from_query(request.query_string()).map(|pairs| Self(pairs.into_inner()));
        ready(pairs.map_err(|error| Refusal::Unreadable(error.to_string()).into()))
    }
}

/// The body of a registration, a look-up or a comparison.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SchemaBody {
    schema: String,
    schema_type: Option<String>,
    references: Option<Vec<Reference>>,
}

pub(super) fn read_draft(body: &[u8], parameters: &Parameters) -> Result<Draft, Refusal> {
    let body: SchemaBody = serde_json::from_slice(body).map_err(|error| Refusal::Unreadable(error.to_string()))?;
    let format = match body.schema_type.as_deref() {
        None => Format::Avro,
        Some(name) => name.parse().map_err(|_| Refusal::InvalidSchema(format!("unknown schema type {name}")))?,
    };
    let references = body.references.unwrap_or_default();
    Ok(Draft { format, text: body.schema, references, normalize: parameters.is_true("normalize") })
}
