use std::path::Path;

use test_probe::config::{FileIncludes, InvalidConfig, Layers, LoadFileError, Loaded, ProcessEnvironment, load_file};

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigurationError {
    #[error(transparent)]
    File(#[from] LoadFileError),
    #[error(transparent)]
    Invalid(#[from] InvalidConfig),
}

/// Reads the configuration: the file over the reference, or the embedded world where there is none; the environment over
/// both.
pub(crate) fn load(file: Option<&Path>) -> Result<Loaded, ConfigurationError> {
    let layers = Layers::new().reference();
    let layers = match file {
        Some(path) => layers.file(load_file(path)?),
        None => layers.embedded(),
    };
    Ok(layers.includes(&FileIncludes).environment(&ProcessEnvironment).load()?)
}
