//! The only module of the project that may say `unsafe`: what librdkafka knows and the `rdkafka` crate does not pass on.
//!
//! Reviewed rule: every block calls one C function with pointers that a value in hand keeps alive, and says why.
#![allow(unsafe_code, reason = "the one reviewed door to librdkafka's C interface")]

mod topic_description;

use std::ffi::{CStr, c_char};
use std::ops::Deref;
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::admin::AdminClient;
use rdkafka::client::{Client, ClientContext};
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::message::BorrowedMessage;
use rdkafka::producer::{Producer, ProducerContext, ThreadedProducer};
use rdkafka::topic_partition_list::TopicPartitionList;
use rdkafka_sys::bindings::{
    RD_KAFKA_EVENT_ERROR, RD_KAFKA_EVENT_LOG, rd_kafka_commit_queue, rd_kafka_event_destroy, rd_kafka_event_error,
    rd_kafka_event_error_string, rd_kafka_event_log, rd_kafka_event_t, rd_kafka_event_type, rd_kafka_message_status,
    rd_kafka_msg_status_t, rd_kafka_oauthbearer_set_token, rd_kafka_oauthbearer_set_token_failure,
    rd_kafka_queue_destroy, rd_kafka_queue_get_main, rd_kafka_queue_new, rd_kafka_queue_poll, rd_kafka_queue_t,
    rd_kafka_resp_err_t, rd_kafka_t,
};
use test_probe_oauth::{TokenCell, TokenState, TokenSubscription};

pub(super) use topic_description::describe_topics;

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

/// A client of librdkafka, whichever it is.
///
/// # Safety
/// The pointer stays the same, and is valid for as long as the value lives, wherever it is moved.
pub(super) unsafe trait NativeClient {
    fn native(&self) -> *mut rd_kafka_t;
}

// SAFETY: the producer owns its client on the heap, with the thread that polls it, and never changes it.
unsafe impl<C: ProducerContext + 'static> NativeClient for ThreadedProducer<C> {
    fn native(&self) -> *mut rd_kafka_t {
        self.client().native_ptr()
    }
}

// SAFETY: the consumer owns its client on the heap and never changes it.
unsafe impl<C: ConsumerContext> NativeClient for BaseConsumer<C> {
    fn native(&self) -> *mut rd_kafka_t {
        self.client().native_ptr()
    }
}

// SAFETY: what is shared lives for as long as this share of it, and cannot be changed.
unsafe impl<N: NativeClient> NativeClient for Arc<N> {
    fn native(&self) -> *mut rd_kafka_t {
        N::native(self)
    }
}

// SAFETY: the admin client owns its client on the heap and never changes it.
unsafe impl<C: ClientContext> NativeClient for AdminClient<C> {
    fn native(&self) -> *mut rd_kafka_t {
        self.inner().native_ptr()
    }
}

/// A client and what feeds it tokens.
///
/// The subscription ends first: once it is dropped nobody uses the handle any more, and only then may the client go. Nothing
/// hands the client out by value or for change.
pub(super) struct Fed<P> {
    subscription: Option<TokenSubscription>,
    client: P,
}

/// One client, as tokens are set. It cannot be kept: it is lent for the length of a call.
pub(super) struct TokenHandle(*mut rd_kafka_t);

// SAFETY: librdkafka's clients may be used from any thread.
unsafe impl Send for TokenHandle {}

impl<P> Fed<P> {
    /// A client that needs no token.
    pub(super) fn without_token(client: P) -> Self {
        Self { subscription: None, client }
    }
}

impl<P: NativeClient> Fed<P> {
    /// A client that `hear`s of the token in the cell, now and whenever it changes.
    pub(super) fn with_token(
        client: P,
        cell: &TokenCell,
        mut hear: impl FnMut(&TokenHandle, &TokenState) + Send + 'static,
    ) -> Self {
        let handle = TokenHandle(client.native());
        let subscription = cell.subscribe(move |state| hear(&handle, state));
        Self { subscription: Some(subscription), client }
    }
}

impl<P> Drop for Fed<P> {
    fn drop(&mut self) {
        drop(self.subscription.take());
    }
}

impl<P> Deref for Fed<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.client
    }
}

