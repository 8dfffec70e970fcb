//! The probe's actors: supervision as in Pekko, the whole tree, the service functions, and the DSL through which programs
//! and steps use its topics.
//!
//! ```text
//! GuardianActor                              restarts the queue within a limit
//! ├── OAuthTokenRefresherActor               one per token's identity; over a renewal that is a value
//! └── QueueActor                             first in, first out; over a registry that is a value
//!     └── TestExecutionActor                 seven states; over a machine that is a value
//!         ├── BlockStorageActor              fetches the test, stores its evidence
//!         ├── VaultActor                     fetches the credentials
//!         ├── CucumberExecutionActor         runs the scenarios, on the test's own thread as what follows
//!         ├── KafkaProducerActor             supervises, named producer-{testId}
//!         │   └── KafkaProducerStreamingActor    one per producer topic; a lane over the shared client
//!         └── KafkaConsumerActor             supervises, named consumer-{testId}
//!             └── KafkaConsumerStreamingActor    one per consumer topic; a stream of the shared client, a store of events
//!
//! ServiceInterfaceFunctions ── initialize_test, start_test, test_status, queue_status, cancel_test
//! ProbeDsl ── produce_event, fetch_consumed_event, await_consumed_event, and their blocking forms
//! ```
//!
//! This room knows Actix and knows no network: brokers and registries are seen through the traits of the rooms below, and
//! it builds and tests without a C library, TLS or HTTP.

mod block_storage_actor;
mod child_factories;
mod circuit_breaker;
pub mod commands;
mod cucumber_execution_actor;
pub mod dsl;
pub mod error;
pub mod event_store;
pub mod framing;
mod gate;
mod guardian_actor;
pub mod journal;
mod kafka_consumer_actor;
mod kafka_consumer_streaming_actor;
mod kafka_producer_actor;
mod kafka_producer_streaming_actor;
mod kafka_settings;
mod kafka_world;
pub mod metrics;
mod oauth_token_refresher_actor;
mod openings;
mod queue_actor;
pub mod responses;
mod runtime;
mod service_functions;
mod streaming_supervision;
pub mod supervision;
mod system;
mod system_work;
mod test_execution_actor;
mod test_execution_result;
#[cfg(test)]
mod test_rig;
mod test_tree;
mod token_refreshers;
#[cfg(test)]
mod tree_tests;
mod vault_actor;

pub use block_storage_actor::{BlockStorageActor, BlockStorageParts, EvidenceKeeper};
pub use child_factories::{ChildContext, ChildFactories, ChildFactory, KafkaChild, PlaceFactory, TestPlace};
pub use cucumber_execution_actor::{CucumberExecutionActor, CucumberExecutor, CucumberParts, Interruption};
pub use dsl::ProbeDsl;
pub use guardian_actor::{GuardianActor, GuardianParts, QueueActorFactory};
pub use kafka_consumer_actor::{KafkaConsumerActor, KafkaConsumers};
pub use kafka_consumer_streaming_actor::KafkaConsumerStreamingActor;
pub use kafka_producer_actor::{KafkaProducerActor, KafkaProducers};
pub use kafka_producer_streaming_actor::KafkaProducerStreamingActor;
pub use kafka_settings::{Cluster, Clusters, KafkaSettings};
pub use kafka_world::{KafkaSetup, KafkaWorld};
pub use oauth_token_refresher_actor::OAuthTokenRefresherActor;
pub use queue_actor::{QueueActor, QueueMemory, QueueParts, TestExecutionFactory};
pub use runtime::{SystemGone, SystemRuntime};
pub use service_functions::{BlockingServiceFunctions, ServiceInterfaceFunctions, ServiceSettings};
pub use streaming_supervision::StreamingSupervision;
pub use system::{ActorSystem, StartError, TestArbiter};
pub use test_execution_actor::{PoisonPills, TestExecutionActor, TestExecutionParts, TestWatch};
pub use test_execution_result::{TestEnd, TestExecutionResult};
pub use test_tree::{ExternalBehaviors, TestServices, TestTree, TestTreeParts};
pub use token_refreshers::{NoToken, TokenRefreshers};
pub use vault_actor::{VaultActor, VaultParts};
