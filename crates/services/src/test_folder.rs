use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use test_probe_directives::{InvalidDirective, TestDirective};

#[cfg(test)]
mod tests;

/// The names under which a directive file is found, in this order.
const DIRECTIVE_FILES: [&str; 3] = ["topic-directive.yaml", "topic-directives.yml", "test-config.yaml"];

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

/// A folder that holds no test.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TestFolderError {
    /// There is no such folder.
    #[error("there is no test folder `{}`; name a folder that holds topic-directive.yaml and features/", path.display())]
    Missing {
        /// The folder.
        path: PathBuf,
    },
    /// The folder has no directive (`MissingTopicDirectiveFileException`).
    #[error("`{}` has no topic-directive.yaml (nor topic-directives.yml, nor test-config.yaml); it says which topics the test uses", path.display())]
    NoDirective {
        /// The folder.
        path: PathBuf,
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

impl TestFolder {
    /// Reads a test's folder.
    ///
    /// # Errors
    /// [`TestFolderError`] for the first thing that is missing or wrong; a wrong directive with all its problems.
    pub fn read(path: impl Into<PathBuf>) -> Result<Self, TestFolderError> {
        let path = path.into();
        if !path.is_dir() {
            return Err(TestFolderError::Missing { path });
        }
        let directive = read_directive(&path)?;
        let features = texts(&path, "features", |name| name.ends_with(".feature"))?;
        if features.is_empty() {
            return Err(TestFolderError::NoFeatures { path: path.join("features") });
        }
        Ok(Self {
            directive,
            features,
            schemas: texts(&path, "schemas", |name| {
                [".avsc", ".proto", ".json"].iter().any(|extension| name.ends_with(extension))
            })?,
            templates: texts(&path, "templates", |name| name.ends_with(".json"))?,
            expected: texts(&path, "expected", |name| name.ends_with(".json"))?,
            phrase_books: texts(&path, "steps", |name| name.ends_with(".yaml") || name.ends_with(".yml"))?,
            path,
        })
    }

    /// The folder's own name, for reports.
    pub fn name(&self) -> String {
        let canonical = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        canonical
            .file_name()
            .map_or_else(|| self.path.display().to_string(), |name| name.to_string_lossy().into_owned())
    }
}

fn read_directive(path: &Path) -> Result<TestDirective, TestFolderError> {
    let found = DIRECTIVE_FILES.iter().map(|name| path.join(name)).find(|file| file.is_file());
    let file = found.ok_or_else(|| TestFolderError::NoDirective { path: path.to_owned() })?;
    let text = read_text(&file)?;
    Ok(TestDirective::parse(&file.display().to_string(), &text)?)
}

fn read_text(file: &Path) -> Result<String, TestFolderError> {
    fs::read_to_string(file).map_err(|source| TestFolderError::Unreadable { path: file.to_owned(), source })
}

/// The texts below a folder, by their paths; none where the folder is not there.
fn texts(root: &Path, folder: &str, wanted: impl Fn(&str) -> bool) -> Result<Vec<TextFile>, TestFolderError> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        let unreadable = |source| TestFolderError::Unreadable { path: folder.clone(), source };
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(unreadable(error)),
        };
        for entry in entries {
            let path = entry.map_err(unreadable)?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| wanted(&name.to_string_lossy())) {
                let parts = path.strip_prefix(root).unwrap_or(&path).components();
                let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
                found.insert(parts.join("/"), read_text(&path)?);
            }
        }
    }
    Ok(found.into_iter().map(|(name, text)| TextFile { name, text }).collect())
}
