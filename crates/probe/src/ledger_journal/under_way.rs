use std::collections::{HashMap, HashSet, VecDeque};

use test_probe_actors::journal::JournalTopic;
use test_probe_directives::Timestamp;
use test_probe_kafka::EventId;

/// How many events that were produced and not yet read back are remembered.
const MOST: usize = 100_000;

/// When events were accepted that may be read back, by topic and correlation id, to tell their end-to-end latency.
#[derive(Debug, Default)]
pub(super) struct UnderWay {
    accepted: HashMap<Place, VecDeque<(EventId, Timestamp)>>,
    /// In the order of their acceptance; those that were taken meanwhile are passed over.
    order: VecDeque<(Place, EventId)>,
    known: HashSet<EventId>,
}

type Place = (JournalTopic, String);

impl UnderWay {
    pub(super) fn accepted(&mut self, topic: &JournalTopic, correlation_id: &str, id: EventId, at: Timestamp) {
        let place = (topic.clone(), correlation_id.to_owned());
        self.order.push_back((place.clone(), id));
        self.accepted.entry(place).or_default().push_back((id, at));
        self.known.insert(id);
        while self.known.len() > MOST
            && let Some((place, id)) = self.order.pop_front()
        {
            self.remove(&place, |known| known == id);
        }
        // What was taken leaves its mark in the order; the marks are swept before they outnumber what is known.
        if self.order.len() > 2 * MOST {
            let Self { known, order, .. } = self;
            order.retain(|(_, id)| known.contains(id));
        }
    }

    /// The oldest event of this id was read back.
    pub(super) fn take(&mut self, topic: &JournalTopic, correlation_id: &str) -> Option<Timestamp> {
        self.remove(&(topic.clone(), correlation_id.to_owned()), |_| true)
    }

    /// The event was not written, so that a later one of its id must not be measured from it.
    pub(super) fn forget(&mut self, topic: &JournalTopic, correlation_id: &str, id: EventId) {
        self.remove(&(topic.clone(), correlation_id.to_owned()), |known| known == id);
    }

    fn remove(&mut self, place: &Place, is_meant: impl Fn(EventId) -> bool) -> Option<Timestamp> {
        let events = self.accepted.get_mut(place)?;
        let index = events.iter().position(|(id, _)| is_meant(*id))?;
        let (id, at) = events.remove(index)?;
        if events.is_empty() {
            self.accepted.remove(place);
        }
        self.known.remove(&id);
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use test_probe_directives::{ClusterName, TopicName};

    use super::*;

    fn topic() -> JournalTopic {
        JournalTopic { cluster: ClusterName::default(), topic: TopicName::new("orders").unwrap() }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn the_oldest_of_an_id_is_taken_first_and_each_once() {
        let mut under_way = UnderWay::default();
        under_way.accepted(&topic(), "a", EventId(1), at(1));
        under_way.accepted(&topic(), "a", EventId(2), at(2));
        assert_eq!(under_way.take(&topic(), "a"), Some(at(1)));
        assert_eq!(under_way.take(&topic(), "a"), Some(at(2)));
        assert_eq!(under_way.take(&topic(), "a"), None);
        assert_eq!(under_way.take(&topic(), "b"), None);
    }

    #[test]
    fn an_event_that_was_not_written_does_not_lend_its_time_to_the_next_of_its_id() {
        let mut under_way = UnderWay::default();
        under_way.accepted(&topic(), "a", EventId(1), at(1));
        under_way.accepted(&topic(), "a", EventId(2), at(900));
        under_way.forget(&topic(), "a", EventId(1));
        assert_eq!(under_way.take(&topic(), "a"), Some(at(900)));
    }

    #[test]
    fn what_is_remembered_is_bounded_and_the_oldest_goes_first() {
        let mut under_way = UnderWay::default();
        for id in 0..=MOST as u64 {
            under_way.accepted(&topic(), &id.to_string(), EventId(id), at(1));
        }
        assert_eq!(under_way.take(&topic(), "0"), None);
        assert_eq!(under_way.take(&topic(), "1"), Some(at(1)));
        for id in 0..5 * MOST as u64 {
            under_way.accepted(&topic(), "again", EventId(id), at(1));
            under_way.take(&topic(), "again");
        }
        assert!(under_way.order.len() <= 2 * MOST + 1, "{}", under_way.order.len());
    }
}
