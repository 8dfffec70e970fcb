use std::net::IpAddr;
use std::sync::Arc;

use reqwest::{Client, Url};

use super::InvalidRegistrySettings;

/// One address of a registry, with the client that reaches it.
pub(super) struct Address {
    pub(super) client: Client,
    base: Url,
    /// The address without credentials, for messages.
    pub(super) shown: Arc<str>,
}

impl Address {
    pub(super) fn new(base: Url, client: Client) -> Self {
        Self { client, shown: without_credentials(&base), base }
    }

    /// The URL of what lies at this path below the base address.
    pub(super) fn below(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        // An HTTP URL always has a path, as checked when the client was made.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }
}

pub(super) fn base_url(text: &str) -> Result<Url, InvalidRegistrySettings> {
    let refuse = |reason: &str| InvalidRegistrySettings::Url { reason: reason.to_owned() };
    let url = Url::parse(text.trim()).map_err(|error| refuse(&error.to_string()))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        scheme => Err(refuse(&format!("it starts with {scheme}:, where http: or https: belongs"))),
    }
}

pub(super) fn has_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

pub(super) fn without_credentials(url: &Url) -> Arc<str> {
    let mut shown = url.clone();
    // Both fail only for addresses without a host, which HTTP URLs have.
    if shown.set_username("").is_err() || shown.set_password(None).is_err() {
        return Arc::from("(an address without a host)");
    }
    Arc::from(shown.as_str().trim_end_matches('/'))
}

pub(super) fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let host = host.trim_matches(['[', ']']);
        host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn below(base: &str, path: &[&str], query: &[(&str, &str)]) -> String {
        Address::new(base_url(base).unwrap(), Client::new()).below(path, query).to_string()
    }

    #[test]
    fn subjects_are_escaped_below_the_base_path() {
        for base in ["http://host:1/apis/ccompat/v7", "http://host:1/apis/ccompat/v7/"] {
            assert_eq!(
                below(base, &["subjects", "a/b c%d?e", "versions"], &[]),
                "http://host:1/apis/ccompat/v7/subjects/a%2Fb%20c%25d%3Fe/versions"
            );
        }
        assert_eq!(below("http://host:1", &["subjects"], &[]), "http://host:1/subjects");
        assert_eq!(below("http://host:1", &["x"], &[("a", "b&c"), ("d", "é")]), "http://host:1/x?a=b%26c&d=%C3%A9");
    }

    #[test]
    fn credentials_are_sent_and_not_shown() {
        let url = base_url("https://user:hunter2@host/path/").unwrap();
        assert!(has_credentials(&url));
        let address = Address::new(url, Client::new());
        assert_eq!(&*address.shown, "https://host/path");
        assert!(address.below(&["x"], &[]).as_str().contains("hunter2"));
        assert!(!has_credentials(&base_url("http://host").unwrap()));
    }

    #[test]
    fn loopback_addresses_are_known() {
        for (url, loopback) in [
            ("http://127.0.0.1:1", true),
            ("http://localhost", true),
            ("http://[::1]:8081", true),
            ("http://registry", false),
            ("http://10.0.0.1", false),
        ] {
            assert_eq!(is_loopback(&Url::parse(url).unwrap()), loopback, "{url}");
        }
    }
}
