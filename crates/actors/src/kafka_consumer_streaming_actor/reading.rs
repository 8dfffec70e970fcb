use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix::Addr;
use test_probe_directives::{EventFilter, KeyFormat};
use test_probe_encoding::SerdesFactory;
use test_probe_kafka::{IncomingRecord, StreamFailure};
use tokio::sync::Mutex;
use tracing::warn;

use super::KafkaConsumerStreamingActor;
use super::examination::{Examination, examine};
use crate::commands::InternalAdd;
use crate::event_store::{ConsumedRecord, Sequence};
use crate::journal::{ConsumedFate, JournalTopic, SharedJournal};
use crate::kafka_consumer_actor::shared_session::TopicSource;
use crate::metrics::ConsumerTopicMetrics;
use crate::supervision::Supervised;

/// How long a record waits for a registry that does not answer before it is examined again.
const REGISTRY_PAUSE: Duration = Duration::from_millis(500);

/// How one topic's records are read: judged one after another, kept or skipped, and only then handed back for their
/// commit. A registry that does not answer makes the stream wait, and never skips an event that is fine.
pub(crate) struct Reading {
    pub(crate) topic: JournalTopic,
    pub(crate) key: KeyFormat,
    pub(crate) filters: Vec<EventFilter>,
    pub(crate) serdes: Option<SerdesFactory>,
    pub(crate) journal: SharedJournal,
    pub(crate) metrics: ConsumerTopicMetrics,
    /// Whether the test has begun. What comes before is none of its events.
    pub(crate) has_begun: Rc<Cell<bool>>,
}

impl Reading {
    /// Reads until the stream ends, and says why; nothing when the actor itself is going away.
    pub(super) async fn read(
        &self,
        source: &Mutex<TopicSource>,
        address: &Addr<Supervised<KafkaConsumerStreamingActor>>,
    ) -> Option<StreamFailure> {
        let mut source = source.lock().await;
        loop {
            let record = match source.next().await {
                Ok(record) => record,
                Err(failure) => return Some(failure),
            };
            if !self.has_begun.get() {
                source.processed(&record);
                continue;
            }
            match examine(self.key, &self.filters, self.serdes.as_ref(), record.key.as_deref(), &record.headers).await {
                Examination::Keep { correlation_id, event_type } => {
                    let (sequence, record) = (Sequence::default(), Arc::clone(&record));
                    let record = ConsumedRecord { sequence, record, correlation_id, event_type };
                    // Without a confirmation the record is not kept, so it stays in hand and uncommitted.
                    if address.send(InternalAdd { record }).await.is_err() {
                        return None;
                    }
                }
                Examination::Filtered { event_type, payload_version } => {
                    self.metrics.filtered();
                    let fate = ConsumedFate::Filtered { event_type: &event_type, payload_version: &payload_version };
                    self.journal.consumed(&self.topic, &record, &fate);
                }
                Examination::Undecodable { reason } => self.note_undecodable(&record, &reason),
                Examination::Later { reason } => {
                    let IncomingRecord { partition, offset, .. } = *record;
                    warn!(topic = %self.topic, partition, offset, reason, "a record waits for the Schema Registry");
                    tokio::time::sleep(REGISTRY_PAUSE).await;
                    continue;
                }
            }
            source.processed(&record);
        }
    }

    pub(super) fn topic(&self) -> &JournalTopic {
        &self.topic
    }

    pub(super) fn note_kept(&self, kept: &ConsumedRecord) {
        self.metrics.received();
        let fate = ConsumedFate::Kept {
            correlation_id: kept.correlation_id.as_deref(),
            event_type: kept.event_type.as_deref(),
        };
        self.journal.consumed(&self.topic, &kept.record, &fate);
    }

    pub(super) fn note_evictions(&self, evicted: &[Arc<ConsumedRecord>]) {
        for event in evicted {
            self.metrics.evicted();
            let IncomingRecord { partition, offset, .. } = *event.record;
            self.journal.evicted(&self.topic, partition, offset, event.correlation_id.as_deref());
        }
    }

    fn note_undecodable(&self, record: &IncomingRecord, reason: &str) {
        let IncomingRecord { partition, offset, .. } = *record;
        warn!(topic = %self.topic, partition, offset, reason, "a record whose key cannot be decoded is skipped");
        self.metrics.skipped();
        self.journal.consumed(&self.topic, record, &ConsumedFate::Undecodable { reason });
    }
}
