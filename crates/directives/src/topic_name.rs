use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A topic's name by Kafka's rule: 1 to 249 of `[a-zA-Z0-9._-]`, but not `.` or `..`. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TopicName(Arc<str>);

impl TopicName {
    /// Checks a name.
    ///
    /// # Errors
    /// [`InvalidTopicName`] when the name breaks Kafka's rule.
    pub fn new(name: &str) -> Result<Self, InvalidTopicName> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if name.is_empty() || name.len() > 249 || name == "." || name == ".." || !name.chars().all(allowed) {
            return Err(InvalidTopicName { name: name.to_owned() });
        }
        Ok(Self(Arc::from(name)))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TopicName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TopicName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl Borrow<str> for TopicName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl FromStr for TopicName {
    type Err = InvalidTopicName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::new(name)
    }
}

/// A name that Kafka does not allow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a topic name; use 1 to 249 letters, digits, `.`, `_` or `-`, and neither `.` nor `..` alone")]
pub struct InvalidTopicName {
    name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kafkas_rule_is_kept() {
        for name in ["orders", "a", "order-events.v1_x", &"x".repeat(249)] {
            assert!(TopicName::new(name).is_ok(), "{name}");
        }
        for name in ["", ".", "..", "two words", "größe", "a/b", &"x".repeat(250)] {
            assert!(TopicName::new(name).is_err(), "{name}");
        }
    }
}
