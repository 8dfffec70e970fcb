use crate::{Issue, Origin, Settings};

/// A configuration that was read and checked.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What the configuration means.
    pub settings: Settings,
    /// What is not wrong but deserves a look: doubtful values, keys that nothing reads.
    pub warnings: Vec<Issue>,
    /// Every key with its value and where it comes from, in the order in which they are documented.
    pub entries: Vec<Entry>,
}

impl Loaded {
    /// Where the value of the key with this full path comes from.
    pub fn origin(&self, path: &str) -> Option<&Origin> {
        self.entries.iter().find(|entry| entry.path == path).map(|entry| &entry.origin)
    }
}

/// One key with its value. Written as `path = value`, all entries together are a configuration that can be read again,
/// as far as secrets do not hide a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The full path, such as `test-probe.core.dsl.ask-timeout`.
    pub path: String,
    /// What messages call the key.
    pub description: &'static str,
    /// The value as HOCON on one line; `"***"` for a secret.
    pub value: String,
    /// Where the value comes from.
    pub origin: Origin,
}
