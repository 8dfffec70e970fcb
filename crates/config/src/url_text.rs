//! Addresses in messages: what may hold a secret gives way to stars, also in what is no address at all, since a slip of
//! the pen must not bring a password into a log.

/// Puts stars in place of everything between the scheme and the last `@`.
pub(crate) fn without_credentials(text: &str) -> String {
    match text.rsplit_once('@') {
        None => text.to_owned(),
        Some((before, host)) => {
            let scheme = before.split_once("//").map_or("", |(scheme, _)| scheme);
            let slashes = if before.contains("//") { "//" } else { "" };
            format!("{scheme}{slashes}***@{host}")
        }
    }
}

/// Puts stars in place of a query, too: functions in a cloud take their keys there.
pub(crate) fn without_credentials_and_query(text: &str) -> String {
    match text.split_once('?') {
        None => without_credentials(text),
        Some((address, _)) => format!("{}?***", without_credentials(address)),
    }
}
