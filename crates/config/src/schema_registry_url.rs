use std::fmt;
use std::str::FromStr;

use url::Url;

use crate::url_text::without_credentials;

/// The address of a Schema Registry, possibly with a path: `http://localhost:8081`, `https://h/apis/ccompat/v7`; or
/// several of one registry, divided by commas, in the order in which they are tried.
///
/// Each may hold a user and a password (`https://user:password@host`); printing hides them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SchemaRegistryUrl(String);

impl SchemaRegistryUrl {
    /// The text as it was written, with everything that it holds. Do not log what this returns.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The addresses with everything that they hold, at least one, for the client that connects to them. Do not log
    /// what this returns.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        self.0.split(',').map(str::trim)
    }

    /// Whether one of the addresses holds a user or a password.
    pub(crate) fn has_credentials(&self) -> bool {
        let has_credentials = |url: Url| !url.username().is_empty() || url.password().is_some();
        self.urls().any(|url| Url::parse(url).is_ok_and(has_credentials))
    }

    fn without_credentials(&self) -> String {
        self.0.split(',').map(without_credentials).collect::<Vec<_>>().join(",")
    }
}

/// A text that is no registry's address, shown without user and password. The message is the Scala system's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSchemaRegistryUrl {
    /// The text starts with neither `http://` nor `https://`.
    #[error("Invalid Schema Registry URL format: {0}")]
    Scheme(String),
    /// There is no address before, between or after the commas.
    #[error("Invalid Schema Registry URL format: {text}; address {number} of {count} is empty")]
    Empty {
        /// The text.
        text: String,
        /// Which address it is, from 1 on.
        number: usize,
        /// How many there are, the empty ones among them.
        count: usize,
    },
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
        let count = text.split(',').count();
        let mut rest = text;
        for number in 1..=count {
            let (entry, after) = rest.split_once(',').unwrap_or((rest, ""));
            if count > 1 && entry.trim().is_empty() {
                return Err(InvalidSchemaRegistryUrl::Empty { text: without_credentials(text), number, count });
            }
            check(entry.trim(), || without_credentials(entry_with_its_tail(rest)))?;
            rest = after;
        }
        Ok(Self(text.to_owned()))
    }
}

fn check(url: &str, shown: impl Fn() -> String) -> Result<(), InvalidSchemaRegistryUrl> {
    if !has_scheme(url) {
        return Err(InvalidSchemaRegistryUrl::Scheme(shown()));
    }
    match Url::parse(url) {
        Ok(_) => Ok(()),
        Err(source) => Err(InvalidSchemaRegistryUrl::Url { text: shown(), source }),
    }
}

fn has_scheme(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// The first address, and all that follows up to the next one. A comma in a password divides it, and its first half
/// must not be shown, though the `@` that tells it to be one stands behind the comma.
fn entry_with_its_tail(text: &str) -> &str {
    let next = text.match_indices(',').find(|(comma, _)| has_scheme(text[comma + 1..].trim_start()));
    text[..next.map_or(text.len(), |(comma, _)| comma)].trim()
}

/// The addresses without users and passwords.
impl fmt::Display for SchemaRegistryUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.without_credentials())
    }
}

impl fmt::Debug for SchemaRegistryUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.without_credentials())
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
    }

    #[test]
    fn several_addresses_keep_their_order_and_the_text_as_it_was_written() {
        let text = "http://a:1 ,https://u:p@b/x,http://[::1]:8081";
        let url: SchemaRegistryUrl = text.parse().unwrap();
        assert_eq!(url.urls().collect::<Vec<_>>(), ["http://a:1", "https://u:p@b/x", "http://[::1]:8081"]);
        assert_eq!(url.as_str(), text);
        assert_eq!(url.to_string(), "http://a:1 ,https://***@b/x,http://[::1]:8081");
        let single: SchemaRegistryUrl = " http://a ".parse().unwrap();
        assert_eq!(single.urls().collect::<Vec<_>>(), ["http://a"]);
    }

    #[test]
    fn the_one_of_several_that_is_no_address_is_shown() {
        for (text, shown) in [
            ("localhost:8081,http://b", "localhost:8081"),
            ("http://a, b:8081, https://c", "b:8081"),
            ("http://a,http://h:99999", "http://h:99999"),
            ("http://a,b,c", "b,c"),
        ] {
            let error = text.parse::<SchemaRegistryUrl>().unwrap_err().to_string();
            assert_eq!(error, format!("Invalid Schema Registry URL format: {shown}"), "{text}");
        }
    }

    #[test]
    fn an_empty_entry_is_named_by_its_place() {
        for (text, shown, place) in [
            ("http://a,,http://b", "http://a,,http://b", "2 of 3"),
            ("http://a,", "http://a,", "2 of 2"),
            (" , http://a", ", http://a", "1 of 2"),
            (",", ",", "1 of 2"),
            ("http://ann:hunter2@a,", "http://***@a,", "2 of 2"),
        ] {
            let error = text.parse::<SchemaRegistryUrl>().unwrap_err().to_string();
            let expected = format!("Invalid Schema Registry URL format: {shown}; address {place} is empty");
            assert_eq!(error, expected, "{text}");
        }
    }

    #[test]
    fn credentials_are_found_in_any_of_the_addresses() {
        for (text, has) in [
            ("http://a,https://u:p@b", true),
            ("http://u@a", true),
            ("http://:p@a,http://b", true),
            ("http://a,http://b/@x", false),
        ] {
            assert_eq!(text.parse::<SchemaRegistryUrl>().unwrap().has_credentials(), has, "{text}");
        }
    }

    #[test]
    fn credentials_never_print() {
        let url: SchemaRegistryUrl = "https://ann:hunter2@h:8081/x".parse().unwrap();
        assert_eq!(format!("{url} {url:?}"), "https://***@h:8081/x \"https://***@h:8081/x\"");
        let urls: SchemaRegistryUrl = "http://a:hunter2@b,http://h, http://c:hunter2@d".parse().unwrap();
        assert_eq!(format!("{urls} {urls:?}").matches("hunter2").count(), 0);
        assert_eq!(urls.to_string(), "http://***@b,http://h, http://***@d");
        for wrong in [
            "ann:hunter2@h",
            "ftp://ann:hunter2@h",
            "http://ann:hunter2@h:99999",
            "http://a:hunter2@b,h",
            "http://a,ann:hunter2@h",
            "http://a:hunter2@b,,http://h",
            "http://a:hunter2,more@b",
            "http://a:1,hunter2,more@b,http://h",
            "http://a:1,,hunter2,more@b",
            "http://a:more@hunter2,more@b",
        ] {
            let error = wrong.parse::<SchemaRegistryUrl>().unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}
