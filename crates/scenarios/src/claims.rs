use std::collections::{BTreeMap, HashMap, HashSet};

use test_probe_actors::event_store::Sequence;
use test_probe_actors::journal::JournalTopic;

/// Which events of a run belong to which of its scenarios: the ids that they produced, and the events that their steps
/// received. Shared by the scenarios that run at the same time.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    claimed: HashMap<JournalTopic, BTreeMap<Sequence, u64>>,
    producers: HashMap<String, HashSet<u64>>,
}

/// Whose event it is, as seen by one scenario. Earlier ones are preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owner {
    /// The scenario produced an event with the same correlation id.
    Own,
    /// No scenario of this run produced one.
    Nobody,
    /// Another scenario did.
    Other,
}

impl Claims {
    /// Notes that a scenario produces an event that is found by these texts.
    pub(crate) fn produced(&mut self, scenario: u64, found_by: Vec<String>) {
        for text in found_by {
            self.producers.entry(text).or_default().insert(scenario);
        }
    }

    /// Whose event is found by this text.
    pub(crate) fn owner(&self, scenario: u64, found_by: Option<&str>) -> Owner {
        match found_by.and_then(|text| self.producers.get(text)) {
            None => Owner::Nobody,
            Some(scenarios) if scenarios.contains(&scenario) => Owner::Own,
            Some(_) => Owner::Other,
        }
    }

    /// Whether some scenario of this run produced an event that is found by this text.
    pub(crate) fn is_produced(&self, found_by: &str) -> bool {
        self.producers.contains_key(found_by)
    }

    /// Gives an event to a scenario, unless a step has it already.
    pub(crate) fn claim(&mut self, scenario: u64, topic: &JournalTopic, event: Sequence) -> bool {
        let claimed = self.claimed.entry(topic.clone()).or_default();
        let is_free = !claimed.contains_key(&event);
        if is_free {
            claimed.insert(event, scenario);
        }
        is_free
    }

    /// The scenario whose step received the event.
    pub(crate) fn claimed_by(&self, topic: &JournalTopic, event: Sequence) -> Option<u64> {
        self.claimed.get(topic)?.get(&event).copied()
    }
}

#[cfg(test)]
mod tests {
    use test_probe_directives::{ClusterName, TopicName};

    use super::*;

    #[test]
    fn an_event_is_claimed_once() {
        let topic = JournalTopic { cluster: ClusterName::default(), topic: TopicName::new("orders").unwrap() };
        let mut claims = Claims::default();
        assert!(claims.claim(1, &topic, Sequence(7)));
        assert!(!claims.claim(2, &topic, Sequence(7)));
        assert_eq!(claims.claimed_by(&topic, Sequence(7)), Some(1));
        assert_eq!(claims.claimed_by(&topic, Sequence(8)), None);
    }

    #[test]
    fn an_event_belongs_to_whoever_produced_its_id() {
        let mut claims = Claims::default();
        claims.produced(1, vec!["a".into(), "both".into()]);
        claims.produced(2, vec!["both".into()]);
        let seen_by_2 = ["a", "both", "c"].map(|id| claims.owner(2, Some(id)));
        assert_eq!(seen_by_2, [Owner::Other, Owner::Own, Owner::Nobody]);
        assert_eq!(claims.owner(1, None), Owner::Nobody);
        assert!(Owner::Own < Owner::Nobody && Owner::Nobody < Owner::Other);
    }
}
