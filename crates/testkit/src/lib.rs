//! Scripted worlds for tests: Kafka clients and a Schema Registry that do what they are told, with no broker, no socket
//! and no C library. Nothing but tests depends on this room, and it knows no actor.

mod loopback_kafka;

pub use loopback_kafka::LoopbackKafka;
pub use test_probe_encoding::scripted::ScriptedRegistry;
pub use test_probe_kafka::scripted::{Kept, Script, ScriptedConsumers, ScriptedProducers, ScriptedTopic};
