//! The vault: who hands out the credentials for a test's topics.

mod error;
mod service;

pub use error::VaultError;
pub use service::ProbeVaultService;
