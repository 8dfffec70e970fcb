mod asked_record;
mod decode;
mod dependencies;
mod encode;
mod evolution;
mod fix;
mod lane;
mod lanes;
mod loaded;
mod local_registration;
mod memo;
mod registration;
mod resolver;
mod resolving;
mod shelf;
mod subjects;
mod written_with;

use std::fmt;
use std::sync::Arc;

use test_probe_directives::WallClock;

use self::evolution::Projections;
pub(crate) use self::lane::LaneKey;
use self::lanes::Lanes;
use self::loaded::LoadedSchemas;
pub(crate) use self::memo::Memo;
pub use self::registration::Registration;
pub use self::resolving::NeedsSchema;
use crate::schema_registry::cached::CachedRegistry;
use crate::{RegistryCounts, RegistryError, SchemaCatalog, SchemaRegistry, SerdesSettings};

/// Writes and reads the keys and values of one Schema Registry. Cheap to clone; all clones share what is remembered.
///
/// ```text
/// encode_value(target, value, out) ── lane of (target, record) ready? ──yes──▶ header, payload
///                                        │ no
///                                        ▼
///                   EncodeError::Unresolved(request) ──▶ resolve(request).await ──▶ encode_value again
/// ```
///
/// Encoding and decoding never wait, so they run anywhere: on an arbiter, in a callback, without a runtime. What they
/// need from the registry is asked for apart, by [`resolve`](Self::resolve), which runs where the registry's client can
/// run; [`resolving`](Self::resolving) does both in turn. When a schema is known, encoding is one look-up and the bare
/// codec: nothing is allocated but what `out` grows by.
///
/// The reader of a value is chosen by the schema id in the bytes, never by the topic; the payload is read with the
/// schema that it was written with, and serde defaults fill what a type has besides.
/// [`decode_value_as`](Self::decode_value_as) brings an old payload into the shape of a newer schema instead.
#[derive(Clone)]
pub struct SerdesFactory(Arc<Inner>);

pub(crate) struct Inner {
    registry: CachedRegistry,
    catalog: SchemaCatalog,
    settings: SerdesSettings,
    clock: WallClock,
    lanes: Lanes,
    loaded: LoadedSchemas,
    projections: Projections,
}

impl SerdesFactory {
    /// The factory of one registry. Nothing is asked of it yet.
    pub fn new(
        registry: Arc<dyn SchemaRegistry>,
        catalog: SchemaCatalog,
        settings: SerdesSettings,
        clock: WallClock,
    ) -> Self {
        Self(Arc::new(Inner {
            registry: CachedRegistry::new(registry, &settings),
            catalog,
            lanes: Lanes::new(settings.cache_capacity),
            loaded: LoadedSchemas::new(settings.cache_capacity),
            projections: Projections::new(settings.cache_capacity),
            settings,
            clock,
        }))
    }

    /// Where the registry is, without credentials.
    pub fn registry_url(&self) -> &str {
        self.0.registry.url()
    }

    /// The local schemas.
    pub fn catalog(&self) -> &SchemaCatalog {
        &self.0.catalog
    }

    /// Asks the registry which subjects a topic has, to learn whether it answers. Nothing is remembered, so that a schema
    /// which is registered a moment later is found.
    ///
    /// # Errors
    /// [`RegistryError`] when it does not.
    pub async fn check_registry(&self, topic: &str) -> Result<(), RegistryError> {
        self.0.registry.subjects_now(&format!("{topic}-")).await.map(drop)
    }

    /// How the registry was used so far, by all clones.
    pub fn registry_counts(&self) -> RegistryCounts {
        let counts = self.0.registry.counters().counts();
        RegistryCounts { cache_hits: counts.cache_hits + self.0.lanes.hits() + self.0.loaded.hits(), ..counts }
    }
}

impl fmt::Debug for SerdesFactory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SerdesFactory")
            .field("registry", &self.0.registry.url())
            .field("settings", &self.0.settings)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
