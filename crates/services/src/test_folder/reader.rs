use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use test_probe_directives::TestDirective;

use super::{DirectiveFile, TestFolder, TestFolderError, TextFile};

/// Reads what lies in `root`; messages call that folder `shown`.
pub(super) struct Reader<'a> {
    pub(super) root: &'a Path,
    pub(super) shown: &'a Path,
}

impl Reader<'_> {
    pub(super) fn read(&self, directive_file: &DirectiveFile) -> Result<TestFolder, TestFolderError> {
        if !self.root.is_dir() {
            return Err(TestFolderError::Missing {
                path: self.shown.to_owned(),
                directive_file: directive_file.clone(),
            });
        }
        let directive = self.directive(directive_file)?;
        let features = self.texts("features", |name| name.ends_with(".feature"))?;
        if features.is_empty() {
            return Err(TestFolderError::NoFeatures { path: self.shown.join("features") });
        }
        Ok(TestFolder {
            path: self.root.to_owned(),
            directive,
            features,
            schemas: self.texts("schemas", |name| {
                [".avsc", ".proto", ".json"].iter().any(|extension| name.ends_with(extension))
            })?,
            templates: self.texts("templates", |name| name.ends_with(".json"))?,
            expected: self.texts("expected", |name| name.ends_with(".json"))?,
            phrase_books: self.texts("steps", |name| name.ends_with(".yaml") || name.ends_with(".yml"))?,
        })
    }

    fn directive(&self, directive_file: &DirectiveFile) -> Result<TestDirective, TestFolderError> {
        let found = directive_file.names().map(|name| self.root.join(name)).find(|file| file.is_file());
        let file = found.ok_or_else(|| TestFolderError::NoDirective {
            path: self.shown.to_owned(),
            directive_file: directive_file.clone(),
        })?;
        let text = self.text(&file)?;
        Ok(TestDirective::parse(&self.shown(&file).display().to_string(), &text)?)
    }

    /// The texts below a folder, by their paths; none where the folder is not there.
    fn texts(&self, folder: &str, wanted: impl Fn(&str) -> bool) -> Result<Vec<TextFile>, TestFolderError> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.root.join(folder)];
        while let Some(folder) = folders.pop() {
            let unreadable = |source| TestFolderError::Unreadable { path: self.shown(&folder), source };
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
                    let parts = path.strip_prefix(self.root).unwrap_or(&path).components();
                    let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
                    found.insert(parts.join("/"), self.text(&path)?);
                }
            }
        }
        Ok(found.into_iter().map(|(name, text)| TextFile { name, text }).collect())
    }

    fn text(&self, file: &Path) -> Result<String, TestFolderError> {
        fs::read_to_string(file).map_err(|source| TestFolderError::Unreadable { path: self.shown(file), source })
    }

    fn shown(&self, path: &Path) -> PathBuf {
        path.strip_prefix(self.root).map_or_else(|_| path.to_owned(), |path| self.shown.join(path))
    }
}
