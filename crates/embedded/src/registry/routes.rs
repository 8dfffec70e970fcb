use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Bytes, Data, Path, Query, ServiceConfig};
use actix_web::{Error, HttpResponse, Resource, ResponseError};
use serde::Deserialize;
use serde_json::{Value, json};
use test_probe_directives::Format;

use super::refusal::Refusal;
use super::store::{Place, RegistryStore, StoredSchema, WantedVersion};
use crate::faults::Faults;

const CONTENT_TYPE: &str = "application/vnd.schemaregistry.v1+json";

/// What all requests share.
#[derive(Debug)]
pub(super) struct Registry {
    pub(super) store: Mutex<RegistryStore>,
    pub(super) faults: Faults,
}

impl Registry {
    fn store(&self) -> MutexGuard<'_, RegistryStore> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Answer = Result<HttpResponse, Refusal>;

/// The API, as far as it is served.
pub(super) fn configure(config: &mut ServiceConfig, registry: &Arc<Registry>) {
    let place = |path: &str| -> Resource { web::resource(path).default_service(web::to(no_such_method)) };
    let api = web::scope("")
        .wrap(from_fn(fail_where_asked_to))
        .service(place("/").route(web::get().to(root)))
        .service(place("/config").route(web::get().to(compatibility_level)))
        .service(place("/subjects").route(web::get().to(subjects)))
        .service(place("/subjects/{subject}").route(web::post().to(look_up)))
        .service(place("/subjects/{subject}/versions").route(web::get().to(versions)).route(web::post().to(register)))
        .service(place("/subjects/{subject}/versions/{version}").route(web::get().to(version)))
        .service(place("/schemas/ids/{id}").route(web::get().to(schema_by_id)))
        .default_service(web::to(no_such_place));
    config.app_data(Data::from(Arc::clone(registry))).service(api);
}

/// Answers the requests that were ordered to fail.
async fn fail_where_asked_to(
    registry: Data<Registry>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    match registry.faults.on_request() {
        Some(status) => Ok(request.into_response(Refusal::AskedFor(status).error_response())),
        None => next.call(request).await.map(ServiceResponse::map_into_boxed_body),
    }
}

async fn root() -> Answer {
    Ok(answer(StatusCode::OK, &json!({})))
}

async fn compatibility_level() -> Answer {
    Ok(answer(StatusCode::OK, &json!({"compatibilityLevel": "BACKWARD"})))
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Listing {
    subject_prefix: String,
}

async fn subjects(registry: Data<Registry>, listing: Query<Listing>) -> Answer {
    Ok(answer(StatusCode::OK, &json!(registry.store().subjects(&listing.subject_prefix))))
}

async fn versions(registry: Data<Registry>, subject: Path<String>) -> Answer {
    Ok(answer(StatusCode::OK, &json!(registry.store().version_numbers(&subject)?)))
}

async fn version(registry: Data<Registry>, path: Path<(String, String)>) -> Answer {
    let (subject, version) = path.into_inner();
    let wanted = WantedVersion::parse(&version)?;
    Ok(answer(StatusCode::OK, &of_place(&registry.store().version(&subject, wanted)?)))
}

async fn schema_by_id(registry: Data<Registry>, id: Path<String>) -> Answer {
    // What is no number is no id, and no id is an unknown one.
    let id = id.parse().unwrap_or(0);
    Ok(answer(StatusCode::OK, &of_schema(registry.store().schema(id)?)))
}

/// Whether the schema is to be brought into its normal form.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Normalizing {
    normalize: bool,
}

async fn register(
    registry: Data<Registry>,
    subject: Path<String>,
    normalizing: Query<Normalizing>,
    body: Bytes,
) -> Answer {
    let schema = read_schema(&body, normalizing.normalize)?;
    let id = registry.store().register(&subject, schema)?;
    Ok(answer(StatusCode::OK, &json!({"id": id})))
}

async fn look_up(
    registry: Data<Registry>,
    subject: Path<String>,
    normalizing: Query<Normalizing>,
    body: Bytes,
) -> Answer {
    let schema = read_schema(&body, normalizing.normalize)?;
    Ok(answer(StatusCode::OK, &of_place(&registry.store().look_up(&subject, &schema)?)))
}

/// The body of a registration or a look-up.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SchemaBody {
    schema: String,
    schema_type: Option<String>,
    #[serde(default)]
    references: Vec<Value>,
}

fn read_schema(body: &[u8], normalize: bool) -> Result<StoredSchema, Refusal> {
    let body: SchemaBody = serde_json::from_slice(body).map_err(|error| Refusal::Unreadable(error.to_string()))?;
    if !body.references.is_empty() {
        return Err(Refusal::InvalidSchema("this registry takes no references to other subjects".into()));
    }
    let format = match body.schema_type.as_deref() {
        None => Format::Avro,
        Some(name) => name.parse().map_err(|_| Refusal::InvalidSchema(format!("unknown schema type {name}")))?,
    };
    StoredSchema::new(format, &body.schema, normalize)
}

fn of_schema(schema: &StoredSchema) -> Value {
    let mut body = json!({"schema": schema.text});
    if schema.format != Format::Avro {
        body["schemaType"] = schema.format.schema_type().into();
    }
    body
}

fn of_place(place: &Place<'_>) -> Value {
    let mut body = of_schema(place.schema);
    body["subject"] = place.subject.as_str().into();
    body["version"] = place.version.into();
    body["id"] = place.id.into();
    body
}

async fn no_such_place() -> Answer {
    Err(Refusal::NoSuchPlace)
}

async fn no_such_method() -> Answer {
    Err(Refusal::NoSuchMethod)
}

fn answer(status: StatusCode, body: &Value) -> HttpResponse {
    HttpResponse::build(status).content_type(CONTENT_TYPE).body(body.to_string())
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        answer(self.status_code(), &json!({"error_code": self.code(), "message": self.to_string()}))
    }
}
