//! Block storage: where tests lie and where their evidence goes.

mod error;
mod service;

pub use error::BlockStorageError;
pub use service::ProbeStorageService;
