//! The outside world in one process, over real sockets: what a run without a configuration talks to.
//!
//! ```text
//! EmbeddedWorld
//! ├── EmbeddedKafka           librdkafka's mock cluster; clients speak Kafka's protocol to it
//! ├── EmbeddedRegistry        the API of Confluent's Schema Registry over HTTP
//! └── EmbeddedTokenEndpoint   client credentials over HTTP; signed tokens and the keys to check them
//! ```
//!
//! The clients cannot tell these from the real ones, and faults can be asked for: a registry that answers 503 for a
//! while, a token endpoint that is down, or silent. Everything listens on 127.0.0.1, on a port that the system chooses, and ends
//! when its value is dropped.
//!
//! For a stack of our own beside the process, [`StackControl`] and [`RegistryProxy`] bring the same faults about.

mod cut_body;
mod faults;
mod kafka;
mod registry;
mod registry_proxy;
mod restores;
mod server;
mod stack_control;
#[cfg(test)]
mod test_client;
mod token_endpoint;
mod world;

pub use faults::RegistryFault;
pub use kafka::{EmbeddedKafka, EmbeddedKafkaError, MOST_BYTES_PER_PARTITION, MOST_RECORDS_PER_PARTITION};
pub use registry::EmbeddedRegistry;
pub use registry_proxy::RegistryProxy;
pub use server::StartError;
pub use stack_control::{StackControl, StackControlError};
pub use token_endpoint::{
    EmbeddedTokenEndpoint, InvalidPublicKey, SigningKeyError, TokenClient, TokenFault, UnknownClient,
};
pub use world::{EMBEDDED_CLIENT_ID, EmbeddedWorld, RestoreWorldError, StartWorldError};
