use std::time::Duration;

use crate::SubjectNameStrategy;

/// How schemas are chosen and remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SerdesSettings {
    /// Whether a local schema is registered before it is first written with; that of keys, where none is registered for
    /// the topic's keys. Off by default: on a shared cluster schemas are registered by those who own them.
    pub auto_register: bool,
    /// Whether the registry brings a schema into its normal form before it compares or keeps it. Off by default, as in
    /// Confluent's serializers.
    pub normalize: bool,
    /// Which schema a value is written with where [`auto_register`](Self::auto_register) is off and the schema is known
    /// locally: the subject's latest version (on, the default), or the local schema, which must be registered (off).
    /// A schema that is not known locally, and no version asked for, is always the latest.
    pub use_latest_version: bool,
    /// How subjects are called where a topic names none of its own.
    pub subject_name_strategy: SubjectNameStrategy,
    /// Where a record says which schema it was written with. Reading takes both.
    pub schema_id_location: SchemaIdLocation,
    /// Whether a value is checked against its JSON Schema before it is written. On by default, other than in Confluent's
    /// serializers: a probe that sends what the schema forbids tests nothing.
    pub validate_json: bool,
    /// How long "latest" is remembered. While values are written, the latest version is asked for at most once a second,
    /// however short this is, and a topic that writes many values may use an old version for seven more.
    pub latest_cache_ttl: Duration,
    /// How long a refusal is remembered, such as that a subject is not there, or that a list does not name it.
    pub negative_cache_ttl: Duration,
    /// How many answers of each kind, and how many ready writers and readers, are kept at most.
    pub cache_capacity: usize,
}

/// Where a record says which schema it was written with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SchemaIdLocation {
    /// Before the payload, by the registry's id: five bytes that every client knows.
    #[default]
    Prefix,
    /// In a header of the record, by the schema's GUID: the payload stays as the format's library wrote it. The registry
    /// must give GUIDs (Confluent Platform 8.0 does).
    Header,
}

impl SerdesSettings {
    /// 60 s: a schema registered while a test runs is used within a minute.
    pub const DEFAULT_LATEST_CACHE_TTL: Duration = Duration::from_secs(60);
    /// 5 s: long enough to protect the registry, short enough for someone who registers what was missing.
    pub const DEFAULT_NEGATIVE_CACHE_TTL: Duration = Duration::from_secs(5);
    /// 10 000: more record types than any estate of topics that is tested in one process.
    pub const DEFAULT_CACHE_CAPACITY: usize = 10_000;
}

impl Default for SerdesSettings {
    fn default() -> Self {
        Self {
            auto_register: false,
            normalize: false,
            use_latest_version: true,
            subject_name_strategy: SubjectNameStrategy::default(),
            schema_id_location: SchemaIdLocation::default(),
            validate_json: true,
            latest_cache_ttl: Self::DEFAULT_LATEST_CACHE_TTL,
            negative_cache_ttl: Self::DEFAULT_NEGATIVE_CACHE_TTL,
            cache_capacity: Self::DEFAULT_CACHE_CAPACITY,
        }
    }
}

impl SerdesSettings {
    /// Sets [`auto_register`](Self::auto_register).
    #[must_use]
    pub fn with_auto_register(self, auto_register: bool) -> Self {
        Self { auto_register, ..self }
    }

    /// Sets [`normalize`](Self::normalize).
    #[must_use]
    pub fn with_normalize(self, normalize: bool) -> Self {
        Self { normalize, ..self }
    }

    /// Sets [`use_latest_version`](Self::use_latest_version).
    #[must_use]
    pub fn with_use_latest_version(self, use_latest_version: bool) -> Self {
        Self { use_latest_version, ..self }
    }

    /// Sets [`subject_name_strategy`](Self::subject_name_strategy).
    #[must_use]
    pub fn with_subject_name_strategy(self, subject_name_strategy: SubjectNameStrategy) -> Self {
        Self { subject_name_strategy, ..self }
    }

    /// Sets [`schema_id_location`](Self::schema_id_location).
    #[must_use]
    pub fn with_schema_id_location(self, schema_id_location: SchemaIdLocation) -> Self {
        Self { schema_id_location, ..self }
    }

    /// Sets [`validate_json`](Self::validate_json).
    #[must_use]
    pub fn with_validate_json(self, validate_json: bool) -> Self {
        Self { validate_json, ..self }
    }

    /// Sets [`latest_cache_ttl`](Self::latest_cache_ttl).
    #[must_use]
    pub fn with_latest_cache_ttl(self, latest_cache_ttl: Duration) -> Self {
        Self { latest_cache_ttl, ..self }
    }

    /// Sets [`negative_cache_ttl`](Self::negative_cache_ttl).
    #[must_use]
    pub fn with_negative_cache_ttl(self, negative_cache_ttl: Duration) -> Self {
        Self { negative_cache_ttl, ..self }
    }

    /// Sets [`cache_capacity`](Self::cache_capacity).
    #[must_use]
    pub fn with_cache_capacity(self, cache_capacity: usize) -> Self {
        Self { cache_capacity, ..self }
    }
}
