//! The probe's actors: supervision as in Pekko, the streaming half of the tree, and the DSL through which programs and
//! steps use it.
//!
//! ```text
//! KafkaProducerActor                     supervises, named producer-{testId}
//! └── KafkaProducerStreamingActor        one per producer topic; a lane over the shared client
//! KafkaConsumerActor                     supervises, named consumer-{testId}
//! └── KafkaConsumerStreamingActor        one per consumer topic; a stream of the shared client, a store of events
//!
//! ProbeDsl ── produce_event, fetch_consumed_event, await_consumed_event, and their blocking forms
//! ```
//!
//! This room knows Actix and knows no network: brokers and registries are seen through the traits of the rooms below, and
//! it builds and tests without a C library, TLS or HTTP.

pub mod commands;
pub mod dsl;
pub mod error;
pub mod event_store;
mod gate;
pub mod journal;
mod kafka_consumer_actor;
mod kafka_consumer_streaming_actor;
mod kafka_producer_actor;
mod kafka_producer_streaming_actor;
mod kafka_settings;
pub mod metrics;
mod openings;
pub mod responses;
mod runtime;
mod streaming_supervision;
pub mod supervision;
mod system;
mod test_execution_result;
#[cfg(test)]
mod test_rig;

pub use dsl::ProbeDsl;
pub use kafka_consumer_actor::{KafkaConsumerActor, KafkaConsumers};
pub use kafka_consumer_streaming_actor::KafkaConsumerStreamingActor;
pub use kafka_producer_actor::{KafkaProducerActor, KafkaProducers};
pub use kafka_producer_streaming_actor::KafkaProducerStreamingActor;
pub use kafka_settings::{Cluster, Clusters, KafkaSettings};
pub use runtime::{SystemGone, SystemRuntime};
pub use streaming_supervision::StreamingSupervision;
pub use system::{ActorSystem, StartError, TestArbiter};
pub use test_execution_result::{TestEnd, TestExecutionResult};
