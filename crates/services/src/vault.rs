//! The vault: who hands out the credentials for a test's topics.
//!
//! ```text
//! ProbeVaultService
//!   ├─ LocalVault           a credentials file, environment variables, or nothing: PLAINTEXT
//!   ├─ LambdaVault          AWS Lambda, invoked by its ARN   ┐
//!   ├─ AzureFunctionVault   POST with a function key         ├ feature `cloud`
//!   └─ GcpFunctionVault     POST                             ┘
//!
//! How a function is asked for one topic, with a Rosetta file's template and mappings:
//!
//! TopicDirective ──RequestBodyBuilder──▶ request ──function──▶ answer ──VaultCredentialsMapper──▶ id and secret
//!                                               KafkaSecurityDirective ◀──JaasConfigBuilder───────┘
//! ```
//!
//! Nothing here prints a secret: not in errors, not in logs, not in `Debug`. What a function answers is never repeated,
//! since any part of it may be the secret.

mod credentials_mapper;
mod error;
mod file_problems;
#[cfg(feature = "cloud")]
mod function_vault;
mod jaas_config;
mod local_vault;
mod oauth_options;
mod question;
mod request_body;
mod rosetta;
mod service;
mod variables;

pub use credentials_mapper::{CLIENT_ID, CLIENT_SECRET, InvalidAnswer, MappedCredentials, VaultCredentialsMapper};
pub use error::{MappingStage, VaultError};
pub use file_problems::{FileProblem, InvalidVaultFile};
#[cfg(feature = "cloud")]
pub use function_vault::{
    AzureFunctionOptions, AzureFunctionVault, CallOptions, CredentialsRecipe, GcpFunctionOptions, GcpFunctionVault,
    LambdaOptions, LambdaVault,
};
pub use jaas_config::{InvalidJaas, JaasConfigBuilder};
pub use local_vault::{LocalVault, LocalVaultOptions};
pub use oauth_options::OAuthOptions;
pub use question::{VaultProvider, VaultQuestion};
pub use request_body::{InvalidTemplate, RequestBodyBuilder, TemplateProblem};
pub use rosetta::{
    InvalidRosettaPath, InvalidTransformation, Mapping, MappingProblem, RosettaConfig, RosettaPath, Transformation,
};
pub use service::ProbeVaultService;
pub use variables::Variables;
