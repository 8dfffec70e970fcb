use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use test_probe_directives::TestId;
use test_probe_encoding::{Decodable, Encodable};
use test_probe_kafka::{Headers, NackKind, ProduceResult, ProducedNack};

use super::producer::Call;
use super::{ConsumedEvent, FetchError, ProbeDsl, TopicRef, Wanted};

/// How much longer than the system's own deadline a blocked thread waits, should the system not keep its word.
const GRACE: Duration = Duration::from_secs(1);

impl ProbeDsl {
    /// [`produce_event`](Self::produce_event) for a plain thread: blocks it until the answer is there.
    ///
    /// # Errors
    /// As there; and a Nack of kind [`NackKind::WouldDeadlock`] on one of the system's own threads.
    pub fn produce_event_blocking<'a, K, V>(
        &self,
        test_id: TestId,
        topic: impl Into<TopicRef<'a>>,
        key: &K,
        value: &V,
        headers: Headers,
    ) -> ProduceResult
    where
        K: Serialize + Sync + ?Sized,
        V: Encodable + Sync + ?Sized,
    {
        let producer = self.producer(test_id, topic)?;
        if self.is_own_thread() {
            return Err(would_deadlock("produce_event"));
        }
        let (limit, call) = (producer.produce_timeout() + GRACE, Call::begin());
        let asked = block_on(limit, producer.produce_in(&call, key, value, headers));
        asked.unwrap_or_else(|| Err(unanswered(&call, limit)))
    }

    /// [`fetch_consumed_event`](Self::fetch_consumed_event) for a plain thread.
    ///
    /// # Errors
    /// As there; and [`FetchError::WouldDeadlock`] on one of the system's own threads.
    pub fn fetch_consumed_event_blocking<'a, K, V>(
        &self,
        test_id: TestId,
        topic: impl Into<TopicRef<'a>>,
        correlation_id: &str,
    ) -> Result<ConsumedEvent<K, V>, FetchError>
    where
        K: DeserializeOwned,
        V: Decodable,
    {
        let consumer = self.consumer(test_id, topic)?;
        if self.is_own_thread() {
            return Err(FetchError::WouldDeadlock { instead: "fetch_consumed_event" });
        }
        // Two questions at most, and the look-up of a schema.
        let limit = consumer.ask_timeout() * 3 + GRACE;
        let asked = block_on(limit, consumer.fetch(correlation_id));
        asked.unwrap_or_else(|| Err(FetchError::AskTimeout { topic: consumer.topic().to_string(), limit }))
    }

    /// [`await_consumed_event`](Self::await_consumed_event) for a plain thread.
    ///
    /// # Errors
    /// As there; and [`FetchError::WouldDeadlock`] on one of the system's own threads.
    pub fn await_consumed_event_blocking<'a, K, V>(
        &self,
        test_id: TestId,
        topic: impl Into<TopicRef<'a>>,
        wanted: Wanted,
        deadline: Duration,
    ) -> Result<ConsumedEvent<K, V>, FetchError>
    where
        K: DeserializeOwned,
        V: Decodable,
    {
        let consumer = self.consumer(test_id, topic)?;
        if self.is_own_thread() {
            return Err(FetchError::WouldDeadlock { instead: "await_consumed_event" });
        }
        let limit = deadline + consumer.ask_timeout() * 2 + GRACE;
        let asked = block_on(limit, consumer.wait_for(wanted, deadline));
        asked.unwrap_or_else(|| Err(FetchError::AskTimeout { topic: consumer.topic().to_string(), limit }))
    }

    fn is_own_thread(&self) -> bool {
        self.system().is_some_and(|system| system.runtime.is_own_thread())
    }
}

/// The Nack of a call that the system did not answer. What the topic's actor never got is not written, whatever hangs.
pub(super) fn unanswered(call: &Call, limit: Duration) -> ProducedNack {
    let reason = format!("the system gave no answer within {limit:?}");
    if call.was_handed_over() {
        ProducedNack::possibly_written(NackKind::Timeout, reason)
    } else {
        ProducedNack::not_written(NackKind::Timeout, reason).worth_a_retry()
    }
}

fn would_deadlock(instead: &str) -> ProducedNack {
    let reason =
        format!("this call blocks one of the actor system's own threads and would never end; use {instead} instead");
    ProducedNack::not_written(NackKind::WouldDeadlock, reason)
}

/// Waits on this thread, whatever runtime it belongs to, until the future is ready or the limit is over.
///
/// The blocking doors of the executors panic inside a runtime, or inside each other; parking the thread works anywhere.
/// The limit is kept by the thread itself, so that it holds when the system does not answer at all.
pub(crate) fn block_on<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    let begun = tokio::time::Instant::now();
    loop {
        if let Poll::Ready(answer) = future.as_mut().poll(&mut context) {
            return Some(answer);
        }
        let left = limit.checked_sub(begun.elapsed())?;
        thread::park_timeout(left);
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
