mod compatibility;
mod refusal;
mod routes;
mod store;

use std::sync::{Arc, Mutex};

use self::routes::Registry;
use self::store::RegistryStore;
use crate::faults::Faults;
use crate::server::{Server, StartError};

/// A Schema Registry on 127.0.0.1 that answers the calls of Confluent's API which clients make to register, find and
/// read schemas, with its statuses, codes and content type.
///
/// A text is one schema, with one id, under whatever subject it is registered; texts are compared as JSON, without
/// regard to white space. A new version of an Avro schema must be able to read what the latest wrote (`BACKWARD`, which
/// is Confluent's default). Schemas in other formats are kept as they are and not compared. Schemas that refer to others
/// are refused.
#[derive(Debug)]
pub struct EmbeddedRegistry {
    server: Server,
    registry: Arc<Registry>,
}

impl EmbeddedRegistry {
    /// Starts an empty registry on a port that is free.
    ///
    /// # Errors
    /// [`StartError`] when the system allows no listening or no threads.
    pub fn start() -> Result<Self, StartError> {
        let registry = Arc::new(Registry { store: Mutex::new(RegistryStore::default()), faults: Faults::default() });
        let served = Arc::clone(&registry);
        let server = Server::start("Schema Registry", 0, move |config| routes::configure(config, &served))?;
        Ok(Self { server, registry })
    }

    /// The base address, such as `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Lets the next `count` requests, whatever they ask, be answered with this HTTP status. A later call takes the
    /// place of an earlier one; 0 ends it.
    pub fn fail_next(&self, status: u16, count: u32) {
        self.registry.faults.fail_next(status, count);
    }

    /// How many requests there were, failed ones among them.
    pub fn requests(&self) -> u64 {
        self.registry.faults.requests()
    }
}

#[cfg(test)]
mod tests;
