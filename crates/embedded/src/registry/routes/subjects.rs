use actix_web::web::{Bytes, Data, Path};
use serde_json::json;

use super::super::store::WantedVersion;
use super::Registry;
use super::answers::{Answer, found, found_text, of_place};
use super::parameters::{Parameters, read_draft};

pub(super) async fn list(registry: Data<Registry>, parameters: Parameters) -> Answer {
    let prefix = parameters.get("subjectPrefix").unwrap_or_default();
    found(&json!(parameters.page(registry.store().subjects(prefix, parameters.listed()))))
}

pub(super) async fn versions(registry: Data<Registry>, subject: Path<String>, parameters: Parameters) -> Answer {
    let numbers = registry.store().version_numbers(&subject, parameters.listed())?;
    found(&json!(parameters.page(numbers)))
}

pub(super) async fn version(registry: Data<Registry>, path: Path<(String, String)>, parameters: Parameters) -> Answer {
    let (subject, version) = path.into_inner();
    let wanted = WantedVersion::parse(&version)?;
    let store = registry.store();
    let place = store.version(&subject, wanted, parameters.is_true("deleted"))?;
    found(&of_place(&place, parameters.get("format")))
}

pub(super) async fn text(registry: Data<Registry>, path: Path<(String, String)>, parameters: Parameters) -> Answer {
    let (subject, version) = path.into_inner();
    let wanted = WantedVersion::parse(&version)?;
    let store = registry.store();
    let place = store.version(&subject, wanted, parameters.is_true("deleted"))?;
    found_text(place.schema.text_in(parameters.get("format")))
}

pub(super) async fn referenced_by(registry: Data<Registry>, path: Path<(String, String)>) -> Answer {
    let (subject, version) = path.into_inner();
    let wanted = WantedVersion::parse(&version)?;
    found(&json!(registry.store().referrers(&subject, wanted)?))
}

pub(super) async fn register(
    registry: Data<Registry>,
    subject: Path<String>,
    parameters: Parameters,
    body: Bytes,
) -> Answer {
    let draft = read_draft(&body, &parameters)?;
    let mut store = registry.store();
    found(&of_place(&store.register(&subject, draft)?, parameters.get("format")))
}

pub(super) async fn look_up(
    registry: Data<Registry>,
    subject: Path<String>,
    parameters: Parameters,
    body: Bytes,
) -> Answer {
    let draft = read_draft(&body, &parameters)?;
    let store = registry.store();
    let place = store.look_up(&subject, draft, parameters.is_true("deleted"))?;
    found(&of_place(&place, parameters.get("format")))
}

pub(super) async fn delete(registry: Data<Registry>, subject: Path<String>, parameters: Parameters) -> Answer {
    found(&json!(registry.store().delete_subject(&subject, parameters.is_true("permanent"))?))
}

pub(super) async fn delete_version(
    registry: Data<Registry>,
    path: Path<(String, String)>,
    parameters: Parameters,
) -> Answer {
    let (subject, version) = path.into_inner();
    let wanted = WantedVersion::parse(&version)?;
    found(&json!(registry.store().delete_version(&subject, wanted, parameters.is_true("permanent"))?))
}
