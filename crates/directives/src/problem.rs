use std::fmt;

/// What sort of rule a directive breaks; each kind is an exception of the Scala system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProblemKind {
    /// Not YAML, a key missing or mistyped, a value outside its rule (`InvalidTopicDirectiveFormatException`).
    Format,
    /// The same topic in the same role on the same cluster twice (`DuplicateTopicException`).
    DuplicateTopic,
    /// A server list that is none (`InvalidBootstrapServersException`).
    BootstrapServers,
}

/// One thing that is wrong with a directive file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which sort of rule is broken.
    pub kind: ProblemKind,
    /// The line, counted from 1, where the parser knows it.
    pub line: Option<usize>,
    /// The path of the field, such as `topics[1].role`; empty for the file as a whole.
    pub field: String,
    /// The value that was found, if there was one.
    pub value: Option<String>,
    /// The rule that the value breaks, and what would be right.
    pub rule: String,
}

/// A directive file with everything that is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct InvalidDirective {
    /// The file as the caller named it.
    pub file: String,
    /// All problems, in the order of their lines; never empty.
    pub problems: Vec<Problem>,
}

/// One line a problem: `topic-directive.yaml:7: topics[1].role: 'publisher': a role is …`.
impl fmt::Display for InvalidDirective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            f.write_str(&self.file)?;
            if let Some(line) = problem.line {
                write!(f, ":{line}")?;
            }
            write!(f, ": {problem}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        if let Some(value) = &self.value {
            write!(f, "'{value}': ")?;
        }
        f.write_str(&self.rule)
    }
}
