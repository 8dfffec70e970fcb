mod compatibility;
mod level;
mod protobuf;
mod refusal;
mod routes;
mod schema;
mod store;

use std::sync::{Arc, Mutex, PoisonError};

use self::routes::Registry;
use crate::faults::RegistryFault;
use crate::server::{Server, StartError};

/// A Schema Registry on 127.0.0.1 that answers the calls of Confluent's API which clients make to register, find, compare,
/// read and delete schemas, with its statuses, codes and content type.
///
/// A text is one schema, with one id and one GUID, under whatever subject it is registered, as long as it refers to the
/// same versions of others; texts of Avro and JSON Schema are compared as JSON, without regard to white space, those of
/// Protobuf letter by letter. A GUID is made of the SHA-256 of format, text and references, so every registry of this kind
/// gives the same one.
///
/// What is no valid schema of its format, or refers to what is not there, is refused. Avro schemas are compared by the
/// compatibility level of the subject or the registry, which is `BACKWARD` at first, as Confluent's. Schemas in other
/// formats are not compared; they are incompatible with a schema in another format alone.
///
/// A Protobuf schema may be sent as a `.proto` text or as a descriptor in Base64, and is given back as it was sent, or with
/// `format=serialized` as a descriptor.
///
/// It can go down and come back, with nothing listening in between, and keeps what it has.
#[derive(Debug)]
pub struct EmbeddedRegistry {
    server: Mutex<Option<Server>>,
    port: u16,
    registry: Arc<Registry>,
}

impl EmbeddedRegistry {
    /// The name by which errors call it.
    const NAME: &'static str = "Schema Registry";

    /// Starts an empty registry on a port that is free.
    ///
    /// # Errors
    /// [`StartError`] when the system allows no listening or no threads.
    pub fn start() -> Result<Self, StartError> {
        let registry = Arc::new(Registry::default());
        let server = serve(&registry, 0)?;
        let port = server.address().port();
        Ok(Self { server: Mutex::new(Some(server)), port, registry })
    }

    /// The base address, such as `http://127.0.0.1:40123`; the same through a fall and a return.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Stops listening and ends all connections. Nothing happens when it is down already. Takes milliseconds, in which the
    /// calling thread waits.
    pub fn go_down(&self) {
        // Taken out first, so that the lock is not held while the server ends.
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(server);
    }

    /// Listens on the same port again. Nothing happens when it is up already. Takes milliseconds, in which the calling
    /// thread waits.
    ///
    /// # Errors
    /// [`StartError::Listen`] when something else took the port in the meantime.
    pub fn come_back(&self) -> Result<(), StartError> {
        let mut server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        if server.is_none() {
            *server = Some(serve(&self.registry, self.port)?);
        }
        Ok(())
    }

    /// Lets the next `count` requests, whatever they ask, be answered with this HTTP status. A later call takes the
    /// place of an earlier one, and of another fault; 0 ends it.
    pub fn fail_next(&self, status: u16, count: u32) {
        self.registry.faults.fail_next(status, count);
    }

    /// Lets the next `count` requests, whatever they ask, meet with this fault. A later call takes the place of an earlier
    /// one; 0 ends it.
    pub fn disturb_next(&self, fault: RegistryFault, count: u32) {
        self.registry.faults.disturb_next(fault, count);
    }

    /// How many requests there were, failed ones among them.
    pub fn requests(&self) -> u64 {
        self.registry.faults.requests()
    }

    /// How many requests there were to a path such as `/schemas/ids/7`, as it stands in the address, and to what lies below
    /// it, failed ones among them. The first thousand paths are told apart.
    pub fn requests_to(&self, path: &str) -> u64 {
        self.registry.faults.requests_to(path)
    }
}

fn serve(registry: &Arc<Registry>, port: u16) -> Result<Server, StartError> {
    let registry = Arc::clone(registry);
    Server::start(EmbeddedRegistry::NAME, port, move |config| routes::configure(config, &registry))
}

#[cfg(test)]
mod tests;
