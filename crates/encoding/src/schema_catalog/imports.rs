//! Schema files that name others beside them.

use std::collections::HashMap;

use super::file_name::SchemaFileName;
use super::{LocalSchema, SchemaProblem};

/// Another file that a schema names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// The name by which it is called: a `.proto` path, a JSON Schema URL.
    pub(crate) name: String,
    /// The file of that name.
    pub(crate) file: String,
}

/// A schema file that was not looked into yet.
pub(super) struct File {
    pub(super) name: SchemaFileName,
    pub(super) text: String,
}

/// The file that is called `name` by another: the one of this path, or the newest of its last part.
pub(super) fn file_called<'f>(files: &'f [File], name: &str) -> Option<&'f File> {
    let path = name.trim_start_matches("./");
    let is_path = |file: &&File| file.name.file == path || file.name.file.ends_with(&format!("/{path}"));
    files.iter().find(is_path).or_else(|| {
        let wanted = SchemaFileName::parse(path)?;
        let same = |file: &&File| file.name.stem == wanted.stem && file.name.format == wanted.format;
        files.iter().filter(same).max_by_key(|file| file.name.version)
    })
}

/// The files that `start` names, and that those name, each after the ones that it names itself.
///
/// # Errors
/// The file that is named by what it names itself.
pub(super) fn in_order<'a>(
    start: &'a [Import],
    imports_of: impl Fn(&str) -> &'a [Import],
) -> Result<Vec<&'a Import>, String> {
    let mut done: Vec<&Import> = Vec::new();
    let mut states: HashMap<&str, bool> = HashMap::new();
    let mut stack: Vec<(Option<&Import>, &[Import])> = vec![(None, start)];
    while let Some((itself, rest)) = stack.pop() {
        let Some((import, rest)) = rest.split_first() else {
            if let Some(itself) = itself {
                states.insert(&itself.name, true);
                done.push(itself);
            }
            continue;
        };
        stack.push((itself, rest));
        match states.get(import.name.as_str()) {
            Some(true) => {}
            Some(false) => return Err(import.file.clone()),
            None => {
                states.insert(&import.name, false);
                stack.push((Some(import), imports_of(&import.file)));
            }
        }
    }
    Ok(done)
}

/// Refuses files that name each other in a circle, which no registry can keep.
pub(super) fn refuse_circles(schemas: &[LocalSchema], problems: &mut Vec<SchemaProblem>) {
    let imports_of = |file: &str| {
        schemas.iter().find(|schema| schema.file == file).map_or(&[][..], |schema| schema.imports.as_slice())
    };
    for schema in schemas {
        let found = in_order(&schema.imports, imports_of);
        let names_itself = || found.as_ref().is_ok_and(|found| found.iter().any(|import| import.file == schema.file));
        if found.is_err() || names_itself() {
            problems.push(SchemaProblem {
                file: schema.file.clone(),
                reason: "it and the files that it names go round in a circle; put them in one file".to_owned(),
            });
        }
    }
}
