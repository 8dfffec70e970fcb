use std::fmt;

use crate::Origin;

/// How much an [`Issue`] matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The configuration cannot be used.
    Error,
    /// The configuration can be used, but deserves a look.
    Warning,
}

/// One thing about a configuration that its author should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// How much it matters.
    pub severity: Severity,
    /// The key's full path, such as `test-probe.core.dsl.ask-timeout`; for a text that cannot be read, the text's name.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub suggestion: String,
    /// What a reader of the value said, where there is more to say.
    pub cause: Option<String>,
    /// Where the value stands. Nothing where there is no value.
    pub origin: Option<Origin>,
}

/// The Scala system's form, followed by the origin:
///
/// ```text
/// [ERROR] Configuration validation issue at 'test-probe.core.world.brokers': World brokers must be at least 1, got 0
///   Suggestion: Set 'test-probe.core.world.brokers' to at least 1
///   Origin: app.conf:12:17
/// ```
impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { severity, path, message, suggestion, cause, origin } = self;
        write!(f, "[{severity}] Configuration validation issue at '{path}': {message}\n  Suggestion: {suggestion}")?;
        if let Some(cause) = cause {
            write!(f, "\n  Cause: {cause}")?;
        }
        if let Some(origin) = origin {
            write!(f, "\n  Origin: {origin}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "ERROR",
            Self::Warning => "WARNING",
        })
    }
}

/// A configuration that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct InvalidConfig {
    /// Everything that is to be said about it: the errors first, at least one, then the warnings.
    pub issues: Vec<Issue>,
}

impl InvalidConfig {
    /// The issues that must be resolved before the configuration can be used.
    pub fn errors(&self) -> impl Iterator<Item = &Issue> {
        self.issues.iter().filter(|issue| issue.severity == Severity::Error)
    }
}

/// All issues, one a paragraph.
impl fmt::Display for InvalidConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, issue) in self.issues.iter().enumerate() {
            if index > 0 {
                f.write_str("\n\n")?;
            }
            issue.fmt(f)?;
        }
        Ok(())
    }
}

/// The issues found so far.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    errors: Vec<Issue>,
    warnings: Vec<Issue>,
}

impl Findings {
    pub(crate) fn add(&mut self, issue: Issue) {
        match issue.severity {
            Severity::Error => self.errors.push(issue),
            Severity::Warning => self.warnings.push(issue),
        }
    }

    /// The warnings, if there is no error; otherwise everything.
    pub(crate) fn verdict(self) -> Result<Vec<Issue>, InvalidConfig> {
        if self.errors.is_empty() { Ok(self.warnings) } else { Err(self.into_error()) }
    }

    /// Everything, the errors first.
    pub(crate) fn into_error(mut self) -> InvalidConfig {
        self.errors.append(&mut self.warnings);
        InvalidConfig { issues: self.errors }
    }
}

impl Issue {
    pub(crate) fn error(path: &str, message: impl Into<String>, suggestion: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            path: path.to_owned(),
            message: message.into(),
            suggestion: suggestion.into(),
            cause: None,
            origin: None,
        }
    }

    pub(crate) fn warning(path: &str, message: impl Into<String>, suggestion: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(path, message, suggestion) }
    }

    pub(crate) fn standing_at(self, origin: &Origin) -> Self {
        Self { origin: Some(origin.clone()), ..self }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn an_issue_prints_everything_that_it_knows_and_nothing_else() {
        let bare = Issue::warning("a.b", "It is odd", "Change it");
        let start = "[WARNING] Configuration validation issue at 'a.b': It is odd\n  Suggestion: Change it";
        assert_eq!(bare.to_string(), start);
        let caused = Issue { cause: Some("a slip".to_owned()), ..bare };
        assert_eq!(caused.to_string(), format!("{start}\n  Cause: a slip"));
        let full = caused.standing_at(&Origin::Variable(Arc::from("A_B")));
        assert_eq!(full.to_string(), format!("{start}\n  Cause: a slip\n  Origin: environment variable A_B"));
    }
}
