//! Keys below `test-probe` that this version does not read: some are known and say what replaces them, the rest are
//! slips of the pen.

use test_probe_directives::nearest;

use crate::hocon::{KeyPath, Value, ValueKind};
use crate::issue::{Findings, Issue};
use crate::keys::{UNREAD, UnreadKey, keys};

/// Sections where the Scala system's guides put keys that it reads elsewhere, and where that is.
const MOVED_SECTIONS: &[(&str, &str)] = &[
    ("test-probe.kafka.", "test-probe.core.kafka."),
    ("test-probe.rest.", "test-probe.interfaces.rest."),
    ("test-probe.vault.", "test-probe.services.vault."),
    ("test-probe.core.vault.", "test-probe.services.vault."),
    ("test-probe.core.storage.", "test-probe.services.block-storage."),
    ("test-probe.security.", "test-probe.core.kafka.security."),
    ("test-probe.core.kafka.oauth.", "test-probe.services.vault.oauth."),
    ("test-probe.core.oauth.", "test-probe.services.vault.oauth."),
];

/// Looks at every key below the root, which stands for `test-probe`.
pub(super) fn find(root: &Value, findings: &mut Findings) {
    look_at("test-probe", root, findings);
}

fn look_at(path: &str, value: &Value, findings: &mut Findings) {
    if keys().any(|spec| spec.path == path) {
        return;
    }
    if let Some(unread) = unread(path) {
        return warn_of_unread(path, value, unread, findings);
    }
    let is_section = known_paths().any(|known| is_below(known, path));
    match (&value.kind, is_section) {
        (ValueKind::Object(members), true) => {
            for (name, value) in members {
                look_at(&format!("{path}.{}", KeyPath(vec![name.clone()])), value, findings);
            }
        }
        (_, true) if value.is_null() => {}
        (_, true) => {
            let message = format!("'{path}' is a section of keys, but the value is {}", value.describe());
            findings.add(Issue::error(path, message, format!("Write '{path} {{ … }}'")).standing_at(&value.origin));
        }
        (_, false) => findings.add(unknown(path).standing_at(&value.origin)),
    }
}

/// The paths of all keys, read and unread.
fn known_paths() -> impl Iterator<Item = &'static str> {
    keys().map(|spec| spec.path).chain(UNREAD.iter().map(|unread| unread.path))
}

fn unread(path: &str) -> Option<&'static UnreadKey> {
    UNREAD.iter().find(|unread| unread.path == path || is_below(path, unread.path))
}

fn is_below(path: &str, section: &str) -> bool {
    path.strip_prefix(section).is_some_and(|rest| rest.starts_with('.'))
}

/// One warning for each key that has a value, by the most exact entry of the table.
fn warn_of_unread(path: &str, value: &Value, nearest_section: &UnreadKey, findings: &mut Findings) {
    let entry = unread(path).unwrap_or(nearest_section);
    if let ValueKind::Object(members) = &value.kind {
        for (name, value) in members {
            warn_of_unread(&format!("{path}.{}", KeyPath(vec![name.clone()])), value, entry, findings);
        }
        return;
    }
    let message = format!("'{path}' is accepted, but this version does not read it");
    findings.add(Issue::warning(path, message, replacement(path, entry)).standing_at(&value.origin));
}

/// The note of the unread key, or the very key that took its place where only the section is another one.
fn replacement(path: &str, unread: &UnreadKey) -> String {
    // A note of its own says more.
    let is_own = unread.path == path;
    match moved(path).filter(|_| !is_own) {
        Some(moved) => format!("Set '{moved}' instead"),
        None => unread.note.to_owned(),
    }
}

/// The very key, or the section of keys, in the section that took the place of another one.
fn moved(path: &str) -> Option<&'static str> {
    let in_section = |(section, now): &(&str, &str)| Some(format!("{now}{}", path.strip_prefix(section)?));
    let mut moved = MOVED_SECTIONS.iter().filter_map(in_section);
    moved.find_map(|moved| {
        let known = keys().map(|spec| spec.path).find(|known| *known == moved || is_below(known, &moved))?;
        Some(&known[..moved.len()])
    })
}

fn unknown(path: &str) -> Issue {
    let message = format!("Unknown configuration key '{path}'");
    let suggestion = match known_key_like(path) {
        Some(known) => format!("Did you mean '{known}'? Otherwise remove it"),
        None => "Remove it; config/reference.conf lists every key".to_owned(),
    };
    Issue::error(path, message, suggestion)
}

/// The key that was probably meant: the same in the section that took this one's place, else a neighbour with a similar name, else a key of this name in another section, else
/// the most similar path.
fn known_key_like(path: &str) -> Option<&'static str> {
    let paths = || keys().map(|spec| spec.path);
    if let Some(moved) = moved(path) {
        return Some(moved);
    }
    let (section, name) = path.rsplit_once('.')?;
    let in_section = || paths().filter(|known| is_below(known, section));
    let first_part = |known: &'static str| known[section.len() + 1..].split('.').next();
    if let Some(neighbour) = nearest(name, in_section().filter_map(first_part)) {
        return in_section().find(|known| first_part(known) == Some(neighbour)).map(|known| {
            let end = section.len() + 1 + neighbour.len();
            &known[..end]
        });
    }
    let same_name = paths().find(|known| known.rsplit_once('.').is_some_and(|(_, known)| known == name));
    same_name.or_else(|| nearest(path, paths()))
}
