//! Block storage: where tests lie and where their evidence goes.
//!
//! ```text
//! ProbeStorageService
//!  ├─ LocalBlockStorage       a folder of this machine, used where it lies
//!  ├─ InMemoryBlockStorage    buckets in memory, for tests and for programs that bring their own
//!  ├─ ObjectBlockStorage      S3, Google Cloud Storage, Azure: fetched into a private folder, the evidence uploaded
//!  └─ StorageByScheme         one of these, by the text that names the folder
//! ```
//!
//! Wherever a test lies, its folder looks the same, and a run's evidence comes to lie in `evidence/` beside its features.
//! Not handled here: old evidence is overwritten file by file and never deleted, and nothing is locked, so of two runs that
//! upload into one folder at a time the later file wins.

mod bucket_text;
mod by_scheme;
#[cfg(feature = "cloud")]
mod cloud;
mod error;
mod evidence_files;
mod fetched_test;
mod in_memory;
mod local;
mod objects;
mod off_thread;
mod service;

pub use by_scheme::StorageByScheme;
#[cfg(feature = "cloud")]
pub use cloud::{AzureOptions, GcsOptions, S3Credentials, S3Options};
pub use error::BlockStorageError;
pub use in_memory::InMemoryBlockStorage;
pub use local::LocalBlockStorage;
pub use objects::{ObjectBlockStorage, ObjectPlace, ObjectPlaces};
pub use service::ProbeStorageService;

/// The folder below a test's folder that a run's evidence goes to.
const EVIDENCE: &str = "evidence";
