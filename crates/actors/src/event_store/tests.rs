use std::sync::Arc;

use proptest::prelude::*;
use test_probe_directives::TopicName;
use test_probe_kafka::{Headers, IncomingRecord};

use super::{ConsumedRecord, EventStore, Selector, Sequence, StoreLimits};

fn event(partition: i32, offset: i64, correlation_id: &str, bytes: usize) -> ConsumedRecord {
    let record = IncomingRecord {
        topic: TopicName::new("orders").unwrap(),
        partition,
        offset,
        timestamp: None,
        key: None,
        value: Some(vec![0; bytes]),
        headers: Headers::none(),
    };
    ConsumedRecord {
        sequence: Sequence::default(),
        record: Arc::new(record),
        correlation_id: Some(correlation_id.to_owned()),
        event_type: Some(format!("{correlation_id}-type")),
    }
}

fn store(max_events: usize, max_bytes: usize) -> EventStore {
    EventStore::new(StoreLimits { max_events, max_bytes })
}

fn offsets(events: &[Arc<ConsumedRecord>]) -> Vec<i64> {
    events.iter().map(|event| event.record.offset).collect()
}

#[test]
fn events_with_the_same_correlation_id_are_all_kept_and_fetch_gives_the_first() {
    let mut store = store(10, 1000);
    for (offset, id) in [(0, "a"), (1, "b"), (2, "a")] {
        store.add(event(0, offset, id, 1));
    }
    assert_eq!(store.first("a").unwrap().record.offset, 0);
    assert_eq!(offsets(&store.after(Sequence(0), &Selector::CorrelationId("a".into()))), [0, 2]);
    assert!(store.first("c").is_none());
}

#[test]
fn listing_begins_after_a_sequence_and_keeps_the_order() {
    let mut store = store(10, 1000);
    for offset in 0..4 {
        store.add(event(0, offset, "a", 1));
    }
    assert_eq!(offsets(&store.after(Sequence(2), &Selector::All)), [2, 3]);
    assert_eq!(offsets(&store.after(store.last(), &Selector::All)), [] as [i64; 0]);
    assert_eq!(store.after(Sequence(0), &Selector::EventType("a-type".into())).len(), 4);
    assert!(store.after(Sequence(0), &Selector::EventType("other".into())).is_empty());
}

#[test]
fn a_record_that_comes_twice_is_kept_once() {
    let mut store = store(10, 1000);
    assert!(store.add(event(0, 5, "a", 1)).kept.is_some());
    assert!(store.add(event(0, 5, "a", 1)).kept.is_none());
    assert!(store.add(event(0, 4, "a", 1)).kept.is_none(), "read again after a rebalance");
    assert!(store.add(event(1, 4, "a", 1)).kept.is_some(), "another partition counts for itself");
    assert_eq!(store.after(Sequence(0), &Selector::All).len(), 2);
}

#[test]
fn over_the_count_the_oldest_makes_room_and_is_remembered() {
    let mut store = store(2, 1000);
    store.add(event(0, 0, "a", 1));
    store.add(event(0, 1, "b", 1));
    let added = store.add(event(0, 2, "a", 1));
    assert_eq!(offsets(&added.evicted), [0]);
    assert!(store.was_evicted("a") && !store.was_evicted("b"));
    assert_eq!(store.first("a").unwrap().record.offset, 2, "the later one is still there");
}

#[test]
fn over_the_bytes_as_many_as_needed_make_room_but_the_newest_stays() {
    let mut store = store(10, 100);
    store.add(event(0, 0, "a", 40));
    store.add(event(0, 1, "b", 40));
    assert_eq!(offsets(&store.add(event(0, 2, "c", 90)).evicted), [0, 1]);
    assert_eq!(offsets(&store.add(event(0, 3, "d", 500)).evicted), [2]);
    assert_eq!(offsets(&store.after(Sequence(0), &Selector::All)), [3]);
}

proptest! {
    #[test]
    fn whatever_comes_the_limits_hold_and_every_kept_event_is_found(
        events in proptest::collection::vec((0..3_i32, 0..5_u8, 0..50_usize), 1..80)
    ) {
        let mut store = store(7, 120);
        let mut next = [0_i64; 3];
        for (partition, id, bytes) in events {
            let offset = &mut next[usize::try_from(partition).unwrap()];
            store.add(event(partition, *offset, &id.to_string(), bytes));
            *offset += 1;
            let kept = store.after(Sequence(0), &Selector::All);
            prop_assert!(kept.len() <= 7);
            let total: usize = kept.iter().map(|event| event.record.value.as_ref().unwrap().len()).sum();
            prop_assert!(total <= 120 || kept.len() == 1);
            prop_assert_eq!(store.bytes, total);
            for event in &kept {
                let id = event.correlation_id.clone().unwrap();
                let first = kept.iter().find(|other| other.correlation_id.as_deref() == Some(&id)).unwrap();
                prop_assert_eq!(store.first(&id).unwrap().sequence, first.sequence);
            }
        }
    }
}
