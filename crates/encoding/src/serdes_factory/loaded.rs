use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use arc_swap::ArcSwap;
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

use super::shelf::Shelf;
use crate::codec::{AnyCodec, Codec, Part};
use crate::{RecordName, SchemaIdentity};

/// A schema of the registry with its codec.
pub(super) struct LoadedSchema {
    pub(super) identity: SchemaIdentity,
    pub(super) codec: AnyCodec,
    hits: AtomicU64,
    /// Whether it made room for others.
    is_gone: AtomicBool,
}

impl LoadedSchema {
    pub(super) fn new(identity: SchemaIdentity, codec: AnyCodec) -> Self {
        Self { identity, codec, hits: AtomicU64::new(0), is_gone: AtomicBool::new(false) }
    }

    /// The record's full name, for messages.
    pub(super) fn record(&self, part: Part) -> &str {
        self.codec.record(part).map_or("(none)", RecordName::as_str)
    }
}

type Map = HashMap<SchemaIdentity, Arc<LoadedSchema>, FxBuildHasher>;

/// The schemas met so far, by what they are called. Reading takes no lock and waits for nobody.
pub(super) struct LoadedSchemas {
    shelf: Shelf<LoadedSchema>,
    map: ArcSwap<Map>,
    capacity: usize,
    /// The hits of schemas that made room for others.
    past_hits: AtomicU64,
}

impl LoadedSchemas {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            shelf: Shelf::new(),
            map: ArcSwap::from_pointee(Map::default()),
            capacity: capacity.max(1),
            past_hits: AtomicU64::new(0),
        }
    }

    /// What `work` makes of the schema, if it is known.
    #[inline]
    pub(super) fn with<R>(&self, identity: SchemaIdentity, work: impl FnOnce(&LoadedSchema) -> R) -> Option<R> {
        if let Some(schema) = self
            .shelf
            .find(hash(identity), |schema| schema.identity == identity && !schema.is_gone.load(Ordering::Relaxed))
        {
            schema.hits.fetch_add(1, Ordering::Relaxed);
            return Some(work(schema));
        }
        let schema = self.get(identity)?;
        schema.hits.fetch_add(1, Ordering::Relaxed);
        Some(work(&schema))
    }

    pub(super) fn get(&self, identity: SchemaIdentity) -> Option<Arc<LoadedSchema>> {
        self.map.load().get(&identity).cloned()
    }

    /// Keeps a schema. A name means one schema for ever, so one that is there already stays.
    pub(super) fn insert(&self, schema: LoadedSchema) -> Arc<LoadedSchema> {
        let schema = Arc::new(schema);
        let makes_room = |map: &Map| map.len() >= self.capacity && !map.contains_key(&schema.identity);
        let old = self.map.rcu(|map| {
            let mut map = if makes_room(map) { Map::default() } else { Map::clone(map) };
            map.entry(schema.identity).or_insert_with(|| Arc::clone(&schema));
            map
        });
        if makes_room(&old) {
            for gone in old.values() {
                gone.is_gone.store(true, Ordering::Relaxed);
                self.past_hits.fetch_add(gone.hits.load(Ordering::Relaxed), Ordering::Relaxed);
            }
        }
        let kept = self.get(schema.identity).unwrap_or(schema);
        self.shelf.put(hash(kept.identity), &kept);
        kept
    }

    pub(super) fn hits(&self) -> u64 {
        let present: u64 = self.map.load().values().map(|schema| schema.hits.load(Ordering::Relaxed)).sum();
        self.past_hits.load(Ordering::Relaxed) + present
    }
}

#[inline]
fn hash(identity: SchemaIdentity) -> u64 {
    FxBuildHasher.hash_one(identity)
}
