//! What one may do with topics: librdkafka's `DescribeTopics` with the operations that the broker allows.

use std::ffi::{CStr, CString, c_char};
use std::ptr::NonNull;
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::client::Client;
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka_sys::bindings::{
    rd_kafka_AdminOptions_destroy, rd_kafka_AdminOptions_new, rd_kafka_AdminOptions_set_include_authorized_operations,
    rd_kafka_AdminOptions_set_request_timeout, rd_kafka_AdminOptions_t, rd_kafka_DescribeTopics,
    rd_kafka_DescribeTopics_result_topics, rd_kafka_TopicCollection_destroy, rd_kafka_TopicCollection_of_topic_names,
    rd_kafka_TopicCollection_t, rd_kafka_TopicDescription_authorized_operations, rd_kafka_TopicDescription_error,
    rd_kafka_TopicDescription_name, rd_kafka_TopicDescription_partitions, rd_kafka_TopicDescription_t,
    rd_kafka_admin_op_t, rd_kafka_error_code, rd_kafka_error_destroy, rd_kafka_event_DescribeTopics_result,
    rd_kafka_event_destroy, rd_kafka_event_error, rd_kafka_event_t, rd_kafka_queue_destroy, rd_kafka_queue_new,
    rd_kafka_queue_poll, rd_kafka_queue_t, rd_kafka_resp_err_t,
};

/// What the brokers say of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::librdkafka) struct TopicDescription {
    pub(in crate::librdkafka) name: String,
    pub(in crate::librdkafka) error: Option<RDKafkaErrorCode>,
    pub(in crate::librdkafka) partitions: usize,
    /// The numbers of the operations that are allowed, as librdkafka's `rd_kafka_AclOperation_t` has them; empty where the brokers do
    /// not tell.
    pub(in crate::librdkafka) operations: Vec<u32>,
}

/// Asks for topics by name. Blocks for up to `timeout`. A topic that is not there is not created by it.
///
/// # Errors
/// librdkafka's code, when no broker answers.
pub(in crate::librdkafka) fn describe_topics<C: ClientContext>(
    client: &Client<C>,
    topics: &[&str],
    timeout: Duration,
) -> KafkaResult<Vec<TopicDescription>> {
    let names: Vec<CString> = topics.iter().filter_map(|name| CString::new(*name).ok()).collect();
    let collection = Topics::new(&names);
    let options = Options::new(client, timeout)?;
    let queue = Queue::new(client);
    // SAFETY: client, collection, options and queue are alive until this function returns, and librdkafka copies what it
    // needs of the collection and the options before it does.
    unsafe { rd_kafka_DescribeTopics(client.native_ptr(), collection.0, options.0, queue.0) };
    // A little longer than the request itself may take, so that its own end is what is told.
    let event =
        queue.next(timeout + Duration::from_secs(1)).ok_or(KafkaError::AdminOp(RDKafkaErrorCode::OperationTimedOut))?;
    event.topics()
}

struct Topics(*mut rd_kafka_TopicCollection_t);

impl Topics {
    fn new(names: &[CString]) -> Self {
        let mut pointers: Vec<*const c_char> = names.iter().map(|name| name.as_ptr()).collect();
        // SAFETY: each pointer is a null-ended text that `names` keeps alive, there are as many as is said, and librdkafka
        // copies the texts.
        Self(unsafe { rd_kafka_TopicCollection_of_topic_names(pointers.as_mut_ptr(), pointers.len()) })
    }
}

impl Drop for Topics {
    fn drop(&mut self) {
        // SAFETY: made by `new`, destroyed only here.
        unsafe { rd_kafka_TopicCollection_destroy(self.0) };
    }
}

struct Options(*mut rd_kafka_AdminOptions_t);

impl Options {
    fn new<C: ClientContext>(client: &Client<C>, timeout: Duration) -> KafkaResult<Self> {
        let kind = rd_kafka_admin_op_t::RD_KAFKA_ADMIN_OP_DESCRIBETOPICS;
        // SAFETY: the client is alive; the options are ours from here on.
        let options = Self(unsafe { rd_kafka_AdminOptions_new(client.native_ptr(), kind) });
        let millis = i32::try_from(timeout.as_millis()).unwrap_or(i32::MAX);
        let mut reason = [0; 256];
        // SAFETY: the options are alive, and the buffer is as long as is said.
        let error =
            unsafe { rd_kafka_AdminOptions_set_request_timeout(options.0, millis, reason.as_mut_ptr(), reason.len()) };
        if error != rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR {
            return Err(KafkaError::AdminOp(error.into()));
        }
        // SAFETY: the options are alive. The error, if there is one, is ours to destroy.
        let refused = unsafe { rd_kafka_AdminOptions_set_include_authorized_operations(options.0, 1) };
        if refused.is_null() {
            return Ok(options);
        }
        // SAFETY: the error is not null and ours.
        let code = unsafe { rd_kafka_error_code(refused) };
        // SAFETY: the error is ours, and is not looked at afterwards.
        unsafe { rd_kafka_error_destroy(refused) };
        Err(KafkaError::AdminOp(code.into()))
    }
}

