//! The probe's settings: HOCON layers, keys, defaults, validation, and where each value comes from.
//!
//! ```text
//! config/reference.conf ─┐
//! config/embedded.conf  ─┼─▶ Layers ──load──▶ Loaded { settings, warnings, entries }
//! the user's file       ─┤                 └▶ InvalidConfig { issues }
//! the environment       ─┘
//! ```
//!
//! [`Layers`] takes texts and answers with [`Settings`], every key checked, or with every [`Issue`] of the texts: its
//! path, what is wrong, what to do, and the [`Origin`] of the value. Keys that nobody knows are refused below
//! `test-probe`; what lies elsewhere belongs to others and is not looked at, but for `request-params`, where users keep
//! texts of their own. Keys of the Scala system that this version does not read are accepted with a warning.
//!
//! What is *not* here: a file system (but for [`load_file`] and [`FileIncludes`]), a clock, and any use of what was set. Written form and
//! trusted form are apart: only what passed every rule becomes [`Settings`].

mod check;
mod environment;
mod function_url;
mod hocon;
mod includes;
mod issue;
mod keys;
mod layers;
mod load_file;
mod loaded;
mod named_texts;
mod origin;
mod request_params;
mod schema_registry_url;
mod service_endpoint;
mod settings;
mod url_text;
mod validation;

pub use environment::{Environment, ProcessEnvironment};
pub use function_url::{FunctionUrl, InvalidFunctionUrl};
pub use includes::{FileIncludes, Includes};
pub use issue::{InvalidConfig, Issue, Severity};
pub use layers::Layers;
pub use load_file::{ConfigFile, LoadFileError, load_file};
pub use loaded::{Entry, Loaded};
pub use named_texts::NamedTexts;
pub use origin::{Origin, Place};
pub use request_params::{RequestParam, RequestParams};
pub use schema_registry_url::{InvalidSchemaRegistryUrl, SchemaRegistryUrl};
pub use settings::{
    ActorSystemSettings, AwsStorageSettings, AwsVaultSettings, AzureStorageSettings, AzureVaultSettings,
    BlockStorageProvider, BlockStorageSettings, ClientAuthentication, ConsumerSettings, CucumberSettings, DslSettings,
    GcpStorageSettings, GcpVaultSettings, GroupProtocol, KafkaSecuritySettings, KafkaSettings, KafkaTlsSettings,
    LocalVaultSettings, MskSettings, OAuthSettings, OverflowStrategy, ProducerSettings, QueueSettings, RestSettings,
    SchemaIdLocation, SchemaRegistryAuth, SchemaRegistrySettings, SchemaRegistryTls, ServicesSettings, Settings,
    StreamMode, StreamingSupervisionSettings, SubjectNames, SupervisionSettings, TimerSettings, TokenRefreshSettings,
    VaultProvider, VaultSettings, WorldKind, WorldSettings,
};
/// From the directives, which every room knows.
pub use test_probe_directives::{ClientProperties, SaslMechanism, Secret, SecurityProtocol};
