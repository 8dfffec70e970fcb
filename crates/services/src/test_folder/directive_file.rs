use std::fmt;

/// The name that a directive file has unless the configuration says otherwise.
const DEFAULT_NAME: &str = "topic-directive.yaml";

/// The other names under which a directive file is found then, in this order.
const OTHER_NAMES: [&str; 2] = ["topic-directives.yml", "test-config.yaml"];

/// What a test's directive file is called in its folder.
///
/// By default `topic-directive.yaml`, and then `topic-directives.yml` and `test-config.yaml`, its names in older tests, are
/// found too. Whoever sets another name gets that one alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectiveFile(String);

impl DirectiveFile {
    /// The file of this name. The default name brings the older names with it.
    pub fn named(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The names to look for, in this order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let others = if self.0 == DEFAULT_NAME { OTHER_NAMES.as_slice() } else { &[] };
        std::iter::once(self.0.as_str()).chain(others.iter().copied())
    }
}

impl Default for DirectiveFile {
    fn default() -> Self {
        Self::named(DEFAULT_NAME)
    }
}

/// The names as a sentence about their absence lists them.
impl fmt::Display for DirectiveFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)?;
        let others: Vec<_> = self.names().skip(1).map(|name| format!("nor {name}")).collect();
        if others.is_empty() { Ok(()) } else { write!(f, " ({})", others.join(", ")) }
    }
}
