use std::fmt;

use test_probe_directives::TopicName;

/// A template whose placeholders do not all have a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct InvalidTemplate {
    /// The topic for which it was filled.
    pub topic: TopicName,
    /// What is wrong, in the template's order; never empty.
    pub problems: Vec<TemplateProblem>,
}

/// One placeholder that has no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateProblem {
    /// A directive has no such field.
    #[error("Unknown TopicDirective field: {name}. Valid fields: topic, role, clientPrincipal")]
    UnknownField {
        /// The field.
        name: String,
    },
    /// The directive's metadata lacks the key.
    #[error("Metadata key not found: '{key}' for topic {topic}. {}", known_keys(known))]
    NoMetadata {
        /// The key.
        key: String,
        /// The directive's topic.
        topic: TopicName,
        /// The keys that there are.
        known: Vec<String>,
    },
    /// A path outside `request-params`.
    #[error("Invalid config path: '{path}'. It must match ^request-params\\.[a-zA-Z0-9._-]+$")]
    InvalidParameter {
        /// The path.
        path: String,
    },
    /// The configuration has no value at the path.
    #[error("Config path not found: {path} for topic {topic}. Set it in the configuration")]
    NoParameter {
        /// The path.
        path: String,
        /// The directive's topic.
        topic: TopicName,
    },
    /// Two keys of one object became the same.
    #[error("Two keys of one object become '{key}'; leave out one of them")]
    SameKey {
        /// The key.
        key: String,
    },
}

fn known_keys(known: &[String]) -> String {
    if known.is_empty() {
        return "The directive has no metadata".to_owned();
    }
    format!("Available keys: {}", known.join(", "))
}

impl fmt::Display for InvalidTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [problem] = self.problems.as_slice() {
            return problem.fmt(f);
        }
        write!(f, "Multiple template errors for topic {}: ", self.topic)?;
        for (index, problem) in self.problems.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}
