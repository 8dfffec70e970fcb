use std::fmt;

/// Why nothing can be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct PlanError {
    /// All problems, in the order of the features; never empty.
    pub problems: Vec<PlanProblem>,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields are a place, the step's text, and what the variant says")]
pub enum PlanProblem {
    /// No step reads so.
    Undefined {
        uri: String,
        line: usize,
        text: String,
        /// The steps that read most like it, the nearest first.
        nearest: Vec<String>,
        /// The keywords under which an attribute step reads so.
        keywords: Vec<String>,
    },
    /// More than one step reads so.
    Ambiguous { uri: String, line: usize, text: String, matches: Vec<String> },
    /// The step is known, and what it says cannot be read.
    Unreadable { uri: String, line: usize, text: String, reason: String },
    /// The step breaks the world, and this world may not be broken.
    FaultStep { uri: String, line: usize, text: String },
    /// The tags leave nothing to run.
    NoScenario {
        /// How many scenarios there are.
        all: usize,
        /// The tag expression.
        tags: String,
    },
}

impl fmt::Display for PlanError {
    /// A line or more for each problem.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            write!(f, "{}{problem}", if index > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Display for PlanProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undefined { uri, line, text, nearest, keywords } => {
                write!(f, "{uri}:{line}: no step reads `{text}`")?;
                if !keywords.is_empty() {
                    write!(f, " under this keyword; one does under {}", keywords.join(" and "))?;
                }
                for (index, step) in nearest.iter().enumerate() {
                    write!(f, "{}\n    {step}", if index == 0 { "; the nearest are" } else { "" })?;
                }
                Ok(())
            }
            Self::Ambiguous { uri, line, text, matches } => {
                write!(f, "{uri}:{line}: more than one step reads `{text}`:")?;
                matches.iter().try_for_each(|step| write!(f, "\n    {step}"))
            }
            Self::Unreadable { uri, line, text, reason } => write!(f, "{uri}:{line}: `{text}`: {reason}"),
            Self::FaultStep { uri, line, text } => write!(
                f,
                "{uri}:{line}: `{text}` breaks the cluster on purpose, which is refused on this one; it is possible in the \
                 embedded world and on the project's own stack only"
            ),
            Self::NoScenario { all: 0, .. } => f.write_str("there is no scenario to run"),
            Self::NoScenario { all, tags } => {
                write!(f, "none of the {all} scenarios is selected by the tags {tags}")
            }
        }
    }
}
