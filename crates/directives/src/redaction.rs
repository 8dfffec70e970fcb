use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::JsonPath;
use crate::json_path::shape::{Meeting, Shape};

mod memory;
mod table;
#[cfg(test)]
mod tests;
mod text;

use memory::Memory;

/// What is shown in place of a redacted value.
pub const REDACTED: &str = "***REDACTED***";

/// The places in an event's value that neither evidence nor messages show: the directive file's `redact`.
///
/// Where an event itself is shown, its places are hidden ([`apply`](Self::apply)). But texts quote values too: a step's
/// text, an encoder's reason, the message of somebody's own assertion. So a redaction remembers the values that it was
/// shown in events ([`note`](Self::note)), and [`text`](Self::text) hides them wherever they stand, together with what the
/// JSON documents in the text have at the redacted places and with what the text says is at a redacted path. In a document
/// that was cut, or has placeholders, every member counts that is called as the last one of a path is.
///
/// **Clones share what they remember**, so that the ledger hides in a rejection's reason what only a scenario knew. A
/// run that must not share begins with [`afresh`](Self::afresh).
///
/// What remains visible: values of fewer than [`SHORTEST`](Self::SHORTEST) characters, booleans and nulls in texts that
/// do not name their path, since hiding every `1` would leave nothing to read; and what events are found by, such as
/// correlation ids.
#[derive(Clone, Default)]
pub struct Redaction {
    paths: Arc<[JsonPath]>,
    memory: Arc<Mutex<Memory>>,
}

impl Redaction {
    /// The length, in characters, from which a value is hidden wherever it stands in a text.
    pub const SHORTEST: usize = 4;

    /// Hides what these paths find.
    pub fn of(paths: Vec<JsonPath>) -> Self {
        Self { paths: paths.into(), memory: Arc::default() }
    }

    /// The same places, and nothing remembered.
    #[must_use]
    pub fn afresh(&self) -> Self {
        Self { paths: Arc::clone(&self.paths), memory: Arc::default() }
    }

    /// Whether there is anything to hide.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// Puts [`REDACTED`] at every place that a path finds.
    pub fn apply(&self, document: &mut Value) {
        let hidden = Value::from(REDACTED);
        for path in &*self.paths {
            path.replace(document, &hidden);
        }
    }

    /// The document with [`REDACTED`] at every place that a path finds.
    pub fn applied<'a>(&self, document: &'a Value) -> Cow<'a, Value> {
        if self.is_empty() {
            return Cow::Borrowed(document);
        }
        let mut document = document.clone();
        self.apply(&mut document);
        Cow::Owned(document)
    }

    /// What `path` finds in the document, in the same order, with [`REDACTED`] for what is hidden.
    pub fn find(&self, path: &JsonPath, document: &Value) -> Vec<Value> {
        if self.is_empty() {
            return path.find(document);
        }
        let visible = self.applied(document);
        // Where something above the place is hidden, the place itself is gone.
        let shown = |place: &String| visible.pointer(place).cloned().unwrap_or_else(|| Value::from(REDACTED));
        let places: Vec<Value> = path.places(document).iter().map(shown).collect();
        match (path.counts(), places.as_slice()) {
            (false, _) => places,
            // How long a hidden value is belongs to it.
            (true, [place]) if place == REDACTED => places,
            (true, _) => path.find(document),
        }
    }

    /// Whether a value that is said to stand at `path` may be hidden, or hold something that is; in whatever document,
    /// so that a message can be kept from quoting what was expected there.
    pub fn hides(&self, path: &JsonPath, value: &Value) -> bool {
        match self.meeting(path.shape()) {
            Meeting::Around => true,
            Meeting::Within => match value {
                Value::Object(_) | Value::Array(_) => true,
                Value::String(text) => text.contains(['{', '[']),
                Value::Null | Value::Bool(_) | Value::Number(_) => false,
            },
            Meeting::Apart => false,
        }
    }

    /// Remembers what stands at the redacted places of an event, so that [`text`](Self::text) hides it everywhere.
    pub fn note(&self, document: &Value) {
        for path in self.paths.iter().filter(|path| !path.counts()) {
            let found = path.find(document);
            if !found.is_empty() {
                let mut memory = self.memory();
                found.iter().for_each(|value| memory.note(value));
            }
        }
    }

    /// Remembers a value that is said to stand at `path`, where that is redacted.
    pub fn note_at(&self, path: &JsonPath, value: &Value) {
        if self.meeting(path.shape()) == Meeting::Around && !path.counts() {
            self.memory().note(value);
        }
    }

    /// Remembers what the JSON documents in a text have at the redacted places.
    pub fn note_text(&self, text: &str) {
        if !self.is_empty() {
            text::documents(text).for_each(|(_, document)| self.note(&document));
            let members = text::members_of_broken_documents(text, self);
            let mut memory = self.memory();
            members.iter().for_each(|(_, value)| memory.note(value));
        }
    }

    /// Remembers what the rows below a table's heading have at the redacted places, each row taken for an event.
    pub fn note_table(&self, rows: &[Vec<String>]) {
        if !self.is_empty() {
            table::documents(rows).for_each(|document| self.note(&document));
            rows.iter().flatten().for_each(|cell| self.note_text(cell));
        }
    }

    /// A text with everything hidden that it should not show; borrowed where that is nothing.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.is_empty() { Cow::Borrowed(text) } else { text::hidden(text, self) }
    }

    /// Hides what a table's rows should not show, its heading first: cells at redacted places, and what
    /// [`text`](Self::text) hides in the others.
    pub fn table(&self, rows: &mut [Vec<String>]) {
        if !self.is_empty() {
            table::hide(rows, self);
        }
    }

    fn meeting(&self, shape: &Shape) -> Meeting {
        self.paths.iter().map(|path| path.shape().meeting(shape)).max().unwrap_or(Meeting::Apart)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The places alone: what is remembered is what must not be printed.
impl fmt::Debug for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redaction").field("paths", &self.paths).finish_non_exhaustive()
    }
}
