use std::path::{Path, PathBuf};

use test_probe_directives::TestDirective;

mod directive_file;
mod error;
mod reader;
#[cfg(test)]
mod tests;

pub use directive_file::DirectiveFile;
pub use error::TestFolderError;

use reader::Reader;

/// A test's folder, read: what the features say, what they need, and what the directive orders. Nothing of it is parsed
/// but the directive.
///
/// ```text
/// orders/
///   topic-directive.yaml     what to connect to
///   features/**/*.feature    what must hold
///   schemas/                 OrderCreated.avsc, OrderCreated.v2.avsc
///   templates/               order-created.json
///   expected/                order-reserved.json
///   steps/                   phrase books
///   evidence/                what a run leaves
/// ```
#[derive(Clone, Debug)]
pub struct TestFolder {
    /// Where the folder is.
    pub path: PathBuf,
    /// What the directive orders.
    pub directive: TestDirective,
    /// The features, by path within the folder.
    pub features: Vec<TextFile>,
    /// The schemas, by file name.
    pub schemas: Vec<TextFile>,
    /// The templates, by file name.
    pub templates: Vec<TextFile>,
    /// The expectations, by file name.
    pub expected: Vec<TextFile>,
    /// The phrase books, by path within the folder.
    pub phrase_books: Vec<TextFile>,
}

/// A text of the test's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFile {
    /// The file as messages call it: its path within the folder, with `/`.
    pub name: String,
    /// What it holds.
    pub text: String,
}

impl TextFile {
    /// The file's name without folders and extension: `order-created.v2` of `templates/order-created.v2.json`.
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// The file's name without folders.
    pub fn file_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }
}

impl TestFolder {
    /// Reads a test's folder; its directive has the default name or one of the older ones.
    ///
    /// # Errors
    /// [`TestFolderError`] for the first thing that is missing or wrong; a wrong directive with all its problems.
    pub fn read(path: impl Into<PathBuf>) -> Result<Self, TestFolderError> {
        Self::read_with(path, &DirectiveFile::default())
    }

    /// Reads a test's folder whose directive is called so.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_with(path: impl Into<PathBuf>, directive_file: &DirectiveFile) -> Result<Self, TestFolderError> {
        let path = path.into();
        Self::read_as(&path, &path, directive_file)
    }

    /// Reads a folder that was brought to `path`; messages call it by the place that it came from.
    pub(crate) fn read_as(path: &Path, shown: &Path, directive_file: &DirectiveFile) -> Result<Self, TestFolderError> {
        Reader { root: path, shown }.read(directive_file)
    }

    /// The folder's own name, for reports.
    pub fn name(&self) -> String {
        let canonical = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        canonical
            .file_name()
            .map_or_else(|| self.path.display().to_string(), |name| name.to_string_lossy().into_owned())
    }
}
