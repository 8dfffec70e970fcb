use std::borrow::Cow;

use url::Url;

/// What is wrong with a text that is no registry's address.
pub(crate) const RULE: &str =
    "a registry's URL starts with `http://` or `https://` and names a host, such as http://localhost:8081";

/// Whether the text is the address of a Schema Registry.
pub(crate) fn is_registry_url(text: &str) -> bool {
    // The standard reads `http:///path` as the host `path`, which nobody means.
    let has_host = |url: &Url| url.has_host() && text.split_once("://").is_some_and(|(_, rest)| !rest.starts_with('/'));
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && has_host(&url))
}

/// An address as it may be printed: what stands before its host may be a name and a password. It need not be a right one,
/// and a password may hold what ends the host in another one; so everything before the last `@` is left out.
pub fn without_credentials(url: &str) -> Cow<'_, str> {
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), url),
    };
    match rest.rsplit_once('@') {
        Some((_, host)) => Cow::Owned(format!("{scheme}***@{host}")),
        None => Cow::Borrowed(url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registrys_url_has_a_scheme_of_the_web_and_a_host() {
        for url in
            ["http://localhost:8081", "https://a.example.com/path/", "http://u:p@h:1", "HTTP://h", "http://[::1]:80"]
        {
            assert!(is_registry_url(url), "{url}");
        }
        for url in [
            "",
            "h:8081",
            "http://",
            "http:///path",
            "https://:8081",
            "http://h:port",
            "ftp://h",
            "http:h",
            "http://a b",
        ] {
            assert!(!is_registry_url(url), "{url}");
        }
    }

    #[test]
    fn credentials_are_left_out_wherever_they_stand() {
        for (url, shown) in [
            ("http://h:8081/path", "http://h:8081/path"),
            ("http://user:pass@h:8081", "http://***@h:8081"),
            ("http://user:p/a@ss?@h", "http://***@h"),
            ("user:pass@h", "***@h"),
        ] {
            assert_eq!(without_credentials(url), shown);
        }
    }
}
