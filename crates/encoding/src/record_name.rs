pub(crate) mod serde_name;

use std::fmt;
use std::sync::Arc;

/// A record's name: the full name with its name space, such as `com.acme.OrderCreated`, or the simple name alone.
/// Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordName {
    name: Arc<str>,
    /// Where the simple name starts; looked for once, since each decoded value compares it.
    simple_at: usize,
}

impl RecordName {
    /// The name as it is written; what stands before the last dot is the name space.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        let name = name.into();
        Self { simple_at: name.len() - simple_name(&name).len(), name }
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// The name without its name space.
    #[inline]
    pub fn simple(&self) -> &str {
        &self.name[self.simple_at..]
    }

    /// Whether it is this name in this package; in none, where the package is empty.
    #[inline]
    pub(crate) fn is_in_package(&self, package: &str, name: &str) -> bool {
        let rest = match package {
            "" => Some(self.as_str()),
            package => self.as_str().strip_prefix(package).and_then(|rest| rest.strip_prefix('.')),
        };
        rest == Some(name)
    }

    /// Whether the name has a name space.
    pub fn has_namespace(&self) -> bool {
        self.simple_at > 0
    }
}

impl fmt::Display for RecordName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Debug for RecordName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.name, f)
    }
}

/// What stands after the last dot.
pub(crate) fn simple_name(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(_, simple)| simple)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_simple_name_stands_after_the_last_dot() {
        for (name, simple, namespace) in
            [("com.acme.OrderCreated", "OrderCreated", true), ("OrderCreated", "OrderCreated", false), ("", "", false)]
        {
            let record = RecordName::new(name);
            assert_eq!((record.simple(), record.has_namespace(), record.as_str()), (simple, namespace, name));
        }
    }
}
