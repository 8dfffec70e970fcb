use std::fmt;
use std::sync::Arc;

/// A place in a configuration text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The text's name: a file's path, or `built-in reference.conf` and its like for what the binary carries.
    pub source: Arc<str>,
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
}

/// `app.conf:12:5`, the form that editors and terminals turn into a link.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.source, self.line, self.column)
    }
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// It is written in one of the layers' texts. For `key = ${other}` this is where `other`'s value is written.
    Text(Place),
    /// It is the value of this environment variable.
    Variable(Arc<str>),
}

impl Origin {
    /// The place in a text, if the value stands in one.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Text(place) => Some(place),
            Self::Variable(_) => None,
        }
    }
}

/// A place, or `environment variable NAME`.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(place) => place.fmt(f),
            Self::Variable(name) => write!(f, "environment variable {name}"),
        }
    }
}
