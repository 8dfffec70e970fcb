use std::collections::HashSet;
use std::path::{Component, Path as FilePath, PathBuf};

use object_store::ObjectMeta;
use object_store::path::Path;

use crate::block_storage::EVIDENCE;

/// An object to be fetched.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) location: Path,
    /// Its path within the test's folder.
    pub(super) relative: PathBuf,
    /// Whether it holds nothing: then it may be a folder's marker, whose name ended in a slash that the list has lost.
    pub(super) is_empty: bool,
}

/// An object whose name would make a file outside of the test's folder, or none at all.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the object `{0}` has a name that no file can have; rename or delete it")]
pub(super) struct UnsafeName(String);

/// What to fetch of the objects that lie below a prefix: everything but evidence and what only marks a folder.
pub(super) fn wanted(listed: &[ObjectMeta], prefix: &Path) -> Result<Vec<Wanted>, UnsafeName> {
    let folders: HashSet<&str> = listed.iter().flat_map(|object| ancestors(object.location.as_ref())).collect();
    let mut wanted = Vec::new();
    for object in listed {
        let location = &object.location;
        let Some(parts) = location.prefix_match(prefix) else { continue };
        let parts: Vec<_> = parts.map(|part| part.as_ref().to_owned()).collect();
        let is_marker = parts.is_empty() || (object.size == 0 && folders.contains(location.as_ref()));
        if is_marker || parts[0] == EVIDENCE {
            continue;
        }
        if !parts.iter().all(|part| is_file_name(part)) {
            return Err(UnsafeName(location.to_string()));
        }
        wanted.push(Wanted {
            location: location.clone(),
            relative: parts.iter().collect(),
            is_empty: object.size == 0,
        });
    }
    Ok(wanted)
}

/// The folders that a path lies in.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(slash, _)| &path[..slash])
}

fn is_file_name(part: &str) -> bool {
    let mut components = FilePath::new(part).components();
    let is_normal = matches!(components.next(), Some(Component::Normal(name)) if name == part);
    is_normal && components.next().is_none() && !part.contains('\0')
}

#[cfg(test)]
mod tests;
