use std::ops::Deref;
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

/// A schema that is read with.
pub(super) enum InUse<'a> {
    OnShelf(&'a LoadedSchema),
    InMap(Arc<LoadedSchema>),
}

impl Deref for InUse<'_> {
    type Target = LoadedSchema;

    #[inline]
    fn deref(&self) -> &LoadedSchema {
        match self {
            Self::OnShelf(schema) => schema,
            Self::InMap(schema) => schema,
        }
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

    /// The schema to read with, if it is known.
    #[inline]
    pub(super) fn find(&self, identity: SchemaIdentity) -> Option<InUse<'_>> {
        let is_wanted = |schema: &LoadedSchema| schema.identity == identity && !schema.is_gone.load(Ordering::Relaxed);
        let schema = match self.shelf.find(slot(identity), is_wanted) {
            Some(schema) => InUse::OnShelf(schema),
            None => InUse::InMap(self.get(identity)?),
        };
        schema.hits.fetch_add(1, Ordering::Relaxed);
        Some(schema)
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
        self.shelf.put(slot(kept.identity), &kept);
        kept
    }

    pub(super) fn hits(&self) -> u64 {
        let present: u64 = self.map.load().values().map(|schema| schema.hits.load(Ordering::Relaxed)).sum();
        self.past_hits.load(Ordering::Relaxed) + present
    }
}

/// A registry counts its ids, so that they lie side by side as they are; a GUID is a digest.
#[inline]
fn slot(identity: SchemaIdentity) -> u64 {
    match identity {
        SchemaIdentity::Id(id) => u64::from(id.as_u32()),
        SchemaIdentity::Guid(guid) => {
            let [a, b, ..] = *guid.as_bytes();
            u64::from(u16::from_le_bytes([a, b]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::avro::AvroCodec;
    use crate::{SchemaGuid, SchemaId};

    fn codec() -> AnyCodec {
        AnyCodec::Avro(AvroCodec::parse(r#""string""#, &[]).unwrap())
    }

    #[test]
    fn schemas_that_share_a_slot_are_told_apart() {
        let mut guid = [7; 16];
        guid[..2].copy_from_slice(&[1, 0]);
        let ids = [1, 1 + 1024, 1 + 65_536, 2].map(|id| SchemaIdentity::Id(SchemaId::new(id)));
        let identities = [ids.as_slice(), &[SchemaIdentity::Guid(SchemaGuid::from_bytes(guid))]].concat();
        let loaded = LoadedSchemas::new(100);
        for identity in &identities {
            loaded.insert(LoadedSchema::new(*identity, codec()));
        }
        for identity in &identities {
            let found = loaded.find(*identity).unwrap();
            assert!(matches!(found, InUse::OnShelf(_)), "{identity}");
            assert_eq!(found.identity, *identity);
        }
        assert!(loaded.find(SchemaIdentity::Id(SchemaId::new(3))).is_none());
        assert_eq!(loaded.hits(), 5);
    }

    #[test]
    fn what_finds_no_room_on_the_shelf_is_found_in_the_map() {
        let loaded = LoadedSchemas::new(100);
        let ids: Vec<_> = (0..20).map(|row| SchemaIdentity::Id(SchemaId::new(5 + row * 1024))).collect();
        for id in &ids {
            loaded.insert(LoadedSchema::new(*id, codec()));
        }
        for id in &ids {
            assert_eq!(loaded.find(*id).unwrap().identity, *id);
        }
        assert!(matches!(loaded.find(ids[19]), Some(InUse::InMap(_))));
        assert_eq!(loaded.hits(), 21);
    }
}
