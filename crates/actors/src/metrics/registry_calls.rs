use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{IntCounterVec, Opts, Registry};
use test_probe_encoding::{RegistryCounts, SerdesFactory};

/// How Schema Registries are used: read off the factories when somebody asks. Cheap to clone.
#[derive(Clone)]
pub struct SchemaRegistryMetrics {
    shared: Arc<Shared>,
}

struct Shared {
    calls: IntCounterVec,
    failures: IntCounterVec,
    cache_hits: IntCounterVec,
    watched: Mutex<Watched>,
}

#[derive(Default)]
struct Watched {
    next: u64,
    factories: BTreeMap<u64, SerdesFactory>,
    /// What factories counted that are gone, by registry.
    gone: BTreeMap<String, Totals>,
}

#[derive(Clone, Copy, Default)]
struct Totals {
    calls: u64,
    failures: u64,
    cache_hits: u64,
}

impl Totals {
    fn add(&mut self, counts: &RegistryCounts) {
        self.calls += counts.calls;
        self.failures += counts.failures;
        self.cache_hits += counts.cache_hits;
    }
}

/// Counts a factory while it lives; what it counted stays when it is dropped.
#[must_use = "the factory is counted as long as this lives"]
pub struct RegistryWatch {
    shared: Arc<Shared>,
    number: u64,
}

impl SchemaRegistryMetrics {
    pub(super) fn register(registry: &Registry) -> prometheus::Result<Self> {
        let counter = |name: &str, help: &str| IntCounterVec::new(Opts::new(name, help), &["url"]);
        let shared = Shared {
            calls: counter("probe_schema_registry_calls_total", "Questions that went to the Schema Registry.")?,
            failures: counter("probe_schema_registry_failures_total", "Questions that ended in an error.")?,
            cache_hits: counter(
                "probe_schema_registry_cache_hits_total",
                "Keys, values and questions that were served from what was remembered.",
            )?,
            watched: Mutex::default(),
        };
        let metrics = Self { shared: Arc::new(shared) };
        registry.register(Box::new(metrics.clone()))?;
        Ok(metrics)
    }

    /// Counts the registry behind this factory.
    pub fn watch(&self, factory: SerdesFactory) -> RegistryWatch {
        let mut watched = self.shared.watched();
        let number = watched.next;
        watched.next += 1;
        watched.factories.insert(number, factory);
        RegistryWatch { shared: Arc::clone(&self.shared), number }
    }
}

impl Shared {
    fn watched(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for RegistryWatch {
    fn drop(&mut self) {
        let mut watched = self.shared.watched();
        if let Some(factory) = watched.factories.remove(&self.number) {
            let gone = watched.gone.entry(factory.registry_url().to_owned()).or_default();
            gone.add(&factory.registry_counts());
        }
    }
}

impl Collector for SchemaRegistryMetrics {
    fn desc(&self) -> Vec<&Desc> {
        let Shared { calls, failures, cache_hits, .. } = &*self.shared;
        [calls, failures, cache_hits].into_iter().flat_map(Collector::desc).collect()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let watched = self.shared.watched();
        let mut totals = watched.gone.clone();
        for factory in watched.factories.values() {
            totals.entry(factory.registry_url().to_owned()).or_default().add(&factory.registry_counts());
        }
        drop(watched);
        let Shared { calls, failures, cache_hits, .. } = &*self.shared;
        for counter in [calls, failures, cache_hits] {
            counter.reset();
        }
        for (url, total) in totals {
            calls.with_label_values(&[&url]).inc_by(total.calls);
            failures.with_label_values(&[&url]).inc_by(total.failures);
            cache_hits.with_label_values(&[&url]).inc_by(total.cache_hits);
        }
        [calls, failures, cache_hits].into_iter().flat_map(Collector::collect).collect()
    }
}

impl fmt::Debug for SchemaRegistryMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SchemaRegistryMetrics").finish_non_exhaustive()
    }
}

impl fmt::Debug for RegistryWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistryWatch").finish_non_exhaustive()
    }
}
