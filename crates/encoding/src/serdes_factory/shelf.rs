use std::sync::{Arc, OnceLock};

/// A place to find things again within a few nanoseconds: a hash table of fixed size that only ever grows fuller.
///
/// Reading is one or two plain loads, without a lock and without a write that other threads would notice, which is what
/// sets it apart from every map that can also forget. What finds no room, or must be forgotten, lives in a map beside it.
pub(super) struct Shelf<V> {
    slots: Box<[OnceLock<Arc<V>>]>,
}

impl<V> Shelf<V> {
    /// 1024, so that two hundred topics with keys and values seldom meet in a slot. 16 KiB.
    const SLOTS: usize = 1024;
    /// How many slots a thing may lie from its own.
    const REACH: usize = 8;

    pub(super) fn new() -> Self {
        Self { slots: (0..Self::SLOTS).map(|_| OnceLock::new()).collect() }
    }

    /// The first thing near the slot of `hash` that is the wanted one.
    #[inline]
    pub(super) fn find(&self, hash: u64, is_wanted: impl Fn(&V) -> bool) -> Option<&Arc<V>> {
        self.near(hash).map_while(OnceLock::get).find(|thing| is_wanted(thing))
    }

    /// Puts a thing near the slot of `hash`, where there is room.
    pub(super) fn put(&self, hash: u64, thing: &Arc<V>) {
        for slot in self.near(hash) {
            if Arc::ptr_eq(slot.get_or_init(|| Arc::clone(thing)), thing) {
                return;
            }
        }
    }

    #[inline]
    fn near(&self, hash: u64) -> impl Iterator<Item = &OnceLock<Arc<V>>> {
        let [a, b, ..] = hash.to_le_bytes();
        let first = usize::from(u16::from_le_bytes([a, b]));
        (first..first + Self::REACH).map(|index| &self.slots[index % Self::SLOTS])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf_of(things: &[(u64, u32)]) -> Shelf<u32> {
        let shelf = Shelf::new();
        for (hash, thing) in things {
            shelf.put(*hash, &Arc::new(*thing));
        }
        shelf
    }

    #[test]
    fn things_of_one_hash_lie_side_by_side() {
        let shelf = shelf_of(&[(7, 1), (7, 2), (8, 3)]);
        for (hash, thing, found) in [(7, 1, true), (7, 2, true), (8, 3, true), (7, 4, false), (9000, 1, false)] {
            assert_eq!(shelf.find(hash, |known| *known == thing).is_some(), found, "{hash} {thing}");
        }
    }

    #[test]
    fn the_last_slot_is_followed_by_the_first() {
        let last = u64::try_from(Shelf::<u32>::SLOTS).unwrap() - 1;
        let shelf = shelf_of(&[(last, 1), (last, 2)]);
        assert_eq!(shelf.find(last, |known| *known == 2).map(|found| **found), Some(2));
    }

    #[test]
    fn what_finds_no_room_is_left_out() {
        let things: Vec<(u64, u32)> = (0..20).map(|thing| (7, thing)).collect();
        let shelf = shelf_of(&things);
        assert_eq!(shelf.find(7, |known| *known == 7).map(|found| **found), Some(7));
        assert_eq!(shelf.find(7, |known| *known == 8), None);
    }

    #[test]
    fn a_thing_put_twice_lies_there_once() {
        let shelf = Shelf::new();
        let thing = Arc::new(1);
        shelf.put(7, &thing);
        shelf.put(7, &thing);
        assert_eq!(shelf.slots.iter().filter(|slot| slot.get().is_some()).count(), 1);
    }
}
