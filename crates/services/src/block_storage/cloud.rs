//! The storages of the three clouds, through `object_store`.

mod azure;
mod endpoint;
mod gcs;
mod requests;
mod s3;
mod stand_in;

pub use azure::AzureOptions;
pub use gcs::GcsOptions;
pub use s3::{S3Credentials, S3Options};
