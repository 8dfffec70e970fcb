use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use test_probe_directives::Timestamp;

/// How producing one event ended.
pub type ProduceResult = Result<ProducedAck, ProducedNack>;

/// The broker has the record: its delivery report, never a queue's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProducedAck {
    /// The partition that the record was written to.
    pub partition: i32,
    /// The offset that the broker gave it.
    pub offset: i64,
    /// The record's time as the broker keeps it.
    pub timestamp: Timestamp,
    /// From the call to the delivery report: encoding, waiting and the broker's answer.
    pub latency: Duration,
}

/// The event was not acknowledged: why, whether it may be on the topic all the same, and whether asking again can help.
///
/// The probe never produces again on the caller's behalf (the Scala system's ADR-003): the caller decides.
#[derive(Clone, Debug)]
pub struct ProducedNack {
    /// The sort of failure.
    pub kind: NackKind,
    /// Whether the record can be on the topic.
    pub written: Written,
    /// Whether the same call may succeed later without anybody changing anything.
    pub retry: bool,
    /// What happened, in a sentence without its cause.
    pub reason: String,
    /// The error behind it, where there is one.
    pub cause: Option<Arc<dyn Error + Send + Sync>>,
}

/// Why an event was not acknowledged. A step names a kind by its [`as_str`](NackKind::as_str).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum NackKind {
    /// The DSL has no actor system behind it (`DslNotInitializedException`).
    DslNotInitialized,
    /// No producer is registered for this test and topic (`ActorNotRegisteredException`).
    ActorNotRegistered,
    /// The system has no Schema Registry (`SchemaRegistryNotInitializedException`).
    SchemaRegistryNotInitialized,
    /// The registry has no schema for the event (`SchemaNotFoundException`).
    SchemaNotFound,
    /// The Schema Registry could not be asked.
    SchemaRegistry,
    /// The event does not fit its schema.
    Encoding,
    /// Window, buffer and waiting offers are full.
    QueueFull,
    /// The topic's actor has stopped or is stopping.
    StreamClosed,
    /// No delivery report within the produce time-out.
    Timeout,
    /// The cluster refused the client's identity or its right to the topic.
    Authentication,
    /// The broker refused the record, or could not be reached within the delivery time-out.
    Broker,
    /// The topic's actor failed while it held the event.
    ActorFailed,
    /// A blocking call on one of the system's own threads would never end.
    WouldDeadlock,
}

impl NackKind {
    /// Every kind, for messages that list them.
    pub const ALL: [Self; 13] = [
        Self::DslNotInitialized,
        Self::ActorNotRegistered,
        Self::SchemaRegistryNotInitialized,
        Self::SchemaNotFound,
        Self::SchemaRegistry,
        Self::Encoding,
        Self::QueueFull,
        Self::StreamClosed,
        Self::Timeout,
        Self::Authentication,
        Self::Broker,
        Self::ActorFailed,
        Self::WouldDeadlock,
    ];

    /// The kind's name, as steps, metrics and the ledger write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DslNotInitialized => "DslNotInitialized",
            Self::ActorNotRegistered => "ActorNotRegistered",
            Self::SchemaRegistryNotInitialized => "SchemaRegistryNotInitialized",
            Self::SchemaNotFound => "SchemaNotFound",
            Self::SchemaRegistry => "SchemaRegistry",
            Self::Encoding => "Encoding",
            Self::QueueFull => "QueueFull",
            Self::StreamClosed => "StreamClosed",
            Self::Timeout => "Timeout",
            Self::Authentication => "Authentication",
            Self::Broker => "Broker",
            Self::ActorFailed => "ActorFailed",
            Self::WouldDeadlock => "WouldDeadlock",
        }
    }
}

impl fmt::Display for NackKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether a record that was not acknowledged can be on the topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Written {
    /// It is not.
    No,
    /// It may be: it was sent, and the answer is missing.
    Possibly,
}

impl Written {
    /// The word that the ledger writes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Possibly => "possibly",
        }
    }
}

impl ProducedNack {
    /// An event that is certainly not on the topic, and for which asking again unchanged is of no use.
    pub fn not_written(kind: NackKind, reason: impl Into<String>) -> Self {
        Self { kind, written: Written::No, retry: false, reason: reason.into(), cause: None }
    }

    /// An event that may be on the topic; asking again may write it twice.
    pub fn possibly_written(kind: NackKind, reason: impl Into<String>) -> Self {
        Self { written: Written::Possibly, ..Self::not_written(kind, reason) }
    }

    /// Says that asking again can help.
    #[must_use]
    pub fn worth_a_retry(self) -> Self {
        Self { retry: true, ..self }
    }

    /// Adds the error behind the Nack.
    #[must_use]
    pub fn because(self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { cause: Some(Arc::from(cause.into())), ..self }
    }

    /// The reason and the whole chain of causes, in one line.
    pub fn explain(&self) -> String {
        let mut text = self.to_string();
        let mut source = self.source();
        while let Some(error) = source {
            text.push_str(": ");
            text.push_str(&error.to_string());
            source = error.source();
        }
        text
    }
}

impl fmt::Display for ProducedNack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.reason)?;
        if self.written == Written::Possibly { f.write_str(" (possibly written)") } else { Ok(()) }
    }
}

impl Error for ProducedNack {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as &(dyn Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nack_explains_itself_with_its_causes() {
        let refused = std::io::Error::other("connection refused");
        let nack = ProducedNack::possibly_written(NackKind::Broker, "broker 1 gave no answer").because(refused);
        assert_eq!(nack.to_string(), "Broker: broker 1 gave no answer (possibly written)");
        assert_eq!(nack.explain(), "Broker: broker 1 gave no answer (possibly written): connection refused");
        assert!(nack.worth_a_retry().retry);
    }

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<_> = NackKind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(names.len(), NackKind::ALL.len());
    }
}
