//! What translates between topic directives and a vault function: the Scala system's Rosetta files.

mod config_file;
mod mapping;
mod path;
mod template;
mod transformation;

use std::fmt;
use std::fs;
use std::path::Path;

use serde_json::Value;

pub use self::mapping::{Mapping, MappingProblem};
pub use self::path::{InvalidRosettaPath, RosettaPath};
pub use self::transformation::{InvalidTransformation, Transformation};
use super::{InvalidVaultFile, VaultError};

#[cfg(test)]
mod tests;

/// How a vault function is asked, and where in its answer the credentials stand.
///
/// ```yaml
/// mappings:
///   - targetField: clientId          # clientId, clientSecret, or any required field
///     sourcePath: $.credentials.id   # a path in the function's JSON answer
///     transformations:               # optional, applied in order
///       - type: base64decode
///     defaultValue: none             # optional
/// request-template:                  # any tree
///   topic: "{{topic}}"
/// ```
///
/// Its `Debug` shows neither defaults nor the template, which may hold secrets.
#[derive(Clone)]
pub struct RosettaConfig {
    /// Where the fields of the credentials stand.
    pub mappings: Vec<Mapping>,
    /// What the function is asked, with placeholders; without one no function can be asked.
    pub request_template: Option<Value>,
}

impl RosettaConfig {
    /// Reads a file: YAML where its name ends in `.yaml` or `.yml`, JSON otherwise.
    ///
    /// # Errors
    /// [`VaultError::Configuration`] for `classpath:…`, which only a JVM has, [`VaultError::Unreadable`], and
    /// [`VaultError::File`] with everything that is wrong with the file.
    pub fn load(path: &str) -> Result<Self, VaultError> {
        if let Some(resource) = path.strip_prefix("classpath:") {
            let reason = format!(
                "rosetta-mapping-path '{path}' names a resource of a Java program; copy it to a file and name that, \
                 such as ./{}",
                resource.trim_start_matches('/')
            );
            return Err(VaultError::Configuration { reason });
        }
        let text = fs::read_to_string(path)
            .map_err(|source| VaultError::Unreadable { path: Path::new(path).to_owned(), source })?;
        Ok(Self::parse(path, &text)?)
    }

    /// Reads the text of a file; `name` tells its format, as for [`load`](Self::load), and is named in errors.
    ///
    /// # Errors
    /// [`InvalidVaultFile`] with everything that is wrong.
    pub fn parse(name: &str, text: &str) -> Result<Self, InvalidVaultFile> {
        config_file::parse(name, text)
    }

    /// The mapping of a field. The last one counts, as in the Scala system.
    pub fn mapping(&self, field: &str) -> Option<&Mapping> {
        self.mappings.iter().rev().find(|mapping| mapping.target_field == field)
    }
}

impl fmt::Debug for RosettaConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RosettaConfig").field("mappings", &self.mappings).finish_non_exhaustive()
    }
}
