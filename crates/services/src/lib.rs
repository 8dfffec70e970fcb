//! The services a test needs before it can run: block storage, where its folder lies and its evidence goes, and the vault,
//! which hands out credentials.
//!
//! Both are traits, so that a program can bring its own. Without the feature `cloud` this room speaks no HTTP.

pub mod block_storage;
mod test_folder;
pub mod vault;

pub use block_storage::{BlockStorageError, ProbeStorageService};
pub use test_folder::{DirectiveFile, TestFolder, TestFolderError, TextFile};
pub use vault::{ProbeVaultService, VaultError};
