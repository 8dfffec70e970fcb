use actix_web::web::{Data, Path};
use serde_json::json;

use super::Registry;
use super::answers::{Answer, found, found_text, of_schema};
use super::parameters::Parameters;

/// What is no number is no id, and no id is an unknown one.
fn id_of(text: &str) -> u32 {
    text.parse().unwrap_or(0)
}

pub(super) async fn types() -> Answer {
    found(&json!(["JSON", "PROTOBUF", "AVRO"]))
}

pub(super) async fn by_id(registry: Data<Registry>, id: Path<String>, parameters: Parameters) -> Answer {
    found(&of_schema(registry.store().schema(id_of(&id))?, parameters.get("format")))
}

pub(super) async fn text(registry: Data<Registry>, id: Path<String>, parameters: Parameters) -> Answer {
    found_text(registry.store().schema(id_of(&id))?.text_in(parameters.get("format")))
}

pub(super) async fn subjects(registry: Data<Registry>, id: Path<String>, parameters: Parameters) -> Answer {
    let store = registry.store();
    let mut subjects: Vec<&str> =
        store.places_of(id_of(&id), parameters.is_true("deleted"))?.into_iter().map(|(subject, _)| subject).collect();
    subjects.dedup();
    found(&json!(parameters.page(subjects)))
}

pub(super) async fn versions(registry: Data<Registry>, id: Path<String>, parameters: Parameters) -> Answer {
    let store = registry.store();
    let places = store.places_of(id_of(&id), parameters.is_true("deleted"))?;
    let places = places.into_iter().map(|(subject, version)| json!({"subject": subject, "version": version}));
    found(&json!(parameters.page(places.collect())))
}

pub(super) async fn by_guid(registry: Data<Registry>, guid: Path<String>, parameters: Parameters) -> Answer {
    let store = registry.store();
    let (schema, _) = store.schema_by_guid(&guid)?;
    found(&of_schema(schema, parameters.get("format")))
}

pub(super) async fn ids(registry: Data<Registry>, guid: Path<String>) -> Answer {
    let (_, id) = registry.store().schema_by_guid(&guid).map(|(_, id)| ((), id))?;
    found(&json!([{"context": ".", "id": id}]))
}
