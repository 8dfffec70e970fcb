use std::hash::BuildHasher;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use hashbrown::{Equivalent, HashMap};
use rustc_hash::FxBuildHasher;
use tokio::time::Instant;

use super::asked_record::AskedRecord;
use super::lane::{Lane, LaneKey, Micros, Question};
use super::memo::Owner;
use super::shelf::Shelf;
use super::written_with::WrittenWith;
use crate::ValueTarget;

/// A lane that is written by.
pub(super) enum InUse<'a> {
    Remembered(&'a Lane),
    InMap(Arc<Lane>),
}

impl Deref for InUse<'_> {
    type Target = Lane;

    #[inline]
    fn deref(&self) -> &Lane {
        match self {
            Self::Remembered(lane) => lane,
            Self::InMap(lane) => lane,
        }
    }
}

type Map = HashMap<LaneKey, Arc<Lane>, FxBuildHasher>;

/// The lanes found so far. Reading takes no lock and waits for nobody; a new lane makes a new map, which is rare.
pub(super) struct Lanes {
    born: Instant,
    owner: Owner,
    shelf: Shelf<Lane>,
    map: ArcSwap<Map>,
    capacity: usize,
    /// The hits of lanes that made room for others.
    past_hits: AtomicU64,
}

impl Lanes {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            born: Instant::now(),
            owner: Owner::default(),
            shelf: Shelf::new(),
            map: ArcSwap::from_pointee(Map::default()),
            capacity: capacity.max(1),
            past_hits: AtomicU64::new(0),
        }
    }

    /// The lane to write by, if there is one that is still good.
    #[inline]
    pub(super) fn find<'a>(&'a self, target: &'a ValueTarget, record: Option<AskedRecord<'_>>) -> Option<InUse<'a>> {
        let question = Question { target, record };
        // Nearly always a target is written to as it was before.
        let lane = match target.memo.lane_of(&self.owner).filter(|lane| question.is_record_of(&lane.key)) {
            Some(lane) if !lane.is_retired() => InUse::Remembered(lane),
            _ => self.look_for(question)?,
        };
        lane.use_once(|| self.now()).then_some(lane)
    }

    fn look_for<'a>(&'a self, question: Question<'_>) -> Option<InUse<'a>> {
        let hash = FxBuildHasher.hash_one(question);
        match self.shelf.find(hash, |lane| question.equivalent(&lane.key) && !lane.is_retired()) {
            Some(lane) => {
                question.target.memo.keep(&self.owner, lane);
                Some(InUse::Remembered(lane))
            }
            None => {
                let lane = Arc::clone(self.map.load().get(&question)?);
                self.shelf.put(hash, &lane);
                question.target.memo.keep(&self.owner, &lane);
                Some(InUse::InMap(lane))
            }
        }
    }

    /// The lane of a key, good or not.
    pub(super) fn get(&self, key: &LaneKey) -> Option<Arc<Lane>> {
        self.map.load().get(key).cloned()
    }

    /// Sets the schema to write with, for some time or for ever.
    pub(super) fn set(&self, key: &LaneKey, written: &WrittenWith, lifetime: Option<Duration>) {
        let good_until = lifetime.map(|lifetime| self.now().saturating_add(micros(lifetime)));
        let before = self.get(key);
        match &before {
            Some(lane) if lane.writes_as(written) => lane.renew(good_until),
            before => {
                let lane = Lane::new(key.clone(), written.clone(), good_until, before.as_deref());
                self.insert(Arc::new(lane));
                if let Some(before) = before {
                    before.retire();
                }
            }
        }
    }

    fn insert(&self, lane: Arc<Lane>) {
        let makes_room = |map: &Map| map.len() >= self.capacity && !map.contains_key(&lane.key);
        let old = self.map.rcu(|map| {
            let mut map = if makes_room(map) { Map::default() } else { Map::clone(map) };
            map.insert(lane.key.clone(), Arc::clone(&lane));
            map
        });
        if makes_room(&old) {
            for gone in old.values() {
                gone.retire();
                self.past_hits.fetch_add(gone.hits(), Ordering::Relaxed);
            }
        }
    }

    /// Lets the lanes that follow the latest version of a subject be found out anew.
    pub(super) fn forget_latest(&self) {
        self.map.load().values().filter(|lane| !lane.is_lasting()).for_each(|lane| lane.expire());
    }

    pub(super) fn hits(&self) -> u64 {
        let present: u64 = self.map.load().values().map(|lane| lane.hits()).sum();
        self.past_hits.load(Ordering::Relaxed) + present
    }

    fn now(&self) -> Micros {
        micros(self.born.elapsed()).saturating_add(FIRST_MOMENT)
    }
}

/// Moments before this one are marks of a lane.
const FIRST_MOMENT: Micros = 2;

fn micros(time: Duration) -> Micros {
    Micros::try_from(time.as_micros()).unwrap_or(Micros::MAX - FIRST_MOMENT)
}
