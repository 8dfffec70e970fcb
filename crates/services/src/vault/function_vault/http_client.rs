use std::net::IpAddr;
use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Request, Url};

use super::answer::{Answer, CallFailure};
use crate::vault::VaultError;

/// No credentials are longer; whoever sends more is not read to the end.
const LONGEST_BODY: usize = 1024 * 1024;

/// A client for the function at `url`.
///
/// It keeps no connection between calls, since a connection is driven by the runtime that opened it and the vault may be
/// asked from several. It follows no redirect: the function's key would follow too.
pub(super) fn client(url: &Url) -> Result<Client, VaultError> {
    let mut builder = bare();
    // A proxy cannot reach this machine's own loopback address, whatever the environment says.
    if is_loopback(url) {
        builder = builder.no_proxy();
    }
    builder.build().map_err(|_| cannot_be_made())
}

/// What every client of the vault has in common.
pub(super) fn bare() -> ClientBuilder {
    Client::builder()
        .redirect(Policy::none())
        .pool_max_idle_per_host(0)
        .user_agent(concat!("test-probe/", env!("CARGO_PKG_VERSION")))
}

pub(super) fn cannot_be_made() -> VaultError {
    VaultError::Configuration { reason: "the vault's HTTP client cannot be made: TLS cannot be set up".to_owned() }
}

/// Reads the address that stands under `key`.
pub(super) fn address(key: &str, text: &str) -> Result<Url, VaultError> {
    // Neither the address nor what the parser says of it is repeated, since it may hold a key.
    let refused = |what: &str| VaultError::Configuration {
        reason: format!("{key} {what}; set it to the function's address, such as https://host/api/credentials"),
    };
    let text = text.trim();
    if text.is_empty() {
        return Err(refused("is empty"));
    }
    let url = Url::parse(text).map_err(|error| refused(&format!("is no URL ({error})")))?;
    match url.scheme() {
        "https" => {}
        "http" => {
            if !is_loopback(&url) {
                tracing::warn!(key, "the vault is asked without TLS: its secrets cross the network in the open");
            }
        }
        _ => return Err(refused("starts with neither http:// nor https://")),
    }
    Ok(url)
}

pub(super) async fn send(client: &Client, request: Request) -> Result<Answer, CallFailure> {
    let mut response = client.execute(request).await.map_err(CallFailure::Transport)?;
    let status = response.status().as_u16();
    let retry_after = retry_after(response.headers());
    let function_error = function_error(response.headers());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(CallFailure::Transport)? {
        if body.len() + chunk.len() > LONGEST_BODY {
            return Err(CallFailure::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, retry_after, function_error, body })
}

/// The pause in seconds that the other side asks for; the form with a date is rare and left to the schedule.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

fn function_error(headers: &HeaderMap) -> Option<String> {
    let kind = headers.get("x-amz-function-error")?.to_str().unwrap_or_default();
    let is_word = !kind.is_empty() && kind.len() <= 40 && kind.chars().all(|c| c.is_ascii_alphanumeric());
    Some(if is_word { kind.to_owned() } else { "of an unknown kind".to_owned() })
}

fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let host = host.trim_matches(['[', ']']);
        host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
    })
}

/// Whether the address is this machine's own or that of a metadata service, which no proxy can reach.
pub(super) fn is_nearby(url: &Url) -> bool {
    let link_local = |address: IpAddr| match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.segments()[0] == 0xfd00,
    };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    is_loopback(url) || host.parse().is_ok_and(link_local)
}
