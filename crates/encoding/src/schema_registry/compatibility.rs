use std::fmt;
use std::str::FromStr;

/// Which versions of a subject a schema is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionChoice {
    /// The newest.
    Latest,
    /// The one with this number, counted from 1.
    Number(u32),
    /// Those that the subject's compatibility level names: the latest, or all where the level is transitive.
    All,
}

impl fmt::Display for VersionChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => f.write_str("the latest version"),
            Self::Number(number) => write!(f, "version {number}"),
            Self::All => f.write_str("all versions"),
        }
    }
}

/// Whether a schema may become the next version of a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compatibility {
    /// The registry's verdict.
    pub is_compatible: bool,
    /// The registry's reasons, in its own words; none where the schema is compatible or the registry gives no reasons.
    pub messages: Vec<String>,
}

/// What a new version of a subject must get along with, the registry's `compatibilityLevel`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompatibilityLevel {
    /// With nothing.
    None,
    /// It reads what the latest version wrote. What a registry starts with.
    Backward,
    /// It reads what any version wrote.
    BackwardTransitive,
    /// The latest version reads what it writes.
    Forward,
    /// Every version reads what it writes.
    ForwardTransitive,
    /// It and the latest version read one another.
    Full,
    /// It and every version read one another.
    FullTransitive,
}

/// A text that is no compatibility level.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text} is no compatibility level; NONE, BACKWARD, FORWARD and FULL are, and all but NONE with _TRANSITIVE")]
pub struct UnknownCompatibilityLevel {
    text: String,
}

impl CompatibilityLevel {
    /// All levels, the weakest first.
    pub const ALL: [Self; 7] = [
        Self::None,
        Self::Backward,
        Self::BackwardTransitive,
        Self::Forward,
        Self::ForwardTransitive,
        Self::Full,
        Self::FullTransitive,
    ];

    /// The registry's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Backward => "BACKWARD",
            Self::BackwardTransitive => "BACKWARD_TRANSITIVE",
            Self::Forward => "FORWARD",
            Self::ForwardTransitive => "FORWARD_TRANSITIVE",
            Self::Full => "FULL",
            Self::FullTransitive => "FULL_TRANSITIVE",
        }
    }
}

impl fmt::Display for CompatibilityLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Reads the registry's word, in either case.
impl FromStr for CompatibilityLevel {
    type Err = UnknownCompatibilityLevel;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = Self::ALL.into_iter().find(|level| level.as_str().eq_ignore_ascii_case(text));
        named.ok_or_else(|| UnknownCompatibilityLevel { text: text.chars().take(100).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_level_is_read_from_its_own_word_in_either_case_and_from_no_other() {
        for level in CompatibilityLevel::ALL {
            assert_eq!(level.to_string().parse(), Ok(level));
            assert_eq!(level.as_str().to_lowercase().parse(), Ok(level));
        }
        assert_eq!(
            "SIDEWAYS".parse::<CompatibilityLevel>().unwrap_err().to_string(),
            "SIDEWAYS is no compatibility level; NONE, BACKWARD, FORWARD and FULL are, and all but NONE with _TRANSITIVE"
        );
    }
}
