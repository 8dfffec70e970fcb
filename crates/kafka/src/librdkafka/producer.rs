use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseRecord, DeliveryResult, Producer, ProducerContext, PurgeConfig, ThreadedProducer};
use test_probe_directives::TopicName;
use tracing::{debug, warn};

use super::access::Access;
use super::native::Fed;
use super::token_feed::feed;
use super::{client_config, delivery_report, guarded, metadata};
use crate::{
    ClientError, ClientKind, ClientObserver, ClientSpec, ClusterError, Headers, OutgoingRecord, Pending,
    ProducerClient, Refused,
};

#[cfg(test)]
mod tests;

/// A producer of librdkafka with its polling thread. Delivery reports settle their records on that thread.
pub(super) struct LibrdkafkaProducer {
    producer: Fed<ThreadedProducer<ProducerCallbacks>>,
    access: Arc<Access>,
}

impl LibrdkafkaProducer {
    pub(super) fn new(spec: &ClientSpec, observer: Arc<dyn ClientObserver>) -> Result<Self, ClientError> {
        let access = Arc::new(Access::new(spec));
        let callbacks = ProducerCallbacks {
            client_id: spec.client_id.clone(),
            access: Arc::clone(&access),
            observer,
            closing: AtomicBool::new(false),
            is_closed: AtomicBool::new(false),
            told: Mutex::default(),
        };
        let producer = client_config::producer(spec)?
            .create_with_context(callbacks)
            .map_err(|error| client_config::refused(spec, &error))?;
        Ok(Self { producer: feed(producer, spec, Arc::clone(&access))?, access })
    }
}

impl ProducerClient for LibrdkafkaProducer {
    fn send(&self, topic: &TopicName, record: &OutgoingRecord, pending: &Arc<Pending>) -> Result<(), Refused> {
        let message = BaseRecord {
            topic: topic.as_str(),
            partition: None,
            payload: record.value.as_deref(),
            key: record.key.as_deref(),
            timestamp: None,
            headers: native_headers(&record.headers),
            delivery_opaque: Arc::clone(pending),
        };
        self.producer.send(message).map_err(|(error, _message)| match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::QueueFull) => Refused::QueueFull,
            _ => Refused::Failed(delivery_report::not_queued(&error, &self.access, topic)),
        })
    }

    fn partitions(&self, topics: &[TopicName], timeout: Duration) -> Result<Vec<usize>, ClusterError> {
        // The producer's thread hears of errors meanwhile.
        let counts = metadata::partition_counts(self.producer.client(), &self.access, || {}, topics, timeout)?;
        // librdkafka asks for the id that an idempotent producer writes under when metadata arrives while a connection is
        // up, and else every 500 ms. The first metadata renames the connection that it came on, which is down then; the
        // second one finds it up, so the first event does not wait out the pause.
        if let Some(topic) = topics.first() {
            drop(self.producer.client().fetch_metadata(Some(topic.as_str()), timeout));
        }
        Ok(counts)
    }

    /// Asks librdkafka, which knows at once. Its error callback is told the error behind a fatal one and not that it is
    /// fatal, and a client with nothing under way has no delivery report that would say it.
    fn fatal_error(&self) -> Option<String> {
        self.producer.client().fatal_error().map(|(_, reason)| reason)
    }

    fn close(&self, deadline: Duration) {
        if self.fatal_error().is_none() {
            self.producer.context().closing.store(true, Ordering::Relaxed);
        }
        if let Err(error) = self.producer.flush(deadline) {
            warn!(%error, in_flight = self.producer.in_flight_count(), "giving up records that were not delivered");
            self.producer.purge(PurgeConfig::default().queue().inflight());
        }
        self.producer.context().closed();
    }
}

impl fmt::Debug for LibrdkafkaProducer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LibrdkafkaProducer").field("servers", self.access.servers()).finish_non_exhaustive()
    }
}

fn native_headers(headers: &Headers) -> Option<OwnedHeaders> {
    if headers.is_empty() {
        return None;
    }
    let native = OwnedHeaders::new_with_capacity(headers.iter().len());
    Some(headers.iter().fold(native, |native, (key, value)| native.insert(Header { key, value: Some(value) })))
}

/// What librdkafka calls on the polling thread of a producer.
struct ProducerCallbacks {
    client_id: String,
    access: Arc<Access>,
    observer: Arc<dyn ClientObserver>,
    /// Whether a record that is purged from now on is purged by a close, and not after a fatal error.
    closing: AtomicBool,
    /// Whether nobody uses the client any more. That a broker goes away before its last connection is nobody's concern.
    is_closed: AtomicBool,
    /// The error that was told once so far.
    told: Mutex<Option<String>>,
}

impl ProducerCallbacks {
    fn closed(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
        self.observer.closed(ClientKind::Producer, &self.client_id);
    }

    /// The `rdkafka` crate tells a producer of every error twice, one call right after the other.
    fn is_told_again(&self, reason: &str) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let again = told.as_deref() == Some(reason);
        *told = (!again).then(|| reason.to_owned());
        again
    }
}

impl ProducerContext for ProducerCallbacks {
    type DeliveryOpaque = Arc<Pending>;

    fn delivery(&self, report: &DeliveryResult<'_>, pending: Arc<Pending>) {
        guarded("delivery report", || {
            pending.settle(delivery_report::translate(report, &self.access, self.closing.load(Ordering::Relaxed)));
        });
    }
}

impl ClientContext for ProducerCallbacks {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        let level = if self.is_closed.load(Ordering::Relaxed) { RDKafkaLogLevel::Debug } else { level };
        guarded("log", || {
            self.access.note_log(facility, message);
            super::native_log(level, &self.client_id, facility, message);
        });
    }

    fn stats_raw(&self, json: &[u8]) {
        guarded("statistics", || {
            super::report_statistics(&*self.observer, ClientKind::Producer, &self.client_id, json);
        });
    }

    fn error(&self, error: KafkaError, reason: &str) {
        guarded("error", || {
            if self.is_told_again(reason) {
                return;
            }
            debug!(client_id = self.client_id, %error, reason, "the producer reports an error");
            self.access.note(&error, reason);
            self.observer.client_error(ClientKind::Producer, &self.client_id, reason);
        });
    }
}