impl TokenHandle {
    /// Gives the client a token that ends at `expires_at`, in milliseconds since the epoch, and SASL extensions: names and
    /// values by turns. The next login is with it, also that of a connection that is up.
    ///
    /// # Errors
    /// Why librdkafka does not take it, in words that do not hold the token: its own do.
    pub(super) fn set(
        &self,
        token: &CStr,
        expires_at: i64,
        principal: &CStr,
        extensions: &[&CStr],
    ) -> Result<(), &'static str> {
        let mut extensions: Vec<*const c_char> = extensions.iter().map(|text| text.as_ptr()).collect();
        let mut error_text: [c_char; 512] = [0; 512];
        // SAFETY: the client is alive, as the subscription that this call comes from ends before it. All texts end with a
        // null byte and are borrowed for longer than the call, and librdkafka copies them. The sizes are those of the
        // buffers. The function takes locks that are held for moments only, and calls nothing back.
        let code = unsafe {
            rd_kafka_oauthbearer_set_token(
                self.0,
                token.as_ptr(),
                expires_at,
                principal.as_ptr(),
                extensions.as_mut_ptr(),
                extensions.len(),
                error_text.as_mut_ptr(),
                error_text.len(),
            )
        };
        match code {
            rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR => Ok(()),
            rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR__STATE => Err("the client's properties make it log in another way"),
            _ => Err("by this machine's clock it has ended, or a SASL extension has a bad name or value"),
        }
    }

    /// Tells the client why there is no new token. It keeps the one that it has.
    pub(super) fn fail(&self, reason: &CStr) {
        // SAFETY: as in `set`. Of the two refusals neither matters: a client that logs in another way needs no token, and an
        // empty reason says nothing.
        unsafe { rd_kafka_oauthbearer_set_token_failure(self.0, reason.as_ptr()) };
    }
}

/// Tells the client's context of the errors and log lines that wait for it, where nobody polls the client.
///
/// The `rdkafka` crate polls an admin client's answers only; whatever else it has to say would pile up unheard.
pub(super) fn serve_main_queue<C: ClientContext>(client: &Client<C>) {
    // SAFETY: the client is borrowed, so it is alive. The function gives a reference of its own to the queue.
    let queue = unsafe { rd_kafka_queue_get_main(client.native_ptr()) };
    loop {
        // SAFETY: the queue is ours until it is destroyed below, and any thread may poll it.
        let event = unsafe { rd_kafka_queue_poll(queue, 0) };
        if event.is_null() {
            break;
        }
        tell(&**client.context(), event);
        // SAFETY: the event is ours, and nothing that points into it is kept.
        unsafe { rd_kafka_event_destroy(event) };
    }
    // SAFETY: this gives back the reference that was taken above, and the queue is not used any more.
    unsafe { rd_kafka_queue_destroy(queue) };
}

/// Tells the context of one event, which is not null and not destroyed meanwhile.
fn tell(context: &impl ClientContext, event: *mut rd_kafka_event_t) {
    // SAFETY: the caller's event; the function only reads a field of it.
    match unsafe { rd_kafka_event_type(event) } {
        RD_KAFKA_EVENT_ERROR => {
            // SAFETY: as above.
            let code = unsafe { rd_kafka_event_error(event) };
            // SAFETY: an error has a text that lives as long as its event.
            let reason = unsafe { text(rd_kafka_event_error_string(event)) };
            context.error(KafkaError::Global(code.into()), reason.trim());
        }
        RD_KAFKA_EVENT_LOG => {
            let (mut facility, mut line, mut level) = (ptr::null(), ptr::null(), 0);
            // SAFETY: the caller's event, and places for what the function says of it.
            if unsafe { rd_kafka_event_log(event, &mut facility, &mut line, &mut level) } == 0 {
                // SAFETY: both texts live as long as their event.
                let (facility, line) = unsafe { (text(facility), text(line)) };
                let level = match level {
                    ..=3 => RDKafkaLogLevel::Error,
                    4..=6 => RDKafkaLogLevel::Info,
                    _ => RDKafkaLogLevel::Debug,
                };
                context.log(level, facility.trim(), line.trim());
            }
        }
        _ => {}
    }
}

/// The text at a place that is null or ends with a null byte.
///
/// # Safety
/// The text must live for as long as what is returned.
unsafe fn text<'a>(place: *const c_char) -> std::borrow::Cow<'a, str> {
    if place.is_null() {
        return std::borrow::Cow::Borrowed("");
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(place) }.to_string_lossy()
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
