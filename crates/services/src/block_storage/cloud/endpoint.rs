use url::Url;

use crate::BlockStorageError;

/// The address of a stand-in for a cloud's storage, or of a private way to it.
#[derive(Clone, Debug)]
pub(super) struct Endpoint(pub(super) Url);

impl Endpoint {
    /// Reads the setting; absent and blank are the cloud's own address.
    pub(super) fn of(setting: Option<&str>, storage: &'static str) -> Result<Option<Self>, BlockStorageError> {
        let Some(text) = setting.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
        // The text is left out of the reasons, since it may hold a password.
        let refuse = |reason: String| BlockStorageError::InvalidSettings { storage, reason };
        let url = Url::parse(text).map_err(|error| refuse(format!("its endpoint is no URL: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refuse(format!("its endpoint starts with {}:, where http: or https: belongs", url.scheme())));
        }
        if has_more_than_a_place(&url) {
            return Err(refuse("its endpoint holds a user, a password, a query or a fragment".to_owned()));
        }
        Ok(Some(Self(url)))
    }

    pub(super) fn is_plain(&self) -> bool {
        self.0.scheme() == "http"
    }

    pub(super) fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// The address without a slash at its end.
    pub(super) fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether an address holds what is no part of a place and may be a credential.
pub(super) fn has_more_than_a_place(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some()
}

#[cfg(test)]
mod tests;
