use std::fmt;
use std::str::FromStr;

use url::Url;

use crate::url_text::without_credentials_and_query;

/// The address of a function in a cloud: `https://vault.azurewebsites.net/api/credentials`.
///
/// It may hold a key (`?code=…`) or a user and a password; printing it hides them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FunctionUrl(String);

/// A text that is no function's address, shown without what may be secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidFunctionUrl {
    /// The text starts with neither `http://` nor `https://`.
    #[error("'{0}' is no address of a function")]
    Scheme(String),
    /// The rest of the text is no URL.
    #[error("'{text}' is no address of a function")]
    Url {
        /// The text.
        text: String,
        /// What is wrong with it.
        source: url::ParseError,
    },
}

impl FunctionUrl {
    /// The address with everything that it holds, for the client that calls it. Do not log what this returns.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for FunctionUrl {
    type Err = InvalidFunctionUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let shown = || without_credentials_and_query(text);
        if !text.starts_with("http://") && !text.starts_with("https://") {
            return Err(InvalidFunctionUrl::Scheme(shown()));
        }
        match Url::parse(text) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(source) => Err(InvalidFunctionUrl::Url { text: shown(), source }),
        }
    }
}

/// The address without user, password and query.
impl fmt::Display for FunctionUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_credentials_and_query(&self.0))
    }
}

impl fmt::Debug for FunctionUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", without_credentials_and_query(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_with_and_without_a_query_are_accepted_whole() {
        for text in ["https://vault.example.net/api/credentials", "http://127.0.0.1:7071/api/v?code=abc"] {
            assert_eq!(text.parse::<FunctionUrl>().unwrap().as_str(), text);
        }
        assert_eq!(" https://h/f ".parse::<FunctionUrl>().unwrap().as_str(), "https://h/f");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "vault.example.net/api", "ftp://h", "https://", "http://h:99999"] {
            let error = text.parse::<FunctionUrl>().unwrap_err().to_string();
            assert_eq!(error, format!("'{text}' is no address of a function"));
        }
    }

    #[test]
    fn keys_and_passwords_never_print() {
        let url: FunctionUrl = "https://ann:hunter2@h/f?code=hunter2".parse().unwrap();
        assert_eq!(format!("{url} {url:?}"), "https://***@h/f?*** \"https://***@h/f?***\"");
        for wrong in ["h/f?code=hunter2", "ftp://ann:hunter2@h", "http://h:99999/?code=hunter2", "h?a@hunter2"] {
            let error = wrong.parse::<FunctionUrl>().unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}
