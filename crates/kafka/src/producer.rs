use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use test_probe_directives::TopicName;

use crate::{ClientError, ClientSpec, ClusterError, OutgoingRecord, Pending, ProducedNack};

/// A producer client: the narrow waist between the lanes and librdkafka.
pub trait ProducerClient: fmt::Debug + Send + Sync {
    /// Enqueues the record and returns at once. After `Ok` the client settles `pending` exactly once, with the delivery
    /// report or when it closes; after `Err` it never does. It must not call
    /// [`settle`](Pending::settle) before it returns.
    ///
    /// # Errors
    /// [`Refused`] when the record is not in the client's queue.
    fn send(&self, topic: &TopicName, record: &OutgoingRecord, pending: &Arc<Pending>) -> Result<(), Refused>;

    /// How many partitions each of the topics has, asked of the cluster in one question. Blocks for up to `timeout`;
    /// creates no topic.
    ///
    /// # Errors
    /// [`ClusterError`] when the cluster does not answer, or lacks one of the topics.
    fn partitions(&self, topics: &[TopicName], timeout: Duration) -> Result<Vec<usize>, ClusterError>;

    /// Why this client will never deliver again, once that is so.
    fn fatal_error(&self) -> Option<String>;

    /// Waits for what is queued, up to `deadline`, then gives up the rest: every record that is left is settled as not
    /// delivered. Blocks.
    fn close(&self, deadline: Duration);
}

/// Why a client did not take a record.
#[derive(Debug)]
pub enum Refused {
    /// Its queue is full; a delivery report will make room.
    QueueFull,
    /// It cannot take this record, or no record at all.
    Failed(ProducedNack),
}

/// Makes producer clients.
pub trait ProducerClientFactory: fmt::Debug + Send + Sync {
    /// Makes a client. It connects in the background.
    ///
    /// # Errors
    /// [`ClientError`] when the settings are not acceptable.
    fn create(&self, spec: &ClientSpec) -> Result<Arc<dyn ProducerClient>, ClientError>;
}
