use std::num::NonZeroU32;
use std::time::Duration;

use super::{NoValue, Values};

mod auth;
mod tls;

pub use auth::SchemaRegistryAuth;
pub(crate) use auth::SchemaRegistryAuthType;
pub use tls::SchemaRegistryTls;

/// How schemas are registered, found and remembered, and how the registry is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaRegistrySettings {
    /// Whether a schema that the registry does not know is registered at first use.
    pub auto_register: bool,
    /// Whether the registry is asked to normalise schemas, so that those that differ in form alone are one.
    pub normalize: bool,
    /// Whether events are written with the latest schema that their subject has in the registry.
    pub use_latest_version: bool,
    /// How the subjects of a topic that names none of its own are called.
    pub subject_name_strategy: SubjectNames,
    /// Where a record that is written says which schema it has.
    pub schema_id_location: SchemaIdLocation,
    /// Whether JSON is checked against its schema before it is written.
    pub validate_json: bool,
    /// How long one request may take.
    pub request_timeout: Duration,
    /// How often a request that failed on the way, or at the registry, is sent again.
    pub max_retries: u32,
    /// The longest pause that the registry may ask for with `Retry-After`, at most 5 minutes.
    pub max_retry_after: Duration,
    /// How many requests are sent in a second, those that are sent again among them. `None` sets no bound.
    pub max_requests_per_second: Option<NonZeroU32>,
    /// How long the answer which schema is the latest is remembered.
    pub latest_cache_ttl: Duration,
    /// How long the answer that there is no such schema is remembered.
    pub negative_cache_ttl: Duration,
    /// How many answers of each kind, and how many schemas ready for use, are remembered at most; at least 1.
    pub cache_capacity: usize,
    /// How the registry is told who asks.
    pub auth: SchemaRegistryAuth,
    /// Which of the registries behind an address of Confluent Cloud is meant.
    pub logical_cluster: Option<String>,
    /// By which identity pool Confluent Cloud judges a token.
    pub identity_pool_id: Option<String>,
    /// Whom to trust, and how to show oneself, at `https` addresses.
    pub tls: SchemaRegistryTls,
}

/// How a schema's subject in the registry is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SubjectNames {
    /// By the topic and the record's full name: each type on a topic evolves on its own.
    #[default]
    TopicRecordName,
    /// By the topic, and whether it is the key's or the value's: one schema for all of a topic.
    TopicName,
    /// By the record's full name alone: one schema for a type, whatever its topic.
    RecordName,
}

/// Where a record that is written says which schema it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SchemaIdLocation {
    /// In five bytes before the payload.
    #[default]
    Prefix,
    /// In a header beside the payload, by the schema's GUID, which the registry must give.
    Header,
}

impl SchemaRegistrySettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            auto_register: values.get("test-probe.core.schema-registry.auto-register")?,
            normalize: values.get("test-probe.core.schema-registry.normalize")?,
            use_latest_version: values.get("test-probe.core.schema-registry.use-latest-version")?,
            subject_name_strategy: values.get("test-probe.core.schema-registry.subject-name-strategy")?,
            schema_id_location: values.get("test-probe.core.schema-registry.schema-id-location")?,
            validate_json: values.get("test-probe.core.schema-registry.validate-json")?,
            request_timeout: values.get("test-probe.core.schema-registry.request-timeout")?,
            max_retries: values.get("test-probe.core.schema-registry.max-retries")?,
            max_retry_after: values.get("test-probe.core.schema-registry.max-retry-after")?,
            max_requests_per_second: values.get("test-probe.core.schema-registry.max-requests-per-second")?,
            latest_cache_ttl: values.get("test-probe.core.schema-registry.latest-cache-ttl")?,
            negative_cache_ttl: values.get("test-probe.core.schema-registry.negative-cache-ttl")?,
            cache_capacity: values.get("test-probe.core.schema-registry.cache-capacity")?,
            auth: SchemaRegistryAuth::read(values)?,
            logical_cluster: values.get("test-probe.core.schema-registry.logical-cluster")?,
            identity_pool_id: values.get("test-probe.core.schema-registry.identity-pool-id")?,
            tls: SchemaRegistryTls::read(values)?,
        })
    }
}

impl SubjectNames {
    /// The word of the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TopicRecordName => "topic-record-name",
            Self::TopicName => "topic-name",
            Self::RecordName => "record-name",
        }
    }

    pub(super) fn of_word(word: &str) -> Option<Self> {
        [Self::TopicRecordName, Self::TopicName, Self::RecordName].into_iter().find(|names| names.as_str() == word)
    }
}

impl SchemaIdLocation {
    /// The word of the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prefix => "prefix",
            Self::Header => "header",
        }
    }

    pub(super) fn of_word(word: &str) -> Option<Self> {
        [Self::Prefix, Self::Header].into_iter().find(|location| location.as_str() == word)
    }
}
