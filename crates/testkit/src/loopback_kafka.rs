use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use test_probe_directives::{Timestamp, TopicName};
use test_probe_kafka::scripted::{ScriptedConsumers, ScriptedTopic};
use test_probe_kafka::{
    ClientError, ClientSpec, ClusterError, ConsumerClientFactory, ConsumerSession, ConsumerSpec, Delivered,
    OutgoingRecord, Pending, ProducedNack, ProducerClient, ProducerClientFactory, Refused,
};

/// A Kafka in memory: a record that it acknowledges appears on the consumer topic of the same name. All clones are one.
///
/// ```text
/// producer ──send──▶ LoopbackKafka ──▶ consumer topic of the same name
///                         └─ forward ──▶ consumer topics that a system under test would write to
/// ```
#[derive(Clone, Debug)]
pub struct LoopbackKafka {
    consumers: ScriptedConsumers,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    refusal: Option<ProducedNack>,
    holds: bool,
    held: Vec<(TopicName, OutgoingRecord, Arc<Pending>)>,
    forwards: Vec<(TopicName, TopicName)>,
    sent: Vec<(TopicName, OutgoingRecord)>,
}

impl LoopbackKafka {
    /// A Kafka that acknowledges everything at once.
    pub fn new() -> Self {
        Self { consumers: ScriptedConsumers::assigning(), state: Arc::default() }
    }

    /// Lets records of one topic appear on another one too, as a system under test would answer them.
    pub fn forward(&self, from: &TopicName, to: &TopicName) {
        self.state().forwards.push((from.clone(), to.clone()));
    }

    /// Refuses the records to come, or takes them again.
    pub fn refuse(&self, nack: Option<ProducedNack>) {
        self.state().refusal = nack;
    }

    /// Holds the records to come: they are neither acknowledged nor seen until [`release`](Self::release).
    pub fn hold(&self) {
        self.state().holds = true;
    }

    /// Acknowledges what was held, in order, and holds no more.
    pub fn release(&self) {
        let held = {
            let mut state = self.state();
            state.holds = false;
            std::mem::take(&mut state.held)
        };
        for (topic, record, pending) in held {
            self.deliver(&topic, &record, &pending);
        }
    }

    /// Every record that was taken, in order.
    pub fn sent(&self) -> Vec<(TopicName, OutgoingRecord)> {
        self.state().sent.clone()
    }

    /// A consumer topic, once it was opened: a record pushed there comes from outside.
    pub fn topic(&self, topic: &str) -> Option<ScriptedTopic> {
        self.consumers.topic(topic)
    }

    fn deliver(&self, topic: &TopicName, record: &OutgoingRecord, pending: &Pending) {
        let forwards = self.state().forwards.clone();
        let forwarded = forwards.iter().filter(|(from, _)| from == topic).map(|(_, to)| to);
        let mut offset = 0;
        for topic in forwarded.chain([topic]) {
            if let Some(topic) = self.topic(topic.as_str()) {
                offset = topic.push(record.key.as_deref(), record.value.as_deref(), record.headers.clone());
            }
        }
        pending.settle(Ok(Delivered { partition: 0, offset, timestamp: Timestamp::from_millis(offset) }));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for LoopbackKafka {
    fn default() -> Self {
        Self::new()
    }
}

impl ProducerClientFactory for LoopbackKafka {
    fn create(&self, _: &ClientSpec) -> Result<Arc<dyn ProducerClient>, ClientError> {
        Ok(Arc::new(self.clone()))
    }
}

impl ConsumerClientFactory for LoopbackKafka {
    fn open(&self, spec: ConsumerSpec) -> Result<ConsumerSession, ClientError> {
        self.consumers.open(spec)
    }
}

impl ProducerClient for LoopbackKafka {
    fn send(&self, topic: &TopicName, record: &OutgoingRecord, pending: &Arc<Pending>) -> Result<(), Refused> {
        let mut state = self.state();
        if let Some(nack) = state.refusal.clone() {
            return Err(Refused::Failed(nack));
        }
        state.sent.push((topic.clone(), record.clone()));
        if state.holds {
            state.held.push((topic.clone(), record.clone(), Arc::clone(pending)));
            return Ok(());
        }
        drop(state);
        self.deliver(topic, record, pending);
        Ok(())
    }

    fn partitions(&self, topics: &[TopicName], _: Duration) -> Result<Vec<usize>, ClusterError> {
        Ok(vec![1; topics.len()])
    }

    fn fatal_error(&self) -> Option<String> {
        None
    }

    fn close(&self, _: Duration) {}
}
