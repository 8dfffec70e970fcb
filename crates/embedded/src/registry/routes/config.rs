use actix_web::web::{Bytes, Data, Path};
use serde::Deserialize;
use serde_json::json;

use super::super::level::Level;
use super::super::refusal::Refusal;
use super::Registry;
use super::answers::{Answer, found};
use super::parameters::Parameters;

#[derive(Deserialize)]
struct LevelBody {
    compatibility: String,
}

pub(super) async fn level(registry: Data<Registry>) -> Answer {
    found(&json!({"compatibilityLevel": registry.store().levels.of_registry().name}))
}

pub(super) async fn level_of_subject(
    registry: Data<Registry>,
    subject: Path<String>,
    parameters: Parameters,
) -> Answer {
    let store = registry.store();
    let level = if parameters.is_true("defaultToGlobal") {
        store.levels.in_force(&subject)
    } else {
        store.levels.own(&subject)?
    };
    found(&json!({"compatibilityLevel": level.name}))
}

pub(super) async fn set_level(registry: Data<Registry>, body: Bytes) -> Answer {
    set(&registry, None, &body)
}

pub(super) async fn set_level_of_subject(registry: Data<Registry>, subject: Path<String>, body: Bytes) -> Answer {
    set(&registry, Some(&subject), &body)
}

pub(super) async fn unset_level(registry: Data<Registry>) -> Answer {
    unset(&registry, None)
}

pub(super) async fn unset_level_of_subject(registry: Data<Registry>, subject: Path<String>) -> Answer {
    unset(&registry, Some(&subject))
}

/// Everything may be read and written, always.
pub(super) async fn mode() -> Answer {
    found(&json!({"mode": "READWRITE"}))
}

pub(super) async fn mode_of_subject(subject: Path<String>, parameters: Parameters) -> Answer {
    if parameters.is_true("defaultToGlobal") {
        mode().await
    } else {
        Err(Refusal::NoModeOfItsOwn(subject.into_inner()))
    }
}

fn set(registry: &Registry, subject: Option<&str>, body: &[u8]) -> Answer {
    let body: LevelBody = serde_json::from_slice(body).map_err(|error| Refusal::Unreadable(error.to_string()))?;
    let level = Level::parse(&body.compatibility)?;
    registry.store().levels.set(subject, level);
    found(&json!({"compatibility": level.name}))
}

fn unset(registry: &Registry, subject: Option<&str>) -> Answer {
    found(&json!({"compatibilityLevel": registry.store().levels.unset(subject)?.name}))
}
