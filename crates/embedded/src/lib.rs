//! The outside world in one process, over real sockets: what a run without a configuration talks to.
//!
//! ```text
//! HttpSchemaRegistry ──HTTP──▶ EmbeddedRegistry        the API of Confluent's Schema Registry
//! token client       ──HTTP──▶ EmbeddedTokenEndpoint   client credentials
//! ```
//!
//! The clients cannot tell these from the real ones, and faults can be asked for: a registry that answers 503 for a
//! while, a token endpoint that is down. Everything listens on 127.0.0.1, on a port that the system chooses, and ends
//! when its value is dropped.

mod faults;
mod registry;
mod server;
mod token_endpoint;

pub use registry::EmbeddedRegistry;
pub use server::StartError;
pub use token_endpoint::EmbeddedTokenEndpoint;
