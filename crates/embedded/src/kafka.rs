use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::{self, JoinHandle};

use rdkafka::ClientContext;
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::mocking::MockCluster;
use rdkafka::types::RDKafkaErrorCode;
use test_probe_directives::{BootstrapServers, TopicName};

#[cfg(test)]
mod tests;

/// How much a partition of the embedded Kafka keeps before it drops the oldest records, in records.
pub const MOST_RECORDS_PER_PARTITION: u64 = 100_000;

/// How much a partition of the embedded Kafka keeps before it drops the oldest records, in bytes.
pub const MOST_BYTES_PER_PARTITION: u64 = 5 * 1024 * 1024;

/// Kafka in this process: librdkafka's mock cluster, which listens on 127.0.0.1 and speaks Kafka's protocol. Clients
/// cannot tell it from a real one, but for what it does not do: security, transactions across restarts, admin calls, and
/// keeping more than [`MOST_RECORDS_PER_PARTITION`] or [`MOST_BYTES_PER_PARTITION`].
///
/// The cluster lives on a thread of its own and ends with this value.
#[derive(Debug)]
pub struct EmbeddedKafka {
    orders: SyncSender<Order>,
    thread: Option<JoinHandle<()>>,
    servers: BootstrapServers,
    brokers: u16,
}

/// What the embedded Kafka could not do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedKafkaError {
    /// The cluster could not be started.
    #[error("the embedded Kafka could not be started: {reason}")]
    Start {
        /// librdkafka's words.
        reason: String,
    },
    /// There is no broker of this number.
    #[error("there is no broker {broker}; the embedded Kafka has brokers 1 to {brokers}")]
    UnknownBroker {
        /// The number asked for.
        broker: u32,
        /// How many there are.
        brokers: u16,
    },
    /// The cluster refused.
    #[error("the embedded Kafka could not {what}: {reason}")]
    Refused {
        /// What was asked for.
        what: String,
        /// librdkafka's words.
        reason: String,
    },
}

enum Order {
    CreateTopic { topic: TopicName, partitions: u16, done: SyncSender<Result<(), String>> },
    SetBroker { broker: i32, up: bool, done: SyncSender<Result<(), String>> },
}

impl EmbeddedKafka {
    /// Starts a cluster of so many brokers.
    ///
    /// # Errors
    /// [`EmbeddedKafkaError::Start`].
    pub fn start(brokers: u16) -> Result<Self, EmbeddedKafkaError> {
        let failed = |reason: String| EmbeddedKafkaError::Start { reason };
        let (orders, received) = mpsc::sync_channel(16);
        let (started, servers) = mpsc::sync_channel(1);
        let thread = thread::Builder::new()
            .name("embedded Kafka".to_owned())
            .spawn(move || serve(brokers, &started, &received))
            .map_err(|error| failed(error.to_string()))?;
        let servers = servers.recv().map_err(|_| failed("its thread ended at once".to_owned()))?.map_err(failed)?;
        let servers = servers.parse().map_err(|error| failed(format!("{servers}: {error}")))?;
        Ok(Self { orders, thread: Some(thread), servers, brokers })
    }

    /// Where the brokers listen.
    pub fn bootstrap_servers(&self) -> &BootstrapServers {
        &self.servers
    }

    /// Creates a topic unless it is there, with however many partitions. Its partitions are spread over the brokers, one
    /// copy each.
    ///
    /// # Errors
    /// [`EmbeddedKafkaError::Refused`].
    pub fn create_topic(&self, topic: &TopicName, partitions: u16) -> Result<(), EmbeddedKafkaError> {
        let what = format!("create topic '{topic}'");
        self.order(what, |done| Order::CreateTopic { topic: topic.clone(), partitions, done })
    }

    /// Closes a broker's port and connections, or opens it again. Brokers are numbered from 1.
    ///
    /// # Errors
    /// [`EmbeddedKafkaError::UnknownBroker`], [`EmbeddedKafkaError::Refused`].
    pub fn set_broker(&self, broker: u32, up: bool) -> Result<(), EmbeddedKafkaError> {
        let unknown = EmbeddedKafkaError::UnknownBroker { broker, brokers: self.brokers };
        let number = i32::try_from(broker).ok().filter(|number| (1..=i32::from(self.brokers)).contains(number));
        let broker = number.ok_or(unknown)?;
        let what = format!("take broker {broker} {}", if up { "up" } else { "down" });
        self.order(what, |done| Order::SetBroker { broker, up, done })
    }

    fn order(
        &self,
        what: String,
        order: impl FnOnce(SyncSender<Result<(), String>>) -> Order,
    ) -> Result<(), EmbeddedKafkaError> {
        let (done, answer) = mpsc::sync_channel(1);
        let refused = |reason: String| EmbeddedKafkaError::Refused { what: what.clone(), reason };
        let gone = |_| refused("its thread has ended".to_owned());
        self.orders.send(order(done)).map_err(|_| gone(()))?;
        answer.recv().map_err(|_| gone(()))?.map_err(refused)
    }
}

/// The cluster belongs to one thread, which ends with the last order.
fn serve(brokers: u16, started: &SyncSender<Result<String, String>>, orders: &Receiver<Order>) {
    let cluster = match MockCluster::new(i32::from(brokers)) {
        Ok(cluster) => cluster,
        Err(error) => {
            // Whoever starts the cluster waits for this.
            drop(started.send(Err(error.to_string())));
            return;
        }
    };
    let servers = cluster.bootstrap_servers();
    if started.send(Ok(servers.clone())).is_err() {
        return;
    }
    let mut down = BTreeMap::new();
    for order in orders {
        let (outcome, done) = match order {
            Order::CreateTopic { topic, partitions, done } => {
                let created = cluster.create_topic(topic.as_str(), i32::from(partitions), 1);
                (unless_it_is_there(created).map_err(|error| error.to_string()), done)
            }
            Order::SetBroker { broker, up: true, done } => (up(&cluster, broker, &mut down), done),
            Order::SetBroker { broker, up: false, done } => {
                let server = servers.split(',').zip(1..).find(|(_, number)| *number == broker);
                down.extend(server.map(|(server, number)| (number, server)));
                (cluster.broker_down(broker).map_err(|error| error.to_string()), done)
            }
        };
        // Whoever gave the order waits for its outcome.
        drop(done.send(outcome));
    }
}

/// Opens a broker's port again.
///
/// librdkafka ends the process when it cannot, so it is tried here before.
fn up<C: ClientContext>(
    cluster: &MockCluster<'_, C>,
    broker: i32,
    down: &mut BTreeMap<i32, &str>,
) -> Result<(), String> {
    if let Some(server) = down.get(&broker) {
        drop(TcpListener::bind(server).map_err(|error| format!("nothing can listen on {server}: {error}"))?);
    }
    cluster.broker_up(broker).map_err(|error| error.to_string())?;
    down.remove(&broker);
    Ok(())
}

fn unless_it_is_there(created: KafkaResult<()>) -> KafkaResult<()> {
    match created {
        Err(KafkaError::MockCluster(RDKafkaErrorCode::TopicAlreadyExists)) => Ok(()),
        other => other,
    }
}

impl Drop for EmbeddedKafka {
    fn drop(&mut self) {
        // A channel without a sender ends the thread.
        let (none, _) = mpsc::sync_channel(1);
        drop(std::mem::replace(&mut self.orders, none));
        if let Some(thread) = self.thread.take() {
            // A panic on the thread was printed there, and there is nobody to hand it to.
            drop(thread.join());
        }
    }
}
