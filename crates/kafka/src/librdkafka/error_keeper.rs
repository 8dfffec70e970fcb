use std::sync::Arc;

use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::KafkaError;
use tracing::debug;

use super::access::Access;
use super::guarded;
use crate::ClientSpec;

/// What librdkafka calls of a client that nobody observes: it keeps what goes wrong for whoever waits for an answer.
pub(super) struct ErrorKeeper {
    client_id: String,
    access: Arc<Access>,
}

impl ErrorKeeper {
    pub(super) fn new(spec: &ClientSpec) -> Self {
        Self { client_id: spec.client_id.clone(), access: Arc::new(Access::new(spec)) }
    }

    /// What stands between the client and its cluster.
    pub(super) fn access(&self) -> &Arc<Access> {
        &self.access
    }
}

impl ClientContext for ErrorKeeper {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        guarded("log", || {
            self.access.note_log(facility, message);
            super::native_log(level, &self.client_id, facility, message);
        });
    }

    fn stats_raw(&self, _: &[u8]) {}

    fn error(&self, error: KafkaError, reason: &str) {
        guarded("error", || {
            debug!(client_id = self.client_id, %error, reason, "the client reports an error");
            self.access.note(&error, reason);
        });
    }
}

impl ConsumerContext for ErrorKeeper {}
