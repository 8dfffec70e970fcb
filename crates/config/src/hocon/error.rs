use crate::Place;

/// A text that is no HOCON, or whose substitutions lead nowhere: the place, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub(crate) struct HoconError {
    pub(crate) place: Place,
    pub(crate) reason: Reason,
}

/// What is wrong. Texts of the file are described by their kind and not repeated, since they may be secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Reason {
    #[error("This '{{' is never closed: '}}' was expected before the end of the text")]
    UnclosedBrace,
    #[error("This '[' is never closed: ']' was expected before the end of the text")]
    UnclosedBracket,
    #[error("This quoted text is never closed: '\"' was expected before the end of its line")]
    UnclosedString,
    #[error("This triple-quoted text is never closed: '\"\"\"' was expected before the end of the text")]
    UnclosedTripleQuotes,
    #[error("This substitution is never closed: '}}' was expected before the end of its line")]
    UnclosedSubstitution,
    #[error("This '}}' closes nothing: a key or the end of the text was expected")]
    StrayBrace,
    #[error("Key '{key}' has no value: a value was expected, found {found}")]
    MissingValue { key: String, found: String },
    #[error("The list lacks a value here: a value or ']' was expected, found {found}")]
    MissingElement { found: String },
    #[error("'=', ':', '+=' or '{{' was expected after key '{key}', found {found}")]
    MissingSeparator { key: String, found: String },
    #[error("A key was expected, found {found}")]
    ExpectedKey { found: String },
    #[error("',', a new line or {closing} was expected after the value, found {found}")]
    ExpectedEndOfValue { closing: &'static str, found: String },
    #[error("A configuration is an object, but this text begins with '['")]
    RootIsList,
    #[error("The end of the text was expected after the closing '}}', found {found}")]
    AfterRoot { found: String },
    #[error("'\\{escape}' is not an escape of a quoted text")]
    BadEscape { escape: String },
    #[error("'{character}' cannot stand in an unquoted text")]
    Reserved { character: char },
    #[error("A substitution is '${{path}}' or '${{?path}}', found {found} in it")]
    BadSubstitution { found: String },
    #[error("A path has an empty part")]
    EmptyPathPart,
    #[error("Objects and lists are nested deeper than {limit} levels")]
    TooDeep { limit: usize },
    #[error("An include names a file in quotes: include \"file.conf\"")]
    BadInclude,
    #[error("'include {kind}' is not supported; files are included relative to the file that includes them")]
    IncludeOfOtherKind { kind: String },
    #[error("The required include '{name}' was not found")]
    IncludeNotFound { name: String },
    #[error("The include '{name}' could not be read: {cause}")]
    IncludeUnreadable { name: String, cause: String },
    #[error("The include '{name}' includes itself, or includes are nested deeper than {limit} files")]
    IncludeLoop { name: String, limit: usize },
    #[error("Substitution '${{{path}}}' finds neither a key nor an environment variable of this name")]
    Undefined { path: String },
    #[error("Substitution '${{{path}}}' leads back to itself")]
    Cycle { path: String },
    #[error("Key '{path}' would contain itself")]
    ContainsItself { path: String },
    #[error("The substitutions lead through more than {limit} others")]
    TooLongAWay { limit: usize },
    #[error("{left} and {right} cannot stand side by side in one value")]
    Mixed { left: &'static str, right: &'static str },
    #[error("The substitutions unfold into more than {limit} values")]
    TooLarge { limit: usize },
}

impl Reason {
    /// What the author of the text can do about it.
    pub(crate) fn suggestion(&self) -> &'static str {
        match self {
            Self::UnclosedBrace => "Add the missing '}'",
            Self::UnclosedBracket => "Add the missing ']'",
            Self::UnclosedString => "Add the missing '\"'; a text of several lines stands between '\"\"\"'",
            Self::UnclosedTripleQuotes => "Add the missing '\"\"\"'",
            Self::UnclosedSubstitution => "Add the missing '}'",
            Self::StrayBrace => "Remove this '}', or add the '{' that belongs to it",
            Self::MissingValue { .. } | Self::MissingElement { .. } => {
                "Write a value here; an empty text is \"\", and null takes a value away"
            }
            Self::MissingSeparator { .. } => "Write 'key = value' or 'section { … }'",
            Self::ExpectedKey { .. } => "Write 'key = value', 'section { … }' or close the section",
            Self::ExpectedEndOfValue { .. } => {
                "Put the next key on a new line; a text that holds ':', '=', ',' or a bracket must be quoted"
            }
            Self::RootIsList => "Write 'key = value' lines or one pair of braces",
            Self::AfterRoot { .. } => "Move it inside the braces, or remove the outermost braces",
            Self::BadEscape { .. } => {
                "Write '\\\\' for a backslash; other escapes are \\\" \\/ \\b \\f \\n \\r \\t \\uXXXX"
            }
            Self::Reserved { .. } => "Put the text between '\"'",
            Self::BadSubstitution { .. } => "Write the path of a key or the name of an environment variable",
            Self::EmptyPathPart => "Write 'a.b.c', and \"\" for a part that is meant to be empty",
            Self::TooDeep { .. } => "Use fewer levels",
            Self::BadInclude | Self::IncludeOfOtherKind { .. } => "Write include \"relative/path.conf\"",
            Self::IncludeNotFound { .. } => "Check the path, which is relative to the including file",
            Self::IncludeUnreadable { .. } => "Check that the file is there, readable and UTF-8",
            Self::IncludeLoop { .. } => "Take one of the includes away",
            Self::Undefined { .. } => "Define the key or the variable, or write '${?…}' if it may be absent",
            Self::ContainsItself { .. } => "Point the substitution at a key outside of this object",
            Self::TooLongAWay { .. } => "Use fewer substitutions, or one list in place of many '+='",
            Self::Cycle { .. } => "Give one of the keys a value of its own",
            Self::Mixed { .. } => "Separate them by a comma or a new line, or quote the text",
            Self::TooLarge { .. } => "Use fewer substitutions",
        }
    }
}
