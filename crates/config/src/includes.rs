use std::path::Path;

use crate::{ConfigFile, LoadFileError, load_file};

/// Where `include "name"` finds its files.
pub trait Includes {
    /// The file that `including` calls `name`; nothing if there is no such file.
    ///
    /// # Errors
    /// [`LoadFileError`] when the file is there but cannot be read.
    fn load(&self, including: &str, name: &str) -> Result<Option<ConfigFile>, LoadFileError>;

    /// Whether there is something at this path, which a key gives as a file's. Where nobody can know it is taken for
    /// granted.
    fn is_there(&self, _path: &Path) -> bool {
        true
    }
}

/// Includes are files, relative to the folder of the file that includes them. `.conf` may be left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileIncludes;

impl Includes for FileIncludes {
    fn load(&self, including: &str, name: &str) -> Result<Option<ConfigFile>, LoadFileError> {
        let path = Path::new(including).parent().unwrap_or(Path::new("")).join(name);
        match load_file(&path) {
            Err(LoadFileError::NotFound { .. }) if path.extension().is_none() => {
                found(load_file(&path.with_extension("conf")))
            }
            result => found(result),
        }
    }

    fn is_there(&self, path: &Path) -> bool {
        path.exists()
    }
}

fn found(result: Result<ConfigFile, LoadFileError>) -> Result<Option<ConfigFile>, LoadFileError> {
    match result {
        Ok(file) => Ok(Some(file)),
        Err(LoadFileError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// No include finds a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoIncludes;

impl Includes for NoIncludes {
    fn load(&self, _including: &str, _name: &str) -> Result<Option<ConfigFile>, LoadFileError> {
        Ok(None)
    }
}
