use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::counters::RegistryCounters;
use super::single_flight::{Lifetime, Moment, SingleFlight};
use super::{IdentifiedSchema, Registered, RegisteredSchema, RegistryError, SchemaRegistry, SchemaText};
use crate::{SchemaGuid, SchemaId, SerdesSettings};

/// A registry that is asked once for what was asked before.
///
/// What cannot change (an id's or a GUID's schema, a subject's version, where a schema is registered) is kept; "latest" lives for a
/// time; a refusal lives for a shorter time, so that a wrong name does not hammer the registry, and so does a list of
/// subjects, since what it does not name is refused by it; an outage is not remembered at all. A registration forgets
/// everything that it may have changed.
#[derive(Debug)]
pub(crate) struct CachedRegistry {
    registry: Arc<dyn SchemaRegistry>,
    latest_lifetime: Duration,
    refusal_lifetime: Duration,
    registrations: AtomicU64,
    counters: RegistryCounters,
    registered: SingleFlight<(Arc<str>, SchemaText, bool), Registered>,
    looked_up: SingleFlight<(Arc<str>, SchemaText, bool), RegisteredSchema>,
    by_id: SingleFlight<SchemaId, IdentifiedSchema>,
    by_guid: SingleFlight<SchemaGuid, IdentifiedSchema>,
    latest: SingleFlight<Arc<str>, RegisteredSchema>,
    versions: SingleFlight<(Arc<str>, u32), RegisteredSchema>,
    subjects: SingleFlight<Arc<str>, Arc<[String]>>,
}

impl CachedRegistry {
    pub(crate) fn new(registry: Arc<dyn SchemaRegistry>, settings: &SerdesSettings) -> Self {
        let capacity = u64::try_from(settings.cache_capacity).unwrap_or(u64::MAX);
        Self {
            registry,
            latest_lifetime: settings.latest_cache_ttl,
            refusal_lifetime: settings.negative_cache_ttl,
            registrations: AtomicU64::new(0),
            counters: RegistryCounters::default(),
            registered: SingleFlight::new(capacity),
            looked_up: SingleFlight::new(capacity),
            by_id: SingleFlight::new(capacity),
            by_guid: SingleFlight::new(capacity),
            latest: SingleFlight::new(capacity),
            versions: SingleFlight::new(capacity),
            subjects: SingleFlight::new(capacity),
        }
    }

    pub(crate) fn url(&self) -> &str {
        self.registry.url()
    }

    pub(crate) fn counters(&self) -> &RegistryCounters {
        &self.counters
    }

    pub(crate) async fn register(
        &self,
        subject: &Arc<str>,
        schema: &SchemaText,
        normalize: bool,
    ) -> Result<Registered, RegistryError> {
        let question = async {
            let registered = self.registry.register(subject, schema, normalize).await?;
            self.registrations.fetch_add(1, Ordering::Relaxed);
            Ok(registered)
        };
        let key = (Arc::clone(subject), schema.clone(), normalize);
        self.ask(&self.registered, key, Lifetime::Ever, question).await
    }

    pub(crate) async fn look_up(
        &self,
        subject: &Arc<str>,
        schema: &SchemaText,
        normalize: bool,
    ) -> Result<RegisteredSchema, RegistryError> {
        let key = (Arc::clone(subject), schema.clone(), normalize);
        self.ask(&self.looked_up, key, Lifetime::Ever, self.registry.look_up(subject, schema, normalize)).await
    }

    pub(crate) async fn by_id(&self, id: SchemaId) -> Result<IdentifiedSchema, RegistryError> {
        self.ask(&self.by_id, id, Lifetime::Ever, self.registry.by_id(id)).await
    }

    pub(crate) async fn by_guid(&self, guid: SchemaGuid) -> Result<IdentifiedSchema, RegistryError> {
        self.ask(&self.by_guid, guid, Lifetime::Ever, self.registry.by_guid(guid)).await
    }

    pub(crate) async fn latest(&self, subject: &Arc<str>) -> Result<RegisteredSchema, RegistryError> {
        let lifetime = Lifetime::For(self.latest_lifetime);
        self.ask(&self.latest, Arc::clone(subject), lifetime, self.registry.latest(subject)).await
    }

    pub(crate) async fn version(&self, subject: &Arc<str>, version: u32) -> Result<RegisteredSchema, RegistryError> {
        let key = (Arc::clone(subject), version);
        self.ask(&self.versions, key, Lifetime::Ever, self.registry.version(subject, version)).await
    }

    pub(crate) async fn subjects(&self, prefix: &Arc<str>) -> Result<Arc<[String]>, RegistryError> {
        let question = async { self.registry.subjects(prefix).await.map(Arc::from) };
        let lifetime = Lifetime::For(self.latest_lifetime.min(self.refusal_lifetime));
        self.ask(&self.subjects, Arc::clone(prefix), lifetime, question).await
    }

    /// Asks which subjects there are, and remembers nothing: neither is an earlier answer given again, nor this one.
    pub(crate) async fn subjects_now(&self, prefix: &str) -> Result<Vec<String>, RegistryError> {
        let result = self.registry.subjects(prefix).await;
        self.counters.count_call(result.is_err());
        result
    }

    async fn ask<K, V>(
        &self,
        remembered: &SingleFlight<K, V>,
        key: K,
        of_success: Lifetime,
        question: impl Future<Output = Result<V, RegistryError>>,
    ) -> Result<V, RegistryError>
    where
        K: Eq + std::hash::Hash + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
    {
        let moment = Moment { now: Instant::now(), registrations: self.registrations.load(Ordering::Relaxed) };
        let lifetime = |result: &Result<V, RegistryError>| match result {
            Ok(_) => of_success,
            Err(error) if error.helps_to_ask_again() => Lifetime::For(Duration::ZERO),
            Err(_) => Lifetime::For(self.refusal_lifetime),
        };
        let (result, asked) = remembered.ask(key, moment, lifetime, question).await;
        if asked {
            self.counters.count_call(result.is_err());
        } else {
            self.counters.count_hits(1);
        }
        result
    }
}

#[cfg(test)]
mod tests;
