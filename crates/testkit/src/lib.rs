//! What tests stand on: scripted worlds (Kafka clients and a Schema Registry that do what they are told, with no broker,
//! no socket and no C library), and the door to the project's real stack. Nothing but tests depends on this room, and it
//! knows no actor.

mod gated_registry;
mod loopback_kafka;
mod stack;
mod storage_servers;

pub use gated_registry::GatedRegistry;
pub use loopback_kafka::LoopbackKafka;
pub use stack::{Stack, unique_topic};
pub use storage_servers::storage_server;
pub use test_probe_encoding::scripted::ScriptedRegistry;
pub use test_probe_kafka::scripted::{Kept, Script, ScriptedConsumers, ScriptedProducers, ScriptedTopic};
