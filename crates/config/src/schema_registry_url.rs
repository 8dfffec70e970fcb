use std::fmt;
use std::str::FromStr;

use url::Url;

use crate::url_text::without_credentials;

/// The address of a Schema Registry, possibly with a path: `http://localhost:8081`, `https://h/apis/ccompat/v7`.
///
/// It may hold a user and a password (`https://user:password@host`); printing it hides them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SchemaRegistryUrl(String);

impl SchemaRegistryUrl {
    /// The address with everything that it holds, for the client that connects to it. Do not log what this returns.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text that is no registry's address, shown without user and password. The message is the Scala system's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSchemaRegistryUrl {
    /// The text starts with neither `http://` nor `https://`.
    #[error("Invalid Schema Registry URL format: {0}")]
    Scheme(String),
    /// The text names several addresses.
    #[error("Invalid Schema Registry URL format: {0}; one address is expected, without a comma")]
    Several(String),
    /// The rest of the text is no URL.
    #[error("Invalid Schema Registry URL format: {text}")]
    Url {
        /// The text.
        text: String,
        /// What is wrong with it.
        source: url::ParseError,
    },
}

impl FromStr for SchemaRegistryUrl {
    type Err = InvalidSchemaRegistryUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let shown = || without_credentials(text);
        if !text.starts_with("http://") && !text.starts_with("https://") {
            return Err(InvalidSchemaRegistryUrl::Scheme(shown()));
        }
        if text.contains(',') {
            return Err(InvalidSchemaRegistryUrl::Several(shown()));
        }
        match Url::parse(text) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(source) => Err(InvalidSchemaRegistryUrl::Url { text: shown(), source }),
        }
    }
}

/// The address without user and password.
impl fmt::Display for SchemaRegistryUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_credentials(&self.0))
    }
}

impl fmt::Debug for SchemaRegistryUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", without_credentials(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_with_and_without_a_path_are_accepted() {
        for text in ["http://localhost:8081", "https://h/apis/ccompat/v7", "http://[::1]:8081/", "https://u:p@h"] {
            assert_eq!(text.parse::<SchemaRegistryUrl>().unwrap().as_str(), text);
        }
        assert_eq!(" http://h ".parse::<SchemaRegistryUrl>().unwrap().as_str(), "http://h");
    }

    #[test]
    fn what_is_no_address_is_refused_with_the_text() {
        for text in ["", "localhost:8081", "ftp://h", "http://", "http://h:99999", "https:/h"] {
            let error = text.parse::<SchemaRegistryUrl>().unwrap_err().to_string();
            assert_eq!(error, format!("Invalid Schema Registry URL format: {text}"));
        }
        assert_eq!(
            "http://a,http://b".parse::<SchemaRegistryUrl>().unwrap_err().to_string(),
            "Invalid Schema Registry URL format: http://a,http://b; one address is expected, without a comma"
        );
    }

    #[test]
    fn credentials_never_print() {
        let url: SchemaRegistryUrl = "https://ann:hunter2@h:8081/x".parse().unwrap();
        assert_eq!(format!("{url} {url:?}"), "https://***@h:8081/x \"https://***@h:8081/x\"");
        for wrong in
            ["ann:hunter2@h", "ftp://ann:hunter2@h", "http://ann:hunter2@h:99999", "http://a:hunter2@b,http://h"]
        {
            let error = wrong.parse::<SchemaRegistryUrl>().unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}
