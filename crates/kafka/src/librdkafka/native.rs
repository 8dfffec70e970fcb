//! The only module of the project that may say `unsafe`: what librdkafka knows and the `rdkafka` crate does not pass on.
//!
//! Reviewed rule: every block calls one C function with pointers that a value in hand keeps alive, and says why.
#![allow(unsafe_code, reason = "the one reviewed door to librdkafka's C interface")]

use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::message::BorrowedMessage;
use rdkafka::topic_partition_list::TopicPartitionList;
use rdkafka_sys::bindings::{
    rd_kafka_commit_queue, rd_kafka_event_destroy, rd_kafka_event_error, rd_kafka_message_status,
    rd_kafka_msg_status_t, rd_kafka_queue_destroy, rd_kafka_queue_new, rd_kafka_queue_poll, rd_kafka_queue_t,
    rd_kafka_resp_err_t,
};

/// What librdkafka knows about a record that was not acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Persistence {
    /// It never left, or the broker refused it.
    NotPersisted,
    /// It was sent, and no answer came.
    PossiblyPersisted,
    /// It is on the topic.
    Persisted,
}

/// The persistence of a record, as of its delivery report.
pub(super) fn persistence(report: &BorrowedMessage<'_>) -> Persistence {
    // SAFETY: `ptr` is the `rd_kafka_message_t` of a delivery report; `report` holds the event that owns it for as long
    // as it is borrowed here, and the function only reads a field of it.
    let status = unsafe { rd_kafka_message_status(report.ptr()) };
    match status {
        rd_kafka_msg_status_t::RD_KAFKA_MSG_STATUS_NOT_PERSISTED => Persistence::NotPersisted,
        rd_kafka_msg_status_t::RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED => Persistence::PossiblyPersisted,
        rd_kafka_msg_status_t::RD_KAFKA_MSG_STATUS_PERSISTED => Persistence::Persisted,
    }
}

/// Commits offsets and waits for the results on a queue of its own.
///
/// The `rdkafka` crate's asynchronous commit never calls `commit_callback`: librdkafka tells of a result where the
/// configuration has a C callback or the commit came with a queue, and that crate gives it neither.
pub(super) struct CommitQueue<C: ConsumerContext + 'static> {
    /// Never null: librdkafka ends the process when it has no memory. Valid until `drop` destroys it.
    queue: *mut rd_kafka_queue_t,
    /// librdkafka wants a client's queues destroyed before the client. Holding the client sees to it: fields are dropped
    /// after `drop` has run.
    consumer: Arc<BaseConsumer<C>>,
}

impl<C: ConsumerContext + 'static> CommitQueue<C> {
    pub(super) fn new(consumer: Arc<BaseConsumer<C>>) -> Self {
        // SAFETY: the client is alive, and stays so for as long as the queue: it moves into the same value.
        let queue = unsafe { rd_kafka_queue_new(consumer.client().native_ptr()) };
        Self { queue, consumer }
    }

    /// Begins a commit. Its result is the [`next_result`](Self::next_result) that nobody has taken yet; commits end in
    /// no order, so whoever needs to tell results apart has one under way at a time.
    ///
    /// # Errors
    /// When the client belongs to no group; then no result comes.
    pub(super) fn commit(&self, offsets: &TopicPartitionList) -> KafkaResult<()> {
        // SAFETY: client and queue are alive as this value is; the list is borrowed and librdkafka copies it. Without a
        // callback the opaque pointer is never looked at. The commit under way holds a reference of its own to the queue.
        let error = unsafe {
            rd_kafka_commit_queue(self.consumer.client().native_ptr(), offsets.ptr(), self.queue, None, ptr::null_mut())
        };
        committed(error)
    }

    /// How a commit ended; nothing when none does within `timeout`. Blocks.
    pub(super) fn next_result(&self, timeout: Duration) -> Option<KafkaResult<()>> {
        let timeout = i32::try_from(timeout.as_millis()).unwrap_or(i32::MAX);
        // SAFETY: the queue is alive as this value is, and any thread may poll it.
        let event = unsafe { rd_kafka_queue_poll(self.queue, timeout) };
        if event.is_null() {
            return None;
        }
        // SAFETY: the event is not null and ours until it is destroyed; the function only reads a field of it.
        let error = unsafe { rd_kafka_event_error(event) };
        // SAFETY: the event is ours, and nothing that points into it is kept.
        unsafe { rd_kafka_event_destroy(event) };
        Some(committed(error))
    }
}

impl<C: ConsumerContext + 'static> Drop for CommitQueue<C> {
    fn drop(&mut self) {
        // SAFETY: the queue was made by `new` and is destroyed only here. The client that it belongs to is still alive,
        // since `self.consumer` is dropped afterwards. A commit still under way finds the queue disabled.
        unsafe { rd_kafka_queue_destroy(self.queue) };
    }
}

/// Gives the client a fatal error, as if it had had one.
#[cfg(test)]
pub(super) fn provoke_fatal_error<C: rdkafka::ClientContext>(client: &rdkafka::client::Client<C>) {
    let code = rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER;
    // SAFETY: the client is borrowed, so it is alive; the reason ends with a null byte, and librdkafka copies it.
    let error =
        unsafe { rdkafka_sys::bindings::rd_kafka_test_fatal_error(client.native_ptr(), code, c"provoked".as_ptr()) };
    assert_eq!(error, rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR);
}

fn committed(error: rd_kafka_resp_err_t) -> KafkaResult<()> {
    match error {
        rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR => Ok(()),
        error => Err(KafkaError::ConsumerCommit(error.into())),
    }
}
