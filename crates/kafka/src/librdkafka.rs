//! The real clients: librdkafka through the `rdkafka` crate.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rdkafka::config::RDKafkaLogLevel;
use tracing::error;

use crate::{
    ClientError, ClientKind, ClientObserver, ClientSpec, ClientStatistics, ConsumerClientFactory, ConsumerSession,
    ConsumerSpec, ProducerClient, ProducerClientFactory,
};

mod access;
mod admin;
mod certificate_look;
mod client_config;
mod commits;
mod consumer;
mod consumer_loop;
mod delivery_report;
mod detach;
mod error_keeper;
mod inspection;
mod metadata;
#[cfg(test)]
mod mock;
mod native;
mod pem;
mod producer;
mod record_reader;
mod token_feed;
mod trouble;

pub use admin::{TopicAdmin, TopicCreation};
pub use inspection::{BrokerAddress, TopicFacts, TopicRights, partitioner};
pub use record_reader::RecordReader;

/// Makes librdkafka clients. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Librdkafka {
    observer: Arc<dyn ClientObserver>,
}

impl Librdkafka {
    /// Clients that tell `observer` of their connections, traffic and errors.
    pub fn new(observer: Arc<dyn ClientObserver>) -> Self {
        Self { observer }
    }
}

impl ProducerClientFactory for Librdkafka {
    fn create(&self, spec: &ClientSpec) -> Result<Arc<dyn ProducerClient>, ClientError> {
        let client = producer::LibrdkafkaProducer::new(spec, Arc::clone(&self.observer))?;
        self.observer.opened(ClientKind::Producer, &spec.client_id);
        Ok(Arc::new(client))
    }
}

impl ConsumerClientFactory for Librdkafka {
    fn open(&self, spec: ConsumerSpec) -> Result<ConsumerSession, ClientError> {
        let client_id = spec.client.client_id.clone();
        let session = consumer::open(spec, Arc::clone(&self.observer))?;
        self.observer.opened(ClientKind::Consumer, &client_id);
        Ok(session)
    }
}

/// The version of librdkafka, such as `2.12.1`.
pub fn librdkafka_version() -> String {
    rdkafka::util::get_rdkafka_version().1
}

/// Runs what librdkafka calls. A panic there would end the polling thread, and everything sent later would hang without
/// an error; so it ends here instead, and is reported.
fn guarded(what: &'static str, callback: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(callback)).is_err() {
        error!(callback = what, "a callback of librdkafka panicked");
    }
}

/// Passes librdkafka's log on, with its own words as a field.
fn native_log(level: RDKafkaLogLevel, client_id: &str, facility: &str, message: &str) {
    match level {
        RDKafkaLogLevel::Emerg | RDKafkaLogLevel::Alert | RDKafkaLogLevel::Critical | RDKafkaLogLevel::Error => {
            tracing::warn!(target: "librdkafka", client_id, facility, message);
        }
        RDKafkaLogLevel::Warning | RDKafkaLogLevel::Notice | RDKafkaLogLevel::Info => {
            tracing::info!(target: "librdkafka", client_id, facility, message);
        }
        RDKafkaLogLevel::Debug => tracing::debug!(target: "librdkafka", client_id, facility, message),
    }
}

fn report_statistics(observer: &dyn ClientObserver, kind: ClientKind, client_id: &str, json: &[u8]) {
    match ClientStatistics::parse(json) {
        Some(statistics) => observer.statistics(kind, client_id, &statistics),
        None => observer.unreadable_statistics(kind, client_id),
    }
}
