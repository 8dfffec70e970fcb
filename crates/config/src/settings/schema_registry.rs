use std::time::Duration;

use super::{NoValue, Values};

/// How schemas are registered, found and remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaRegistrySettings {
    /// Whether a schema that the registry does not know is registered at first use.
    pub auto_register: bool,
    /// Whether the registry is asked to normalise schemas, so that those that differ in form alone are one.
    pub normalize: bool,
    /// Whether events are written with the latest schema that their subject has in the registry.
    pub use_latest_version: bool,
    /// How long one request may take.
    pub request_timeout: Duration,
    /// How often a request that failed on the way, or at the registry, is sent again.
    pub max_retries: u32,
    /// How long the answer which schema is the latest is remembered.
    pub latest_cache_ttl: Duration,
    /// How long the answer that there is no such schema is remembered.
    pub negative_cache_ttl: Duration,
}

impl SchemaRegistrySettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            auto_register: values.get("test-probe.core.schema-registry.auto-register")?,
            normalize: values.get("test-probe.core.schema-registry.normalize")?,
            use_latest_version: values.get("test-probe.core.schema-registry.use-latest-version")?,
            request_timeout: values.get("test-probe.core.schema-registry.request-timeout")?,
            max_retries: values.get("test-probe.core.schema-registry.max-retries")?,
            latest_cache_ttl: values.get("test-probe.core.schema-registry.latest-cache-ttl")?,
            negative_cache_ttl: values.get("test-probe.core.schema-registry.negative-cache-ttl")?,
        })
    }
}
