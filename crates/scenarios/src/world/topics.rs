//! Topics by the names that steps use, and what to say of those that cannot be used.

use test_probe_actors::dsl::{TopicConsumer, TopicProducer, TopicRef};
use test_probe_actors::event_store::{Selector, Sequence};
use test_probe_actors::journal::JournalTopic;
use test_probe_actors::supervision::explain;
use test_probe_directives::{ClusterName, Role, TopicDirective, TopicName, nearest};

use super::ProbeWorld;
use crate::StepError;

impl ProbeWorld {
    /// A producer topic of the test, on the default cluster.
    ///
    /// # Errors
    /// [`StepError::Failed`] that says what the directive lacks.
    pub fn producer(&self, topic: &str) -> Result<TopicProducer, StepError> {
        self.producer_of(&named(topic, None)?)
    }

    /// A consumer topic of the test, on the default cluster.
    ///
    /// # Errors
    /// [`StepError::Failed`] that says what the directive lacks.
    pub fn consumer(&self, topic: &str) -> Result<TopicConsumer, StepError> {
        self.consumer_of(&named(topic, None)?)
    }

    /// The topic that a step names; it becomes the one that "the topic" stands for.
    pub(crate) fn topic(&mut self, name: &str, cluster: Option<&str>) -> Result<JournalTopic, StepError> {
        let topic = named(name, cluster)?;
        self.topic = Some(topic.clone());
        Ok(topic)
    }

    pub(crate) fn producer_of(&self, topic: &JournalTopic) -> Result<TopicProducer, StepError> {
        let found = self.environment.dsl.producer(self.environment.test_id, topic_ref(topic));
        found.map_err(|nack| self.why_not(topic, Role::Producer, &nack))
    }

    pub(crate) fn consumer_of(&self, topic: &JournalTopic) -> Result<TopicConsumer, StepError> {
        let found = self.environment.dsl.consumer(self.environment.test_id, topic_ref(topic));
        found.map_err(|error| self.why_not(topic, Role::Consumer, &error))
    }

    /// Every topic that the test consumes.
    pub(crate) fn all_consumers(&self) -> Result<Vec<TopicConsumer>, StepError> {
        let directives = self.environment.topics.iter().filter(|directive| directive.role == Role::Consumer);
        let consumers: Vec<_> =
            directives.map(|directive| self.consumer_of(&key_of(directive))).collect::<Result<_, _>>()?;
        if consumers.is_empty() {
            return Err(StepError::failed("the test's directive has no topic with role `consumer` to receive from"));
        }
        Ok(consumers)
    }

    /// The directives of a topic, in any role.
    pub(crate) fn directives_of(&self, topic: &JournalTopic) -> impl Iterator<Item = &TopicDirective> {
        self.environment.topics.iter().filter(move |directive| key_of(directive) == *topic)
    }

    /// The topic with its cluster, as the directive has it in some role.
    ///
    /// # Errors
    /// [`StepError::Failed`] when it is not there.
    pub(crate) fn the_directives_of(&self, topic: &JournalTopic) -> Result<Vec<TopicDirective>, StepError> {
        let directives: Vec<TopicDirective> = self.directives_of(topic).cloned().collect();
        if directives.is_empty() { Err(self.unknown(topic)) } else { Ok(directives) }
    }

    /// Where the scenario began on the topic.
    pub(crate) fn start_of(&self, topic: &JournalTopic) -> Result<Sequence, StepError> {
        match self.starts.get(topic) {
            Some(Ok(start)) => Ok(*start),
            Some(Err(reason)) => Err(StepError::failed(format!(
                "it is not known where topic '{topic}' stood when the scenario began, so old events cannot be told from new \
                 ones: {reason}"
            ))),
            None => Ok(Sequence::default()),
        }
    }

    /// Notes where each consumed topic stands as the scenario begins. `known` is a place that the topic has passed.
    pub(crate) async fn note_starts(&mut self, known: impl Fn(&JournalTopic) -> Sequence) {
        let directives = self.environment.topics.iter().filter(|directive| directive.role == Role::Consumer);
        let asked = directives.map(|directive| {
            let topic = key_of(directive);
            let (consumer, known) = (self.consumer_of(&topic), known(&topic));
            async move {
                let start = match consumer {
                    Ok(consumer) => consumer.list(Selector::All, known).await.map_err(|error| explain(&error)),
                    Err(error) => Err(explain(&error)),
                };
                (topic, start.map(|events| events.last().map_or(known, |event| event.sequence)))
            }
        });
        self.starts = futures_util::future::join_all(asked).await.into_iter().collect();
    }

    fn why_not(&self, topic: &JournalTopic, role: Role, error: &(dyn std::error::Error + 'static)) -> StepError {
        let roles: Vec<Role> = self.directives_of(topic).map(|directive| directive.role).collect();
        if roles.is_empty() {
            return self.unknown(topic);
        }
        if roles.contains(&role) {
            return StepError::failed(explain(error));
        }
        let (can, wanted) = match role {
            Role::Producer => ("consumed", "produce to"),
            Role::Consumer => ("produced to", "receive from"),
        };
        StepError::failed(format!(
            "topic '{topic}' is only {can} in this test's directive; add an entry with role `{role}` to {wanted} it"
        ))
    }

    fn unknown(&self, topic: &JournalTopic) -> StepError {
        let known: Vec<JournalTopic> = self.environment.topics.iter().map(key_of).collect();
        if let Some(elsewhere) = known.iter().find(|known| known.topic == topic.topic) {
            let fix = match elsewhere.cluster.is_default() {
                true => "leave `on cluster` out".to_owned(),
                false => format!("write `on cluster \"{}\"`", elsewhere.cluster),
            };
            return StepError::failed(format!(
                "topic '{}' is on cluster '{}' in this test's directive, not on cluster '{}'; {fix}",
                topic.topic, elsewhere.cluster, topic.cluster
            ));
        }
        let names: Vec<&str> = known.iter().map(|known| known.topic.as_str()).collect();
        let hint = match nearest(topic.topic.as_str(), names.iter().copied()) {
            Some(name) => format!("; did you mean '{name}'?"),
            None if names.is_empty() => "; the directive has no topics".to_owned(),
            None => format!("; it has {}", names.join(", ")),
        };
        StepError::failed(format!("topic '{}' is not in this test's directive{hint}", topic.topic))
    }
}

/// The topic of a directive, as steps call it.
pub(crate) fn key_of(directive: &TopicDirective) -> JournalTopic {
    JournalTopic { cluster: directive.cluster.clone(), topic: directive.topic.clone() }
}

fn named(name: &str, cluster: Option<&str>) -> Result<JournalTopic, StepError> {
    let topic = TopicName::new(name).map_err(|error| StepError::failed(error.to_string()))?;
    Ok(JournalTopic { cluster: cluster.map_or_else(ClusterName::default, ClusterName::new), topic })
}

fn topic_ref(topic: &JournalTopic) -> TopicRef<'_> {
    TopicRef::on(topic.cluster.as_str(), topic.topic.as_str())
}
