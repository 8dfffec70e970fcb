use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use test_probe_directives::{BootstrapServers, Timestamp, TopicName};

use crate::{
    ClientError, ClientSpec, ClusterError, Delivered, OutgoingRecord, Pending, ProducedNack, ProducerClient,
    ProducerClientFactory, Refused,
};

/// What a scripted client does with a record.
#[derive(Clone, Debug, Default)]
pub enum Script {
    /// Keeps it until the test delivers it.
    #[default]
    Keep,
    /// Acknowledges it at once.
    Acknowledge,
    /// Says that its queue is full.
    Full,
    /// Refuses it.
    Refuse(ProducedNack),
}

/// A record that a scripted client keeps.
#[derive(Debug)]
pub struct Kept {
    /// The topic that it was sent to.
    pub topic: TopicName,
    /// The record.
    pub record: OutgoingRecord,
    pending: Arc<Pending>,
}

impl Kept {
    /// Acknowledges the record.
    pub fn deliver(&self) {
        self.pending.settle(Ok(Delivered { partition: 0, offset: 0, timestamp: Timestamp::default() }));
    }
}

/// One world of scripted producers: every client that it makes shares its records and its script.
#[derive(Clone, Debug, Default)]
pub struct ScriptedProducers {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    created: AtomicUsize,
    closed: AtomicUsize,
    /// Told when clients that hang while they close may go on.
    closes_go_on: Condvar,
}

#[derive(Debug, Default)]
struct State {
    script: Script,
    kept: VecDeque<Kept>,
    sent: Vec<OutgoingRecord>,
    fatal: Option<(usize, String)>,
    missing_topics: Vec<TopicName>,
    next_offset: i64,
    create_error: Option<ClientError>,
    closes_hang: bool,
}

impl ScriptedProducers {
    /// A world whose clients keep every record until the test delivers it.
    pub fn keeping() -> Self {
        Self::default()
    }

    /// A world whose clients acknowledge every record at once.
    pub fn acknowledging() -> Self {
        let world = Self::default();
        world.follow(Script::Acknowledge);
        world
    }

    /// Changes what clients do with the records to come.
    pub fn follow(&self, script: Script) {
        self.state().script = script;
    }

    /// Acknowledges the oldest kept record; `false` when there is none.
    pub fn deliver_one(&self) -> bool {
        let (kept, delivered) = {
            let mut state = self.state();
            (state.kept.pop_front(), state.next_delivery())
        };
        kept.map(|kept| kept.pending.settle(Ok(delivered))).is_some()
    }

    /// Acknowledges every kept record, those included that are sent meanwhile; returns how many there were.
    pub fn deliver_all(&self) -> usize {
        std::iter::repeat_with(|| self.deliver_one()).take_while(|delivered| *delivered).count()
    }

    /// Settles the oldest kept record with a Nack; `false` when there is none.
    pub fn fail_one(&self, nack: ProducedNack) -> bool {
        let kept = self.state().kept.pop_front();
        kept.map(|kept| kept.pending.settle(Err(nack))).is_some()
    }

    /// Takes the oldest kept record out; it is delivered by hand, or lost without a report when it is dropped.
    pub fn set_first_aside(&self) -> Option<Kept> {
        self.state().kept.pop_front()
    }

    /// How many records wait for their delivery.
    pub fn kept(&self) -> usize {
        self.state().kept.len()
    }

    /// Every record that a client took, in order.
    pub fn sent(&self) -> Vec<OutgoingRecord> {
        self.state().sent.clone()
    }

    /// Clients that were made.
    pub fn created(&self) -> usize {
        self.shared.created.load(Ordering::SeqCst)
    }

    /// Clients that were closed.
    pub fn closed(&self) -> usize {
        self.shared.closed.load(Ordering::SeqCst)
    }

    /// Makes clients hang while they close, or lets them go on.
    pub fn hang_closes(&self, hang: bool) {
        self.state().closes_hang = hang;
        self.shared.closes_go_on.notify_all();
    }

    /// Gives every client made so far a fatal error.
    pub fn break_clients(&self, reason: &str) {
        let generation = self.created();
        self.state().fatal = Some((generation, reason.to_owned()));
    }

    /// Makes the cluster deny the topic.
    pub fn remove_topic(&self, topic: &TopicName) {
        self.state().missing_topics.push(topic.clone());
    }

    /// Makes the creation of the next clients fail, or succeed again.
    pub fn fail_creation(&self, error: Option<ClientError>) {
        self.state().create_error = error;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn next_delivery(&mut self) -> Delivered {
        let offset = self.next_offset;
        self.next_offset += 1;
        Delivered { partition: 0, offset, timestamp: Timestamp::from_millis(offset) }
    }
}

impl ProducerClientFactory for ScriptedProducers {
    fn create(&self, spec: &ClientSpec) -> Result<Arc<dyn ProducerClient>, ClientError> {
        if let Some(error) = self.state().create_error.clone() {
            return Err(error);
        }
        let number = self.shared.created.fetch_add(1, Ordering::SeqCst) + 1;
        let servers = spec.identity.bootstrap_servers.clone();
        Ok(Arc::new(ScriptedClient { world: self.clone(), servers, number }))
    }
}

#[derive(Debug)]
struct ScriptedClient {
    world: ScriptedProducers,
    servers: BootstrapServers,
    number: usize,
}

impl ProducerClient for ScriptedClient {
    fn send(&self, topic: &TopicName, record: &OutgoingRecord, pending: &Arc<Pending>) -> Result<(), Refused> {
        let mut state = self.world.state();
        match state.script.clone() {
            Script::Full => return Err(Refused::QueueFull),
            Script::Refuse(nack) => return Err(Refused::Failed(nack)),
            Script::Keep => {
                let pending = Arc::clone(pending);
                state.kept.push_back(Kept { topic: topic.clone(), record: record.clone(), pending });
                state.sent.push(record.clone());
            }
            Script::Acknowledge => {
                state.sent.push(record.clone());
                let delivered = state.next_delivery();
                drop(state);
                pending.settle(Ok(delivered));
            }
        }
        Ok(())
    }

    fn partitions(&self, topics: &[TopicName], _: Duration) -> Result<Vec<usize>, ClusterError> {
        let state = self.world.state();
        let missing: Vec<_> = topics.iter().filter(|topic| state.missing_topics.contains(topic)).cloned().collect();
        if missing.is_empty() {
            return Ok(vec![1; topics.len()]);
        }
        Err(ClusterError::UnknownTopics { topics: missing, servers: self.servers.clone() })
    }

    fn fatal_error(&self) -> Option<String> {
        self.world.state().fatal.clone().filter(|(generation, _)| self.number <= *generation).map(|(_, reason)| reason)
    }

    fn close(&self, _: Duration) {
        let hanging = self.world.shared.closes_go_on.wait_while(self.world.state(), |state| state.closes_hang);
        drop(hanging.unwrap_or_else(PoisonError::into_inner));
        self.world.shared.closed.fetch_add(1, Ordering::SeqCst);
    }
}
