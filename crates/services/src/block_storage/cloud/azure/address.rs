use object_store::path::Path;
use url::Url;

use super::STORAGE;
use crate::BlockStorageError;
use crate::block_storage::bucket_text::Described;
use crate::block_storage::cloud::endpoint::{Endpoint, has_more_than_a_place, is_loopback};

/// What the hosts of Azure's blob storage end in: everywhere, in China, for the United States' government.
const SUFFIXES: [&str; 3] = [".blob.core.windows.net", ".blob.core.chinacloudapi.cn", ".blob.core.usgovcloudapi.net"];

const AZURE: Described =
    Described { storage: STORAGE, example: "https://{account}.blob.core.windows.net/{container}/{prefix}" };

/// A test's folder in Azure.
#[derive(Debug)]
pub(super) struct Address {
    /// Where requests go: the account's own address.
    pub(super) service: Endpoint,
    pub(super) container: String,
    pub(super) prefix: Path,
}

impl Address {
    pub(super) fn of(
        text: &str,
        account: &str,
        endpoint: Option<&Endpoint>,
        has_key: bool,
    ) -> Result<Self, BlockStorageError> {
        let refuse = |reason: &str| AZURE.refuse(text, reason);
        let url = Url::parse(text).map_err(|error| refuse(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refuse("it starts with neither https:// nor http://"));
        }
        if has_more_than_a_place(&url) {
            return Err(refuse("it holds a user, a password, a query or a fragment; an account's key is a setting"));
        }
        let path = url.path().trim_start_matches('/');
        let (service, path) = match account_of_host(&url) {
            Some(named) if named != account => {
                return Err(refuse(&format!("it names the account {named}, and the settings are for {account}")));
            }
            Some(_) => {
                let own = || Endpoint(at_root(&url));
                (endpoint.map_or_else(own, |endpoint| service_at(endpoint, account)), path)
            }
            None => {
                let service = match endpoint {
                    Some(endpoint) if endpoint.0.origin() == url.origin() => service_at(endpoint, account),
                    None if is_loopback(&url) && has_key => service_at(&Endpoint(at_root(&url)), account),
                    _ => return Err(refuse("its host is neither Azure's nor that of the configured endpoint")),
                };
                let path = below(path, service.0.path().trim_matches('/'))
                    .ok_or_else(|| refuse(&format!("its path does not start with the account {account}")))?;
                (service, path)
            }
        };
        let path: Vec<_> = path.split('/').filter(|part| !part.is_empty()).collect();
        let path = Path::from_url_path(path.join("/"))
            .map_err(|_| refuse("a part of its path is `.` or `..`, or holds a control character"))?;
        let mut parts = path.parts();
        let container = parts.next().ok_or_else(|| refuse("it names no container"))?.as_ref().to_owned();
        Ok(Self { service, container, prefix: parts.collect() })
    }
}

/// The account that a host of Azure's belongs to. Only over HTTPS: a host's name proves nothing over HTTP.
fn account_of_host(url: &Url) -> Option<&str> {
    let host = url.host_str().filter(|_| url.scheme() == "https")?;
    SUFFIXES.iter().find_map(|suffix| host.strip_suffix(suffix))
}

/// The account's address at an endpoint: the endpoint itself when it names the account, in its host or its path.
fn service_at(endpoint: &Endpoint, account: &str) -> Endpoint {
    let mut url = endpoint.0.clone();
    let names_account = url.path() != "/" || url.host_str().is_some_and(|host| host.split('.').next() == Some(account));
    if !names_account {
        url.set_path(account);
    }
    Endpoint(url)
}

fn at_root(url: &Url) -> Url {
    let mut root = url.clone();
    root.set_path("");
    root
}

/// What is left of a path below a folder.
fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

#[cfg(test)]
mod tests;
