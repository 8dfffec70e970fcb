use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hashbrown::Equivalent;
use test_probe_directives::{Format, TopicName};

use super::loaded::LoadedSchema;
use crate::{RecordName, ValueTarget};

/// What a schema to write with is chosen by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LaneKey {
    pub(crate) topic: TopicName,
    pub(crate) is_key: bool,
    pub(crate) subject: Option<Arc<str>>,
    pub(crate) format: Option<Format>,
    pub(crate) version: Option<u32>,
    pub(crate) record: Option<RecordName>,
}

impl LaneKey {
    pub(super) fn new(target: &ValueTarget, record: Option<&str>) -> Self {
        Self {
            topic: target.topic.clone(),
            is_key: target.is_key,
            subject: target.subject.clone(),
            format: target.format,
            version: target.version,
            record: record.map(RecordName::new),
        }
    }
}

/// `record com.acme.Order, version 2, of topic orders`.
impl fmt::Display for LaneKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.record {
            Some(record) => write!(f, "record `{record}`")?,
            None => f.write_str("the record")?,
        }
        if let Some(version) = self.version {
            write!(f, ", version {version},")?;
        }
        write!(f, " of topic `{}`", self.topic)
    }
}

/// A [`LaneKey`] that is asked for: borrowed, so that asking allocates nothing.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) target: &'a ValueTarget,
    pub(super) record: Option<&'a str>,
}

impl Hash for LaneKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(&self.topic, self.record.as_ref().map(RecordName::as_str), state);
    }
}

impl Hash for Question<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(&self.target.topic, self.record, state);
    }
}

/// The topic and the record tell nearly all lanes apart.
#[inline]
fn hash<H: Hasher>(topic: &TopicName, record: Option<&str>, state: &mut H) {
    state.write(topic.as_str().as_bytes());
    state.write(record.unwrap_or_default().as_bytes());
}

impl Equivalent<LaneKey> for Question<'_> {
    #[inline]
    fn equivalent(&self, key: &LaneKey) -> bool {
        self.record == key.record.as_ref().map(RecordName::as_str)
            && self.target.topic == key.topic
            && self.target.is_key == key.is_key
            && self.target.subject == key.subject
            && self.target.format == key.format
            && self.target.version == key.version
    }
}

/// A moment, in microseconds after the factory was made.
pub(super) type Micros = u64;

/// A schema to write with, found and ready.
pub(super) struct Lane {
    pub(super) key: LaneKey,
    pub(super) subject: Arc<str>,
    pub(super) schema: Arc<LoadedSchema>,
    good_until: AtomicU64,
    hits: Arc<AtomicU64>,
}

impl Lane {
    /// Another lane has taken its place.
    const RETIRED: Micros = 0;
    const EXPIRED: Micros = 1;
    const ALWAYS: Micros = Micros::MAX;

    /// A lane that is good until a moment, or for ever. It goes on counting the hits of the one `before` it.
    pub(super) fn new(
        key: LaneKey,
        subject: Arc<str>,
        schema: Arc<LoadedSchema>,
        good_until: Option<Micros>,
        before: Option<&Self>,
    ) -> Self {
        Self {
            key,
            subject,
            schema,
            good_until: AtomicU64::new(good_until.unwrap_or(Self::ALWAYS)),
            hits: before.map_or_else(Arc::default, |before| Arc::clone(&before.hits)),
        }
    }

    /// Counts a use, and tells whether the lane is good.
    ///
    /// Reading the clock takes a tenth of what encoding a value takes, so a busy lane does it with every eighth value
    /// only. The lane may then be used seven times too often, which is no harm: its schema was the latest a moment ago.
    #[inline]
    pub(super) fn use_once(&self, now: impl FnOnce() -> Micros) -> bool {
        const BUSY: u64 = 64;
        const EVERY: u64 = 8;
        let uses = self.hits.fetch_add(1, Ordering::Relaxed);
        match self.good_until.load(Ordering::Relaxed) {
            Self::ALWAYS => true,
            Self::RETIRED | Self::EXPIRED => self.not_used(),
            _ if uses >= BUSY && !uses.is_multiple_of(EVERY) => true,
            end => now() < end || self.not_used(),
        }
    }

    fn not_used(&self) -> bool {
        self.hits.fetch_sub(1, Ordering::Relaxed);
        false
    }

    #[inline]
    pub(super) fn is_retired(&self) -> bool {
        self.good_until.load(Ordering::Relaxed) == Self::RETIRED
    }

    /// Whether the schema is the right one for ever.
    pub(super) fn is_lasting(&self) -> bool {
        self.good_until.load(Ordering::Relaxed) == Self::ALWAYS
    }

    pub(super) fn retire(&self) {
        self.good_until.store(Self::RETIRED, Ordering::Relaxed);
    }

    pub(super) fn expire(&self) {
        self.good_until.store(Self::EXPIRED, Ordering::Relaxed);
    }

    /// Makes the lane good until a moment, or for ever.
    pub(super) fn renew(&self, good_until: Option<Micros>) {
        self.good_until.store(good_until.unwrap_or(Self::ALWAYS), Ordering::Relaxed);
    }

    pub(super) fn hits(&self) -> u64 {
        self.hits.load(Ordering::Relaxed)
    }
}
