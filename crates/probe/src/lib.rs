//! Test Probe as a library: Gherkin tests of event-driven systems against a real Kafka, and the actor system beneath them
//! for programs that only produce and consume.
//!
//! ```text
//! TestFolder ──prepare──▶ PreparedTest ──run──▶ RunReport        a whole test, with evidence
//!    Probe ──┤
//!            ├──open──▶ OpenTopics ──dsl──▶ ProbeDsl             topics for a program
//!            └──services──▶ initialize_test, start_test, …       tests by id, fetched from block storage
//! ```
//!
//! A [`Probe`] is the actor system and the world that it runs against: the embedded one, or a cluster. It lives on threads
//! of its own and is used from any async runtime or none.
//!
//! This is the only room that knows all others; what a program needs of them is re-exported here, `cucumber` included.

mod blocking;
mod builder;
mod core;
pub mod doctor;
mod exit_status;
mod faults;
mod ledger_journal;
mod ledger_observer;
mod modules;
mod open_topics;
mod own_token;
mod prepared_test;
mod probe;
mod run;
mod run_observer;
mod run_options;
mod run_report;
mod running_scenarios;
mod schema_tool;
mod service_dsl;
mod session;
mod session_run;
mod sessions;
mod stop;
mod topic_setup;
mod wiring;
mod world;

pub use builder::ProbeBuilder;
pub use core::RegistryAddressError;
pub use exit_status::ExitStatus;
pub use modules::{
    CoreConfig, DefaultActorSystem, DefaultConfig, DefaultStorageService, DefaultVaultService, ProbeActorSystem,
    ProbeConfig, ProbeStorageModule, ProbeVaultModule, module_failed,
};
pub use open_topics::{OpenError, OpenTopics};
pub use prepared_test::{InvalidTest, PreparedTest, TestProblem};
pub use probe::{OpenTopicsError, Probe, StartProbeError};
pub use run_observer::{LiveFigures, NoObserver, RunObserver, Stage};
pub use run_options::RunOptions;
pub use run_report::RunReport;
pub use schema_tool::{Decoded, DecodedPart, SchemaPlace, SchemaTool, SchemaToolError};
pub use service_dsl::{Missing, ServiceDsl};
pub use session::RunError;
pub use stop::{StopReason, StopSwitch};
pub use wiring::registry::RegistryWiringError;
pub use wiring::security::SecurityWiringError;
pub use world::WorldError;

pub use test_probe_actors::error::{ProbeExceptions, ServiceError};
pub use test_probe_actors::supervision::explain;
pub use test_probe_actors::{ActorSystem, ExternalBehaviors, ProbeDsl, ServiceInterfaceFunctions, dsl, responses};
pub use test_probe_config as config;
pub use test_probe_directives::{
    BlockStorageDirective, ClientCredentials, Format, InvalidDirective, KafkaSecurityDirective, KeyFormat, Role,
    Secret, SecurityProtocol, TestDirective, TestId, TopicDirective, TopicName, WallClock,
};
pub use test_probe_encoding::{
    CloudEvent, Compatibility, CompatibilityLevel, CorrelationId, Decodable, Encodable, Framed, Proto, SchemaCatalog,
    SchemaGuid, SchemaId, SchemaText, VersionChoice,
};
pub use test_probe_evidence as evidence;
pub use test_probe_kafka::{Headers, NackKind, ProduceResult, ProducedAck, ProducedNack};
pub use test_probe_scenarios as scenarios;
pub use test_probe_scenarios::{ProbeWorld, StepBook, StepContext, StepError, cucumber};
pub use test_probe_services::{
    self as services, ProbeStorageService, ProbeVaultService, TestFolder, TestFolderError, TextFile,
};
