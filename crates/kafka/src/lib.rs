//! The probe's Kafka clients, free of actors: the pipeline can be used and measured alone.
//!
//! ```text
//!              offer                    send                  delivery report
//!   caller ───────────▶ Lane (a topic) ──────▶ ProducerLease ──────▶ Pending ──▶ caller
//!                       window + held          one client per        settles exactly once
//!                                              (cluster, principal,
//!   actor ◀── TopicStream ◀── shared consumer   credential)
//!              per topic       one per (test, cluster, principal)
//! ```
//!
//! - [`Lane`]: what one topic has under way. It bounds records in librdkafka (the window) and records that wait
//!   (held), answers each exactly once, and can be drained.
//! - [`ClientPool`]: hands out [`ProducerLease`]s, so that connections stay at one per broker however many topics.
//! - [`TopicStream`]: one topic's records of a shared consumer; a record is committed after it was
//!   [`processed`](TopicStream::processed).
//! - [`Security`]: how connections are encrypted and who logs in. [`ClusterSecurity::open`] makes it of what the
//!   configuration and the vault say; tokens come from a cell that somebody else renews, and are pushed into each client.
//! - `librdkafka` (a feature, on by default): the real clients behind [`ProducerClientFactory`] and
//!   [`ConsumerClientFactory`]. Without it nothing here links C.
//!
//! What is *not* here: a queue in front of librdkafka's own (records are held only while the window is full), retries
//! on the caller's behalf, and `FutureProducer::send`, which sleeps on a full queue and can reorder.

mod client_spec;
mod consumer;
mod delivery;
mod error;
mod lane;
mod offsets;
mod pending;
mod pool;
mod producer;
mod record;
mod security;
mod statistics;
mod ticket;
mod window;

#[cfg(feature = "librdkafka")]
mod librdkafka;
#[cfg(any(test, feature = "scripted"))]
pub mod scripted;

pub use client_spec::{ClientIdentity, ClientSpec, GroupProtocol};
pub use consumer::{
    Assignment, ConsumerClientFactory, ConsumerSession, ConsumerSpec, ConsumerStart, GapPolicy, Readiness,
    ReadinessWatch, SessionControl, StreamFailure, TopicFeed, TopicStream,
};
pub use delivery::{NackKind, ProduceResult, ProducedAck, ProducedNack, Written};
pub use error::{ClientError, ClusterError};
pub use lane::{Lane, LaneKeeper, LaneMonitor, Outstanding};
pub use offsets::{NextOffset, OffsetTracker};
pub use pending::{Delivered, Pending};
pub use pool::{ClientPool, ProducerLease};
pub use producer::{ProducerClient, ProducerClientFactory, Refused};
pub use record::{Headers, IncomingRecord, OutgoingRecord};
pub use security::{
    ClusterSecurity, Login, OAuthDefaults, Pem, ProofMethod, ScramMechanism, Security, TlsSettings, Transport,
    UnavailableSecurity,
};
pub use statistics::{ClientKind, ClientObserver, ClientStatistics, NoObserver};
pub use ticket::{DeliveryObserver, EventId, LateReport, Ticket};
pub use window::{Admission, LaneLimits};

#[cfg(feature = "librdkafka")]
pub use librdkafka::{
    BrokerAddress, Librdkafka, RecordReader, TopicAdmin, TopicCreation, TopicFacts, TopicRights, librdkafka_version,
    partitioner,
};
