//! What tests stand on: scripted worlds (Kafka clients, a Schema Registry and a token endpoint that do what they are told, with no broker,
//! no socket and no C library), and the door to the project's real stack. Nothing but tests depends on this room, and it
//! knows no actor.

mod gated_registry;
mod loopback_kafka;
mod scripted_tokens;
mod stack;
mod storage_servers;
mod token_relay;

pub use gated_registry::GatedRegistry;
pub use loopback_kafka::LoopbackKafka;
pub use scripted_tokens::{ScriptedTokens, TokenCall, TokenScript};
pub use stack::{Stack, unique_topic};
pub use storage_servers::storage_server;
pub use test_probe_encoding::scripted::ScriptedRegistry;
pub use test_probe_kafka::scripted::{Kept, Script, ScriptedConsumers, ScriptedProducers, ScriptedTopic};
pub use token_relay::TokenRelay;
