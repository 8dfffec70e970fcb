use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use test_probe_directives::{Role, TestId, TopicIdentity, TopicName};

use super::{ConsumerParts, ProbeDsl, ProducerParts};

/// Which topics of which tests are open. Read for every event, written when a topic opens or closes.
#[derive(Default)]
pub(super) struct Topics {
    tests: ArcSwap<HashMap<TestId, TestTopics>>,
}

#[derive(Clone, Default)]
struct TestTopics {
    producers: HashMap<TopicName, Vec<Arc<ProducerParts>>>,
    consumers: HashMap<TopicName, Vec<Arc<ConsumerParts>>>,
}

/// An open topic. It is closed to the DSL when this is dropped, however its actor came to its end.
#[must_use = "the topic is registered as long as this lives"]
pub(crate) struct Registration {
    dsl: ProbeDsl,
    test_id: TestId,
    identity: TopicIdentity,
}

impl Topics {
    pub(super) fn producer(&self, test_id: TestId, cluster: &str, topic: &str) -> Option<Arc<ProducerParts>> {
        let tests = self.tests.load();
        let parts = tests.get(&test_id)?.producers.get(topic)?;
        parts.iter().find(|parts| parts.topic.cluster.as_str() == cluster).cloned()
    }

    pub(super) fn consumer(&self, test_id: TestId, cluster: &str, topic: &str) -> Option<Arc<ConsumerParts>> {
        let tests = self.tests.load();
        let parts = tests.get(&test_id)?.consumers.get(topic)?;
        parts.iter().find(|parts| parts.topic.cluster.as_str() == cluster).cloned()
    }

    /// What is open for the test, for the message of a look-up that found nothing.
    pub(super) fn describe(&self, test_id: TestId) -> String {
        let tests = self.tests.load();
        let Some(topics) = tests.get(&test_id) else { return "the test has no open topics".to_owned() };
        let producers = topics.producers.values().flatten().map(|parts| format!("producer of {}", parts.topic));
        let consumers = topics.consumers.values().flatten().map(|parts| format!("consumer of {}", parts.topic));
        let mut open: Vec<String> = producers.chain(consumers).collect();
        open.sort();
        format!("open are: {}", open.join(", "))
    }

    pub(super) fn add_producer(&self, dsl: ProbeDsl, parts: ProducerParts) -> Registration {
        let (test_id, topic) = (parts.test_id, parts.topic.clone());
        let parts = Arc::new(parts);
        self.change(test_id, |topics| {
            let producers = topics.producers.entry(topic.topic.clone()).or_default();
            producers.retain(|known| known.topic != topic);
            producers.push(Arc::clone(&parts));
        });
        let identity = TopicIdentity { cluster: topic.cluster, topic: topic.topic, role: Role::Producer };
        Registration { dsl, test_id, identity }
    }

    pub(super) fn add_consumer(&self, dsl: ProbeDsl, parts: ConsumerParts) -> Registration {
        let (test_id, topic) = (parts.test_id, parts.topic.clone());
        let parts = Arc::new(parts);
        self.change(test_id, |topics| {
            let consumers = topics.consumers.entry(topic.topic.clone()).or_default();
            consumers.retain(|known| known.topic != topic);
            consumers.push(Arc::clone(&parts));
        });
        let identity = TopicIdentity { cluster: topic.cluster, topic: topic.topic, role: Role::Consumer };
        Registration { dsl, test_id, identity }
    }

    fn remove(&self, test_id: TestId, identity: &TopicIdentity) {
        let TopicIdentity { cluster, topic, role } = identity;
        self.change(test_id, |topics| match role {
            Role::Producer => {
                topics.producers.entry(topic.clone()).or_default().retain(|parts| parts.topic.cluster != *cluster);
                topics.producers.retain(|_, parts| !parts.is_empty());
            }
            Role::Consumer => {
                topics.consumers.entry(topic.clone()).or_default().retain(|parts| parts.topic.cluster != *cluster);
                topics.consumers.retain(|_, parts| !parts.is_empty());
            }
        });
    }

    fn change(&self, test_id: TestId, change: impl Fn(&mut TestTopics)) {
        self.tests.rcu(|tests| {
            let mut tests = HashMap::clone(tests);
            let topics = tests.entry(test_id).or_default();
            change(topics);
            if topics.producers.is_empty() && topics.consumers.is_empty() {
                tests.remove(&test_id);
            }
            tests
        });
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.dsl.inner.topics.remove(self.test_id, &self.identity);
    }
}
