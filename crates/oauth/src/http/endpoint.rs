use std::net::IpAddr;

use reqwest::Url;

/// Reads a token endpoint's address.
///
/// # Errors
/// What is wrong with it, and what to do about it. Nothing of the address is repeated, since it may hold a password.
pub(super) fn endpoint(text: &str) -> Result<Url, (String, &'static str)> {
    const GIVE_ONE: &str =
        "set the token endpoint to an address such as https://host/realms/name/protocol/openid-connect/token";
    let text = text.trim();
    if text.is_empty() {
        return Err(("the token endpoint is empty".to_owned(), GIVE_ONE));
    }
    let url = Url::parse(text).map_err(|error| (format!("the token endpoint is no URL ({error})"), GIVE_ONE))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(("the token endpoint starts with neither http: nor https:".to_owned(), GIVE_ONE));
    }
    if !url.username().is_empty() || url.password().is_some() {
        let fix = "take them out of the URL and give them as the client's id and secret";
        return Err(("the token endpoint's URL holds a user or a password".to_owned(), fix));
    }
    if url.fragment().is_some() {
        let fix = "leave out the # and what is behind it (RFC 6749, section 3.2)";
        return Err(("the token endpoint's URL has a fragment".to_owned(), fix));
    }
    Ok(url)
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

    #[test]
    fn what_is_no_endpoint_is_refused_without_being_repeated() {
        for (text, reason) in [
            ("", "the token endpoint is empty"),
            ("  ", "the token endpoint is empty"),
            ("hunter2", "the token endpoint is no URL (relative URL without a base)"),
            ("http://", "the token endpoint is no URL (empty host)"),
            ("ftp://hunter2", "the token endpoint starts with neither http: nor https:"),
            ("user:hunter2@host", "the token endpoint starts with neither http: nor https:"),
            ("https://user:hunter2@host/token", "the token endpoint's URL holds a user or a password"),
            ("https:hunter2@host/token", "the token endpoint's URL holds a user or a password"),
            ("https://:hunter2@host/token", "the token endpoint's URL holds a user or a password"),
            ("https://host/token#hunter2", "the token endpoint's URL has a fragment"),
        ] {
            let (told, fix) = endpoint(text).unwrap_err();
            assert_eq!(told, reason, "{text}");
            assert!(!fix.contains("hunter2"));
        }
        assert_eq!(endpoint(" https://host/token?api=2 ").unwrap().as_str(), "https://host/token?api=2");
    }

    #[test]
    fn loopback_addresses_are_known() {
        for (url, loopback) in [
            ("http://127.0.0.1:1", true),
            ("http://LOCALHOST", true),
            ("http://[::1]:8081", true),
            ("http://identity", false),
            ("http://localhost.example", false),
            ("http://10.0.0.1", false),
        ] {
            assert_eq!(is_loopback(&Url::parse(url).unwrap()), loopback, "{url}");
        }
    }
}
