mod answers;
mod compatibility;
mod config;
mod faulty;
mod parameters;
mod schemas;
mod subjects;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpResponse, Resource};
use serde_json::json;

use self::answers::{Answer, found};
use super::refusal::Refusal;
use super::store::RegistryStore;
use crate::faults::{Faults, RegistryFault};

/// What all requests share.
#[derive(Debug, Default)]
pub(super) struct Registry {
    pub(super) store: Mutex<RegistryStore>,
    pub(super) faults: Faults<RegistryFault>,
}

impl Registry {
    fn store(&self) -> MutexGuard<'_, RegistryStore> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The API, as far as it is served.
pub(super) fn configure(config: &mut ServiceConfig, registry: &Arc<Registry>) {
    let (get, post, put, delete) = (web::get, web::post, web::put, web::delete);
    let api = web::scope("")
        .wrap(from_fn(faulty::fail_where_asked_to))
        .service(place("/").route(get().to(root)))
        .service(place("/contexts").route(get().to(contexts)))
        .service(place("/mode").route(get().to(config::mode)))
        .service(place("/mode/{subject}").route(get().to(config::mode_of_subject)))
        .service(
            place("/config")
                .route(get().to(config::level))
                .route(put().to(config::set_level))
                .route(delete().to(config::unset_level)),
        )
        .service(
            place("/config/{subject}")
                .route(get().to(config::level_of_subject))
                .route(put().to(config::set_level_of_subject))
                .route(delete().to(config::unset_level_of_subject)),
        )
        .service(place("/subjects").route(get().to(subjects::list)))
        .service(place("/subjects/{subject}").route(post().to(subjects::look_up)).route(delete().to(subjects::delete)))
        .service(
            place("/subjects/{subject}/versions")
                .route(get().to(subjects::versions))
                .route(post().to(subjects::register)),
        )
        .service(
            place("/subjects/{subject}/versions/{version}")
                .route(get().to(subjects::version))
                .route(delete().to(subjects::delete_version)),
        )
        .service(place("/subjects/{subject}/versions/{version}/schema").route(get().to(subjects::text)))
        .service(place("/subjects/{subject}/versions/{version}/referencedby").route(get().to(subjects::referenced_by)))
        .service(place("/compatibility/subjects/{subject}/versions").route(post().to(compatibility::with_all)))
        .service(
            place("/compatibility/subjects/{subject}/versions/{version}").route(post().to(compatibility::with_one)),
        )
        .service(place("/schemas/types").route(get().to(schemas::types)))
        .service(place("/schemas/ids/{id}").route(get().to(schemas::by_id)))
        .service(place("/schemas/ids/{id}/schema").route(get().to(schemas::text)))
        .service(place("/schemas/ids/{id}/subjects").route(get().to(schemas::subjects)))
        .service(place("/schemas/ids/{id}/versions").route(get().to(schemas::versions)))
        .service(place("/schemas/guids/{guid}").route(get().to(schemas::by_guid)))
        .service(place("/schemas/guids/{guid}/ids").route(get().to(schemas::ids)))
        .default_service(web::to(no_such_place));
    config.app_data(Data::from(Arc::clone(registry))).service(api);
}

fn place(path: &str) -> Resource {
    web::resource(path).default_service(web::to(no_such_method))
}

async fn root() -> Answer {
    found(&json!({}))
}

async fn contexts() -> Answer {
    found(&json!(["."]))
}

async fn no_such_place() -> Result<HttpResponse, Refusal> {
    Err(Refusal::NoSuchPlace)
}

async fn no_such_method() -> Result<HttpResponse, Refusal> {
    Err(Refusal::NoSuchMethod)
}
