//! Probe.
mod ledger_journal;
mod open_topics;
mod probe;
mod test_folder;
mod wiring;
mod world;
pub use open_topics::{OpenError, OpenTopics};
pub use probe::{OpenTopicsError, Probe, ProbeBuilder, RegistryAddressError, StartProbeError};
pub use test_folder::{TestFolder, TestFolderError, TextFile};
pub use test_probe_directives::{Role, TopicDirective, TopicName, WallClock};
pub use test_probe_encoding::{CloudEvent, CorrelationId, SchemaCatalog};
pub use test_probe_kafka::Headers;
pub use world::WorldError;
