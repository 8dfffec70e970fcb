use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hashbrown::Equivalent;
use test_probe_directives::{Format, TopicName};

use super::asked_record::AskedRecord;
use super::written_with::WrittenWith;
use crate::{RecordName, SchemaId, ValueTarget};

/// What a schema to write with is chosen by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LaneKey {
    pub(crate) topic: TopicName,
    pub(crate) is_key: bool,
    pub(crate) subject: Option<Arc<str>>,
    pub(crate) format: Option<Format>,
    pub(crate) version: Option<u32>,
    pub(crate) record: Option<RecordName>,
    pub(crate) schema_id: Option<SchemaId>,
}

impl LaneKey {
    pub(super) fn new(target: &ValueTarget, record: Option<AskedRecord<'_>>) -> Self {
        Self {
            topic: target.topic.clone(),
            is_key: target.is_key,
            subject: target.subject.clone(),
            format: target.format,
            version: target.version,
            record: record.map(|record| RecordName::new(record.to_string())),
            schema_id: target.schema_id,
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
        if let Some(id) = self.schema_id {
            write!(f, ", schema id {id},")?;
        }
        write!(f, " of topic `{}`", self.topic)
    }
}

/// A [`LaneKey`] that is asked for: borrowed, so that asking allocates nothing.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) target: &'a ValueTarget,
    pub(super) record: Option<AskedRecord<'a>>,
}

impl Hash for LaneKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(&self.topic, self.record.as_ref().map(RecordName::simple), state);
    }
}

impl Hash for Question<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(&self.target.topic, self.record.map(|record| record.simple()), state);
    }
}

/// The topic and the record's simple name tell nearly all lanes apart.
#[inline]
fn hash<H: Hasher>(topic: &TopicName, simple: Option<&str>, state: &mut H) {
    state.write(topic.as_str().as_bytes());
    state.write(simple.unwrap_or_default().as_bytes());
}

impl Equivalent<LaneKey> for Question<'_> {
    #[inline]
    fn equivalent(&self, key: &LaneKey) -> bool {
        self.is_record_of(key)
            && self.target.topic == key.topic
            && self.target.is_key == key.is_key
            && self.target.subject == key.subject
            && self.target.format == key.format
            && self.target.version == key.version
            && self.target.schema_id == key.schema_id
    }
}

impl Question<'_> {
    #[inline]
    pub(super) fn is_record_of(&self, key: &LaneKey) -> bool {
        match (self.record, &key.record) {
            (Some(asked), Some(record)) => asked == *record,
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }
}

/// A moment, in microseconds after the factory was made.
pub(super) type Micros = u64;

/// A schema to write with, found and ready.
pub(crate) struct Lane {
    pub(super) key: LaneKey,
    pub(super) written: WrittenWith,
    good_until: AtomicU64,
    hits: Arc<AtomicU64>,
}

impl Lane {
    /// Another lane has taken its place.
    const RETIRED: Micros = 0;
    const EXPIRED: Micros = 1;
    const ALWAYS: Micros = Micros::MAX;

    /// A lane that is good until a moment, or for ever. It goes on counting the hits of the one `before` it.
    pub(super) fn new(key: LaneKey, written: WrittenWith, good_until: Option<Micros>, before: Option<&Self>) -> Self {
        Self {
            key,
            written,
            good_until: AtomicU64::new(good_until.unwrap_or(Self::ALWAYS)),
            hits: before.map_or_else(Arc::default, |before| Arc::clone(&before.hits)),
        }
    }

    /// Whether it writes as `written` says.
    pub(super) fn writes_as(&self, written: &WrittenWith) -> bool {
        self.written.is(written)
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
