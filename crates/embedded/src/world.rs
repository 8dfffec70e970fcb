use std::sync::Arc;
use std::time::Duration;

use test_probe_directives::{BootstrapServers, ClientCredentials, Secret, TopicName};

use crate::kafka::{EmbeddedKafka, EmbeddedKafkaError};
use crate::restores::{AllTold, Restores, as_one};
use crate::{EmbeddedRegistry, EmbeddedTokenEndpoint, StartError};

#[cfg(test)]
mod tests;

/// The client that the embedded token endpoint knows.
pub const EMBEDDED_CLIENT_ID: &str = "orders-producer";

/// The secret of that client.
const CLIENT_SECRET: &str = "s3cr3t";

/// How long the embedded token endpoint's tokens are good.
const TOKEN_LIFETIME: Duration = Duration::from_secs(3600);

/// The whole world in one process: Kafka, a Schema Registry and a token endpoint, each on 127.0.0.1, each with faults on
/// demand. It ends with this value.
#[derive(Debug)]
pub struct EmbeddedWorld {
    // Outages end before their parts do.
    restores: Restores<RestoreWorldError>,
    kafka: Arc<EmbeddedKafka>,
    registry: EmbeddedRegistry,
    tokens: Arc<EmbeddedTokenEndpoint>,
}

/// The world did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartWorldError {
    /// Kafka did not.
    #[error(transparent)]
    Kafka(#[from] EmbeddedKafkaError),
    /// A server did not.
    #[error(transparent)]
    Server(#[from] StartError),
    /// The machine gave no thread.
    #[error("the embedded world cannot start its threads")]
    Threads(#[source] std::io::Error),
}

/// A part of the world that did not come back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RestoreWorldError {
    /// A broker did not.
    #[error(transparent)]
    Kafka(#[from] EmbeddedKafkaError),
    /// A server did not.
    #[error(transparent)]
    Server(#[from] StartError),
    /// Several did not.
    #[error("{}", AllTold(.0))]
    Several(Vec<RestoreWorldError>),
}

impl EmbeddedWorld {
    /// Starts a world with so many brokers.
    ///
    /// # Errors
    /// [`StartWorldError`].
    pub fn start(brokers: u16) -> Result<Self, StartWorldError> {
        let client = (EMBEDDED_CLIENT_ID.to_owned(), Secret::new(CLIENT_SECRET));
        Ok(Self {
            restores: Restores::start().map_err(StartWorldError::Threads)?,
            kafka: Arc::new(EmbeddedKafka::start(brokers)?),
            registry: EmbeddedRegistry::start()?,
            tokens: Arc::new(EmbeddedTokenEndpoint::start([client], TOKEN_LIFETIME)?),
        })
    }

    /// Where the brokers listen.
    pub fn bootstrap_servers(&self) -> &BootstrapServers {
        self.kafka.bootstrap_servers()
    }

    /// The Schema Registry's base address.
    pub fn schema_registry_url(&self) -> String {
        self.registry.url()
    }

    /// Where tokens are asked for.
    pub fn token_endpoint_url(&self) -> String {
        self.tokens.url()
    }

    /// The token endpoint, with its faults and what it was asked.
    pub fn token_endpoint(&self) -> &EmbeddedTokenEndpoint {
        &self.tokens
    }

    /// What the client that the token endpoint knew from the start asks with.
    pub fn client_credentials(&self) -> ClientCredentials {
        ClientCredentials {
            client_id: EMBEDDED_CLIENT_ID.to_owned(),
            client_secret: Secret::new(CLIENT_SECRET),
            token_endpoint: self.tokens.url(),
            scope: None,
        }
    }

    /// Creates a topic unless it is there.
    ///
    /// # Errors
    /// [`EmbeddedKafkaError`].
    pub fn create_topic(&self, topic: &TopicName, partitions: u16) -> Result<(), EmbeddedKafkaError> {
        self.kafka.create_topic(topic, partitions)
    }

    /// Takes a broker down now, and up again after the outage.
    ///
    /// # Errors
    /// [`EmbeddedKafkaError::UnknownBroker`].
    pub fn broker_down(&self, broker: u32, outage: Duration) -> Result<(), EmbeddedKafkaError> {
        self.kafka.set_broker(broker, false)?;
        let kafka = Arc::clone(&self.kafka);
        self.restores.after(outage, Box::new(move || Ok(kafka.set_broker(broker, true)?)));
        Ok(())
    }

    /// Takes the token endpoint down now, and up again after the outage.
    pub fn token_endpoint_down(&self, outage: Duration) {
        self.tokens.go_down();
        let tokens = Arc::clone(&self.tokens);
        self.restores.after(outage, Box::new(move || Ok(tokens.come_back()?)));
    }

    /// Lets the registry answer its next requests with this status.
    pub fn registry_answers(&self, status: u16, requests: u32) {
        self.registry.fail_next(status, requests);
    }

    /// Ends all faults, and returns when everything is as it was.
    ///
    /// # Errors
    /// [`RestoreWorldError`] when a part did not come back, now or by itself since the last time this was asked: the one
    /// thing that went wrong, or [`RestoreWorldError::Several`].
    pub fn restore(&self) -> Result<(), RestoreWorldError> {
        self.registry.fail_next(0, 0);
        self.tokens.end_faults();
        as_one(self.restores.all_now(), RestoreWorldError::Several)
    }
}
