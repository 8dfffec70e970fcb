use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use arc_swap::ArcSwap;
use test_probe_directives::TopicName;
use test_probe_oauth::TokenUnavailable;
use tracing::{error, warn};

use crate::{
    ClientError, ClientIdentity, ClientSpec, ClusterError, NackKind, OutgoingRecord, Pending, ProducedNack,
    ProducerClient, ProducerClientFactory, Refused,
};

#[cfg(test)]
mod tests;

/// How long a client that nobody leases any more may take to flush what is left. Lanes drain before they let go, so
/// this is for what they gave up.
const CLOSE_DEADLINE: Duration = Duration::from_secs(5);

/// The system's producer clients: one per cluster, principal and credential, however many topics and tests.
///
/// Made at system start and handed down. Each lane holds a lease; the last lease closes the client, on a thread of its
/// own, since librdkafka's destroy can hang (librdkafka#1640) and must not take a runtime's thread with it.
#[derive(Clone)]
pub struct ClientPool {
    factory: Arc<dyn ProducerClientFactory>,
    slots: Arc<Mutex<HashMap<ClientIdentity, Weak<Slot>>>>,
}

/// The right to send through a shared client. Cheap to clone; the client closes with its last lease.
#[derive(Clone, Debug)]
pub struct ProducerLease {
    slot: Arc<Slot>,
}

/// One identity's client, and how to make it anew.
struct Slot {
    spec: ClientSpec,
    factory: Arc<dyn ProducerClientFactory>,
    client: ArcSwap<Arc<dyn ProducerClient>>,
    replacing: Mutex<()>,
}

impl ClientPool {
    /// An empty pool that makes its clients with `factory`.
    pub fn new(factory: Arc<dyn ProducerClientFactory>) -> Self {
        Self { factory, slots: Arc::default() }
    }

    /// Leases the client of this identity, making it if nobody has it yet. The first to ask decides its settings.
    ///
    /// # Errors
    /// [`ClientError`] when the client cannot be made.
    pub fn lease(&self, spec: &ClientSpec) -> Result<ProducerLease, ClientError> {
        let mut slots = locked(&self.slots);
        slots.retain(|_, slot| slot.strong_count() > 0);
        if let Some(slot) = slots.get(&spec.identity).and_then(Weak::upgrade) {
            return Ok(ProducerLease { slot });
        }
        let client = self.factory.create(spec)?;
        let slot = Arc::new(Slot {
            spec: spec.clone(),
            factory: Arc::clone(&self.factory),
            client: ArcSwap::from_pointee(client),
            replacing: Mutex::new(()),
        });
        slots.insert(spec.identity.clone(), Arc::downgrade(&slot));
        Ok(ProducerLease { slot })
    }

    /// How many clients are leased.
    pub fn clients(&self) -> usize {
        locked(&self.slots).values().filter(|slot| slot.strong_count() > 0).count()
    }
}

impl ProducerLease {
    /// Sends through the client; a client with a fatal error is replaced first, and its records are settled as failed.
    /// While nobody can log in the record is refused at once: in the client it would wait for a login until its time ran out.
    pub(crate) fn send(
        &self,
        topic: &TopicName,
        record: &OutgoingRecord,
        pending: &Arc<Pending>,
    ) -> Result<(), Refused> {
        if let Some(unavailable) = self.slot.spec.unavailable() {
            return Err(Refused::Failed(not_logged_in(unavailable)));
        }
        let client = self.slot.client.load();
        if client.fatal_error().is_none() {
            return client.send(topic, record, pending);
        }
        drop(client);
        self.slot.replace().map_err(|cause| {
            let reason = "the client had a fatal error and could not be replaced";
            Refused::Failed(ProducedNack::not_written(NackKind::Broker, reason).worth_a_retry().because(cause))
        })?;
        self.slot.client.load().send(topic, record, pending)
    }

    /// How many partitions each of the topics has. Blocks for up to `timeout`.
    ///
    /// # Errors
    /// [`ClusterError`] when the cluster does not answer, or lacks one of the topics.
    pub fn partitions(&self, topics: &[TopicName], timeout: Duration) -> Result<Vec<usize>, ClusterError> {
        let client = Arc::clone(&**self.slot.client.load());
        client.partitions(topics, timeout)
    }

    /// Whether both leases are of one client.
    pub fn is_same_client(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.slot, &other.slot)
    }

    /// The shared client's `client.id`.
    pub fn client_id(&self) -> &str {
        &self.slot.spec.client_id
    }
}

fn not_logged_in(unavailable: TokenUnavailable) -> ProducedNack {
    let reason = "nobody can log in without a valid token";
    ProducedNack::not_written(NackKind::Authentication, reason).worth_a_retry().because(unavailable)
}

impl Slot {
    /// Puts a new client in place of one that failed for good. Whoever comes second finds the work done.
    fn replace(&self) -> Result<(), ClientError> {
        let _replacing = self.replacing.lock().unwrap_or_else(PoisonError::into_inner);
        let old = self.client.load_full();
        let Some(reason) = old.fatal_error() else { return Ok(()) };
        warn!(client_id = self.spec.client_id, reason, "replacing a client after a fatal error");
        let new = self.factory.create(&self.spec)?;
        self.client.store(Arc::new(new));
        close_on_a_helper_thread(Arc::clone(&old), self.spec.client_id.clone());
        Ok(())
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        close_on_a_helper_thread(Arc::clone(&**self.client.load()), self.spec.client_id.clone());
    }
}

/// Closes and destroys a client where nobody waits for it. A thread that outlives its watchdog is reported and left.
fn close_on_a_helper_thread(client: Arc<dyn ProducerClient>, client_id: String) {
    let name = client_id.clone();
    let closing = thread::Builder::new().name("kafka-client-close".to_owned()).spawn(move || {
        client.close(CLOSE_DEADLINE);
        drop(client);
    });
    match closing {
        Ok(closing) => watch_over(closing, name),
        Err(error) => error!(client_id, %error, "no thread to close the client on; its destructor runs here"),
    }
}

/// Reports a destroy that hangs. The watchdog is a thread too: it must not depend on a runtime that is shutting down.
fn watch_over(closing: thread::JoinHandle<()>, client_id: String) {
    let watch = move || {
        let patience = CLOSE_DEADLINE * 3;
        if !finishes_within(&closing, patience) {
            error!(client_id, ?patience, "librdkafka does not finish closing the client; it is left behind");
        }
    };
    if let Err(error) = thread::Builder::new().name("kafka-client-watchdog".to_owned()).spawn(watch) {
        warn!(%error, "no thread for the watchdog of a closing client");
    }
}

fn finishes_within(closing: &thread::JoinHandle<()>, patience: Duration) -> bool {
    let step = Duration::from_millis(20);
    let mut waited = Duration::ZERO;
    while !closing.is_finished() && waited < patience {
        thread::park_timeout(step);
        waited += step;
    }
    closing.is_finished()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for ClientPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientPool").field("clients", &self.clients()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").field("client_id", &self.spec.client_id).finish_non_exhaustive()
    }
}
