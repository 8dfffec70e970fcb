//! What orders work: the directives of a test, read and checked, without any I/O.
//!
//! A *directive* is a data record that says what to do: which topics a test produces to and consumes from
//! ([`TopicDirective`]), where its folder lies ([`BlockStorageDirective`]), and with which credentials a topic is
//! opened ([`KafkaSecurityDirective`]). [`TestDirective::parse`] turns the text of `topic-directive.yaml` into the
//! trusted form or into every [`Problem`] that the text has, each with its line.
//!
//! ```text
//! topic-directive.yaml ──parse──▶ TestDirective ─┬─ topics: TopicDirective   (cluster, topic, role)
//!                                                ├─ test: TestSettings
//!                                                ├─ clusters: ClusterDirective
//!                                                └─ redaction: Redaction
//! ```
//!
//! What is *not* here: reading files, knowing where a cluster is by default, or opening anything. This room knows no
//! other room.

mod block_storage_directive;
mod bootstrap_servers;
mod client_credentials;
mod client_properties;
mod cluster;
mod duration;
mod event_filter;
mod field_place;
mod format;
pub mod jaas;
mod json_path;
mod kafka_security_directive;
mod key_format;
mod nearest;
mod number_order;
mod problem;
mod redaction;
mod registry_url;
mod role;
mod sasl_mechanism;
mod secret;
mod security_protocol;
mod start_from;
mod test_directive;
mod test_id;
mod test_settings;
mod timestamp;
mod topic_directive;
mod topic_name;
pub mod yaml;

pub use block_storage_directive::BlockStorageDirective;
pub use bootstrap_servers::{BootstrapServers, InvalidBootstrapServers};
pub use client_credentials::ClientCredentials;
pub use client_properties::ClientProperties;
pub use cluster::{ClusterDirective, ClusterName};
pub use duration::{InvalidDuration, describe_duration, parse_duration};
pub use event_filter::EventFilter;
pub use field_place::{FieldPlace, InvalidFieldPlace};
pub use format::{Format, UnknownFormat};
pub use json_path::{InvalidJsonPath, JsonPath, member_path};
pub use kafka_security_directive::KafkaSecurityDirective;
pub use key_format::KeyFormat;
pub use nearest::nearest;
pub use number_order::number_order;
pub use problem::{InvalidDirective, Problem, ProblemKind};
pub use redaction::{REDACTED, Redaction};
pub use registry_url::without_credentials;
pub use role::{Role, UnknownRole};
pub use sasl_mechanism::{SaslMechanism, UnknownSaslMechanism};
pub use secret::Secret;
pub use security_protocol::{SecurityProtocol, UnknownSecurityProtocol};
pub use start_from::StartFrom;
pub use test_directive::TestDirective;
pub use test_id::{InvalidTestId, TestId};
pub use test_settings::TestSettings;
pub use timestamp::{Timestamp, WallClock};
pub use topic_directive::{TopicDirective, TopicIdentity};
pub use topic_name::{InvalidTopicName, TopicName};
