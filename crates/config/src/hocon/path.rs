use std::fmt;

use super::error::Reason;

/// The way to a value: the names of the keys from the root on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct KeyPath(pub(crate) Vec<String>);

impl KeyPath {
    /// This path and then `rest`.
    pub(super) fn join(&self, rest: &Self) -> Self {
        Self(self.0.iter().chain(&rest.0).cloned().collect())
    }
}

/// As a configuration writes it: parts divided by dots, quoted where they hold more than letters, digits, `_` and `-`.
impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            write_key(f, part)?;
        }
        Ok(())
    }
}

/// Writes one part of a path, quoted where it must be.
pub(super) fn write_key(f: &mut fmt::Formatter<'_>, part: &str) -> fmt::Result {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !part.is_empty() && part != "include" && part.chars().all(is_plain) {
        f.write_str(part)
    } else {
        super::render::write_quoted(f, part)
    }
}

/// A path under way. Dots divide only where they are not quoted; white space counts only between two texts of one part, which is why
/// a part that has not begun drops it.
#[derive(Debug, Default)]
pub(super) struct PathBuilder {
    parts: Vec<String>,
    current: Option<String>,
    blank: String,
    found_any: bool,
}

impl PathBuilder {
    pub(super) fn quoted(&mut self, text: &str) {
        self.append(text);
    }

    pub(super) fn unquoted(&mut self, text: &str) -> Result<(), Reason> {
        for (index, piece) in text.split('.').enumerate() {
            if index > 0 {
                self.parts.push(self.current.take().ok_or(Reason::EmptyPathPart)?);
            }
            if !piece.is_empty() {
                self.append(piece);
            }
        }
        self.found_any = true;
        Ok(())
    }

    pub(super) fn blank(&mut self, text: &str) {
        self.blank.push_str(text);
    }

    /// The path, or nothing if no text was added.
    pub(super) fn finish(self) -> Result<Option<KeyPath>, Reason> {
        if !self.found_any {
            return Ok(None);
        }
        let mut parts = self.parts;
        parts.push(self.current.ok_or(Reason::EmptyPathPart)?);
        Ok(Some(KeyPath(parts)))
    }

    fn append(&mut self, text: &str) {
        let blank = std::mem::take(&mut self.blank);
        match &mut self.current {
            Some(current) => current.extend([&blank, text]),
            None => self.current = Some(text.to_owned()),
        }
        self.found_any = true;
    }
}
