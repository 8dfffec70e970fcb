use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::cleaner::Cleaner;
use crate::{TokenError, TokenIdentity};

/// No chain of errors is longer; one that is has a loop.
const LONGEST_CHAIN: usize = 16;
/// What is shown of one of its links, in characters.
const LONGEST_LINK: usize = 300;

/// The error of an endpoint from which no answer came.
pub(super) fn unreachable(
    identity: &Arc<TokenIdentity>,
    error: &reqwest::Error,
    request_timeout: Duration,
    authority_over_since: Option<&str>,
    cleaner: &Cleaner,
) -> TokenError {
    let chain = chain(error, cleaner);
    let texts: Vec<&str> = chain.iter().map(String::as_str).collect();
    let (reason, fix) = if error.is_timeout() {
        (
            format!("no answer within {} s", request_timeout.as_secs_f64()),
            "check that the endpoint is up and no firewall swallows the request, or raise the request's time-out",
        )
    } else if error.is_dns() {
        let reason = "its host name is not found".to_owned();
        (reason, "check the host in the token endpoint, and this machine's DNS")
    } else if let Some((reason, fix)) = tls(&texts.join("\n"), authority_over_since) {
        (reason, fix)
    } else if let Some((reason, fix)) = proxy(&texts) {
        (reason.to_owned(), fix)
    } else {
        connection(error, &texts)
    };
    let source = Told::of(chain).map(|told| Arc::new(told) as Arc<dyn Error + Send + Sync>);
    TokenError::Unreachable { identity: Arc::clone(identity), reason, fix, source }
}

/// What OpenSSL says of a handshake that failed. On systems where another library speaks TLS, only that it failed.
fn tls(said: &str, authority_over_since: Option<&str>) -> Option<(String, &'static str)> {
    const CHECK_CA: &str = "give the authority's certificate as the CA file, or let the system trust it";
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let told = |reason: &str, fix| Some((reason.to_owned(), fix));
    if has(&["certificate has expired"]) {
        return match authority_over_since {
            Some(end) => Some((
                format!("the trusted authority's own certificate (the CA file) has expired: {end}"),
                "replace the CA file by the authority's new certificate",
            )),
            None => told(
                "its certificate, or that of the authority behind it, has expired",
                "let the endpoint's owner renew it; if it is renewed, check this machine's clock",
            ),
        };
    }
    if has(&["certificate is not yet valid"]) {
        return told("its certificate is not valid yet", "check this machine's clock");
    }
    if has(&["ostname mismatch", "IP address mismatch"]) {
        let reason = "its certificate is for another host name";
        return told(reason, "use the host name that the certificate is for, or let it be issued for this one");
    }
    // The signature fails where another authority has the same name, as one that was made anew has.
    if has(&[
        "self-signed certificate",
        "self signed certificate",
        "unable to get",
        "unable to verify",
        "signature failure",
    ]) {
        return told("its certificate is by an authority that is not trusted", CHECK_CA);
    }
    if has(&["certificate verify failed"]) {
        return told("its certificate is not accepted", CHECK_CA);
    }
    if has(&["wrong version number", "packet length too long", "record layer failure"]) {
        return told("it does not speak TLS on this port", "check the port, and whether http: is meant");
    }
    if has(&["certificate required", "bad certificate"]) {
        let reason = "it asks for a client's certificate";
        return told(reason, "use an endpoint that takes a client's secret or signed statement");
    }
    if has(&["SSL routines", "TLS handshake"]) {
        let reason = "the TLS handshake fails";
        return told(reason, "check that the endpoint speaks TLS 1.2 or later, and see what its own log says");
    }
    None
}

fn proxy(texts: &[&str]) -> Option<(&'static str, &'static str)> {
    const CHECK_PROXY: &str = "check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY in the environment";
    let said = texts.iter().find(|text| text.starts_with("tunnel error: "))?;
    Some(match said.contains("authorization") {
        true => (
            "the proxy wants a user and a password",
            "give the proxy's user and password in HTTPS_PROXY, as in http://user:password@proxy:3128",
        ),
        false => ("the proxy does not let the request through", CHECK_PROXY),
    })
}

fn connection(error: &reqwest::Error, texts: &[&str]) -> (String, &'static str) {
    const CHECK_IT_RUNS: &str = "check host and port of the token endpoint, and that it runs";
    let kind = links(error).find_map(|link| link.downcast_ref::<io::Error>()).map(io::Error::kind);
    let told = |reason: &str, fix| (reason.to_owned(), fix);
    match kind {
        _ if error.is_body() || error.is_decode() => {
            told("the connection broke in the middle of the answer", CHECK_IT_RUNS)
        }
        Some(io::ErrorKind::ConnectionRefused) => told("connection refused", CHECK_IT_RUNS),
        Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => {
            told("there is no way to its host", "check the network, the VPN, and whether a proxy must be used")
        }
        _ if texts.iter().any(|text| text.contains("invalid HTTP")) => {
            told("it does not speak HTTP on this port", "check the port, and whether https: is meant")
        }
        Some(
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof,
        ) => told("it closed the connection without an answer", CHECK_IT_RUNS),
        _ if texts.iter().any(|text| text.contains("closed before message completed")) => {
            told("it closed the connection without an answer", CHECK_IT_RUNS)
        }
        _ if error.is_connect() => told("no connection can be made", CHECK_IT_RUNS),
        _ => told("the connection broke", CHECK_IT_RUNS),
    }
}

/// An error and those behind it.
fn links<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    let links = std::iter::from_fn(move || {
        let link = next?;
        next = link.source();
        Some(link)
    });
    links.take(LONGEST_CHAIN)
}

fn chain(error: &reqwest::Error, cleaner: &Cleaner) -> Vec<String> {
    links(error).filter_map(|link| cleaner.clean(&link.to_string(), LONGEST_LINK)).collect()
}

/// What another library says of an error, cleaned. The error itself is not kept, since nobody knows what else it holds.
#[derive(Debug)]
struct Told {
    text: String,
    source: Option<Box<Self>>,
}

impl Told {
    fn of(chain: Vec<String>) -> Option<Self> {
        chain.into_iter().rev().fold(None, |source, text| Some(Self { text, source: source.map(Box::new) }))
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Told {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