impl Drop for Options {
    fn drop(&mut self) {
        // SAFETY: made by `new`, destroyed only here.
        unsafe { rd_kafka_AdminOptions_destroy(self.0) };
    }
}

struct Queue(*mut rd_kafka_queue_t);

impl Queue {
    fn new<C: ClientContext>(client: &Client<C>) -> Self {
        // SAFETY: the client is alive, and outlives the queue: whoever makes one drops it before the function ends that
        // borrows the client.
        Self(unsafe { rd_kafka_queue_new(client.native_ptr()) })
    }

    fn next(&self, timeout: Duration) -> Option<Event> {
        let timeout = i32::try_from(timeout.as_millis()).unwrap_or(i32::MAX);
        // SAFETY: the queue is alive.
        let event = unsafe { rd_kafka_queue_poll(self.0, timeout) };
        NonNull::new(event).map(Event)
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        // SAFETY: made by `new`, destroyed only here.
        unsafe { rd_kafka_queue_destroy(self.0) };
    }
}

struct Event(NonNull<rd_kafka_event_t>);

impl Event {
    fn topics(&self) -> KafkaResult<Vec<TopicDescription>> {
        let event = self.0.as_ptr();
        // SAFETY: the event is alive.
        let error = unsafe { rd_kafka_event_error(event) };
        if error != rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR {
            return Err(KafkaError::AdminOp(error.into()));
        }
        // SAFETY: the event is alive; the result is part of it.
        let result = unsafe { rd_kafka_event_DescribeTopics_result(event) };
        if result.is_null() {
            return Err(KafkaError::AdminOp(RDKafkaErrorCode::InvalidType));
        }
        let mut count = 0;
        // SAFETY: the result is alive as its event is.
        let first = unsafe { rd_kafka_DescribeTopics_result_topics(result, &raw mut count) };
        // SAFETY: librdkafka says how many there are, and each is alive as the event is.
        Ok(each(first.cast_const(), count).iter().map(|one| unsafe { described(*one) }).collect())
    }
}

impl Drop for Event {
    fn drop(&mut self) {
        // SAFETY: the event is ours, and nothing that points into it is kept.
        unsafe { rd_kafka_event_destroy(self.0.as_ptr()) };
    }
}

/// # Safety
/// The description must be alive.
unsafe fn described(one: *const rd_kafka_TopicDescription_t) -> TopicDescription {
    // SAFETY: the caller keeps the description alive, and the text lives as long.
    let name = text(unsafe { rd_kafka_TopicDescription_name(one) });
    // SAFETY: as above; the error is part of the description, and null where there is none.
    let error = unsafe { rd_kafka_TopicDescription_error(one) };
    // SAFETY: as above; librdkafka allows null here.
    let code = unsafe { rd_kafka_error_code(error) };
    let mut partitions = 0;
    // SAFETY: as above; only the count is used.
    unsafe { rd_kafka_TopicDescription_partitions(one, &raw mut partitions) };
    let mut count = 0;
    // SAFETY: as above.
    let first = unsafe { rd_kafka_TopicDescription_authorized_operations(one, &raw mut count) };
    TopicDescription {
        name,
        error: (code != rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR).then(|| code.into()),
        partitions,
        // As plain numbers: one that this binding does not know must not become a value of its enumeration.
        operations: each(first.cast::<u32>(), count).to_vec(),
    }
}

/// A list of librdkafka's; null is an empty one.
fn each<'a, T>(first: *const T, count: usize) -> &'a [T] {
    if first.is_null() || count == 0 {
        return &[];
    }
    // SAFETY: every caller hands in what librdkafka gave out for a list of this length that is alive, and lets go of the
    // slice before it lets go of the event.
    unsafe { std::slice::from_raw_parts(first, count) }
}

/// A text of librdkafka's that is alive; null is an empty one.
fn text(pointer: *const c_char) -> String {
    if pointer.is_null() {
        return String::new();
    }
    // SAFETY: every caller hands in a null-ended text of an event that is alive; it is copied here.
    unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
}
