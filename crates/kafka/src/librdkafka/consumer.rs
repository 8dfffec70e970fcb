use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance};
use rdkafka::error::KafkaError;
use test_probe_directives::TopicName;
use tracing::debug;

use super::access::Access;
use super::consumer_loop::ConsumerLoop;
use super::token_feed::feed;
use super::{client_config, guarded};
use crate::{
    ClientError, ClientKind, ClientObserver, ClientSpec, ConsumerSession, ConsumerSpec, OffsetTracker, SessionControl,
    TopicStream,
};

#[cfg(test)]
mod tests;

/// Makes the client and the thread that polls it.
pub(super) fn open(spec: ConsumerSpec, observer: Arc<dyn ClientObserver>) -> Result<ConsumerSession, ClientError> {
    let client_id = spec.client.client_id.clone();
    let settings = |reason: String| ClientError::Settings { client_id: client_id.clone(), reason };
    let offsets = Arc::new(Mutex::new(OffsetTracker::new(spec.commit_batch_size, spec.commit_interval)));
    let callbacks = ConsumerCallbacks::new(&spec.client, observer);
    let consumer: BaseConsumer<ConsumerCallbacks> = client_config::consumer(&spec)?
        .create_with_context(callbacks)
        .map_err(|error| client_config::refused(&spec.client, &error))?;
    let access = Arc::clone(consumer.context().access());
    let consumer = feed(Arc::new(consumer), &spec.client, access)?;

    let channel = |topic: &TopicName| TopicStream::channel(topic.clone(), spec.queue_capacity, Arc::clone(&offsets));
    let (feeds, streams): (Vec<_>, Vec<_>) = spec.topics.iter().map(channel).unzip();
    let (control, wish, word) = SessionControl::channel();
    thread::Builder::new()
        .name("kafka-consumer".to_owned())
        .spawn(move || {
            ConsumerLoop::new(consumer, spec, feeds, offsets, wish).run();
            word.send_replace(true);
        })
        .map_err(|error| settings(format!("no thread to poll it on: {error}")))?;
    Ok(ConsumerSession { streams, control })
}

/// What librdkafka calls while the consumer is polled, on the polling thread.
pub(super) struct ConsumerCallbacks {
    client_id: String,
    observer: Arc<dyn ClientObserver>,
    access: Arc<Access>,
    assignment_changed: AtomicBool,
}

impl ConsumerCallbacks {
    pub(super) fn new(spec: &ClientSpec, observer: Arc<dyn ClientObserver>) -> Self {
        let (client_id, access) = (spec.client_id.clone(), Arc::new(Access::new(spec)));
        Self { client_id, observer, access, assignment_changed: AtomicBool::new(false) }
    }

    /// What stands between the client and its cluster.
    pub(super) fn access(&self) -> &Arc<Access> {
        &self.access
    }

    /// Whether partitions came or went since the last look.
    pub(super) fn take_assignment_changed(&self) -> bool {
        self.assignment_changed.swap(false, Ordering::Relaxed)
    }

    pub(super) fn closed(&self) {
        self.observer.closed(ClientKind::Consumer, &self.client_id);
    }
}

impl ConsumerContext for ConsumerCallbacks {
    fn post_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        debug!(client_id = self.client_id, ?rebalance, "partitions came or went");
        self.assignment_changed.store(true, Ordering::Relaxed);
    }
}

impl ClientContext for ConsumerCallbacks {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        guarded("log", || {
            self.access.note_log(facility, message);
            super::native_log(level, &self.client_id, facility, message);
        });
    }

    fn stats_raw(&self, json: &[u8]) {
        guarded("statistics", || {
            super::report_statistics(&*self.observer, ClientKind::Consumer, &self.client_id, json);
        });
    }

    fn error(&self, error: KafkaError, reason: &str) {
        guarded("error", || {
            debug!(client_id = self.client_id, %error, reason, "the consumer reports an error");
            self.access.note(&error, reason);
            self.observer.client_error(ClientKind::Consumer, &self.client_id, reason);
        });
    }
}
