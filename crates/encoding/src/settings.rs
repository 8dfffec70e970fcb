use std::time::Duration;

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
    /// How long "latest" is remembered. While values are written, the latest version is asked for at most once a second,
    /// however short this is, and a topic that writes many values may use an old version for seven more.
    pub latest_cache_ttl: Duration,
    /// How long a refusal is remembered, such as that a subject is not there, or that a list does not name it.
    pub negative_cache_ttl: Duration,
    /// How many answers of each kind, and how many ready writers and readers, are kept at most.
    pub cache_capacity: usize,
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
