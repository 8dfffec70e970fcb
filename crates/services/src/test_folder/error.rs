use std::io;
use std::path::PathBuf;

use test_probe_directives::InvalidDirective;

use super::DirectiveFile;

/// A folder that holds no test. Where a test was fetched, the paths are those of the storage that it was fetched from.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TestFolderError {
    /// There is no such folder.
    #[error("there is no test folder `{}`; name a folder that holds {} and features/", path.display(), directive_file.names().next().unwrap_or_default())]
    Missing {
        /// The folder.
        path: PathBuf,
        /// What its directive would be called.
        directive_file: DirectiveFile,
    },
    /// The folder has no directive (`MissingTopicDirectiveFileException`).
    #[error("`{}` has no {directive_file}; it says which topics the test uses", path.display())]
    NoDirective {
        /// The folder.
        path: PathBuf,
        /// What was looked for.
        directive_file: DirectiveFile,
    },
    /// The directive is wrong.
    #[error(transparent)]
    Directive(#[from] InvalidDirective),
    /// The folder has no features (`MissingFeaturesDirectoryException`, `EmptyFeaturesDirectoryException`).
    #[error("`{}` holds no *.feature file; write what must hold there", path.display())]
    NoFeatures {
        /// The folder of the features.
        path: PathBuf,
    },
    /// A file cannot be read.
    #[error("cannot read `{}`", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
}
