//! A look at a broker's certificate, where librdkafka only says that it does not trust it.

use std::net::{IpAddr, TcpStream, ToSocketAddrs};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use openssl::error::ErrorStack;
use openssl::ssl::{SslConnector, SslConnectorBuilder, SslMethod, SslVerifyMode};
use openssl::x509::{X509, X509NameRef, X509Ref};

use crate::{Pem, TlsSettings};

#[cfg(test)]
mod tests;

/// How long each step of the look may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where systems keep the authorities that they trust.
const OF_THE_SYSTEM: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

const HOSTNAME_MISMATCH: i32 = 62;
const IP_ADDRESS_MISMATCH: i32 = 64;
const NOT_YET_VALID: i32 = 9;
const HAS_EXPIRED: i32 = 10;

/// Whether a look can tell more than these words of librdkafka.
pub(super) fn helps(reason: &str) -> bool {
    reason.contains("certificate verify failed")
}

/// Connects to the broker that librdkafka's words name, and says what is wrong with its certificate and how to mend it.
/// Nothing when the broker is not there any more, or its certificate is all right now.
pub(super) fn why_not_trusted(reason: &str, tls: &TlsSettings) -> Option<(String, &'static str)> {
    let address = reason.split_once("://")?.1.split('/').next()?;
    let (host, port) = address.rsplit_once(':')?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let flaw = flaw(host, port.parse().ok()?, tls)?;
    let Flaw { code, certificate } = flaw;
    Some(match code {
        HOSTNAME_MISMATCH | IP_ADDRESS_MISMATCH => (
            format!("the certificate of {address} is for {}, and not for {host}", names(&certificate)),
            "connect by a name that the certificate bears, have advertised.listeners name it, or set \
             test-probe.core.kafka.security.tls.verify-host-name = false",
        ),
        HAS_EXPIRED => (
            format!(
                "the certificate of {address} ({}) ended at {}",
                name(certificate.subject_name()),
                certificate.not_after()
            ),
            "renew it, or set this machine's clock",
        ),
        NOT_YET_VALID => (
            format!(
                "the certificate of {address} ({}) begins at {}",
                name(certificate.subject_name()),
                certificate.not_before()
            ),
            "set this machine's clock, or the broker's when it has made the certificate",
        ),
        _ => (
            format!(
                "the certificate of {address} is from '{}', which is not among the authorities {}",
                name(certificate.issuer_name()),
                place(tls.ca.as_ref())
            ),
            "set test-probe.core.kafka.security.tls.ca-file to the PEM file of that authority",
        ),
    })
}

/// The first thing that is wrong with a chain, and the certificate of which it is so.
struct Flaw {
    code: i32,
    certificate: X509,
}

fn flaw(host: &str, port: u16, tls: &TlsSettings) -> Option<Flaw> {
    let found: Arc<Mutex<Option<Flaw>>> = Arc::default();
    let mut builder = SslConnector::builder(SslMethod::tls_client()).ok()?;
    trust(&mut builder, tls.ca.as_ref()).ok()?;
    let finds = Arc::clone(&found);
    builder.set_verify_callback(SslVerifyMode::PEER, move |is_right, chain| {
        if !is_right && let Some(certificate) = chain.current_cert() {
            let mut found = finds.lock().unwrap_or_else(PoisonError::into_inner);
            let flaw = Flaw { code: chain.error().as_raw(), certificate: certificate.to_owned() };
            found.get_or_insert(flaw);
        }
        is_right
    });
    let configuration = builder.build().configure().ok()?.verify_hostname(tls.verify_host_name);
    let address = (host, port).to_socket_addrs().ok()?.find_map(|address| connected(&address))?;
    // What comes of it does not matter: the chain was looked at.
    drop(configuration.connect(host, address));
    found.lock().unwrap_or_else(PoisonError::into_inner).take()
}

fn connected(address: &std::net::SocketAddr) -> Option<TcpStream> {
    let stream = TcpStream::connect_timeout(address, PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.set_write_timeout(Some(PATIENCE)).ok()?;
    Some(stream)
}

/// Trusts whom librdkafka trusts.
fn trust(builder: &mut SslConnectorBuilder, ca: Option<&Pem>) -> Result<(), ErrorStack> {
    match ca {
        Some(Pem::File(path)) if path.is_dir() => builder.load_verify_locations(None, Some(path)),
        Some(Pem::File(path)) => builder.set_ca_file(path),
        Some(Pem::Text(text)) => {
            for certificate in X509::stack_from_pem(text.expose().as_bytes())? {
                builder.cert_store_mut().add_cert(certificate)?;
            }
            Ok(())
        }
        None => match OF_THE_SYSTEM.into_iter().find(|place| Path::new(place).exists()) {
            Some(place) => builder.set_ca_file(place),
            None => Ok(()),
        },
    }
}

fn place(ca: Option<&Pem>) -> String {
    match ca {
        Some(Pem::File(path)) => format!("in {}", path.display()),
        Some(Pem::Text(_)) => "in test-probe.core.kafka.security.tls.ca-pem".to_owned(),
        None => "of this system".to_owned(),
    }
}

/// The names that a certificate is for.
fn names(certificate: &X509Ref) -> String {
    let names: Vec<String> = certificate
        .subject_alt_names()
        .iter()
        .flatten()
        .filter_map(|name| name.dnsname().map(str::to_owned).or_else(|| address(name.ipaddress()?)))
        .collect();
    if names.is_empty() { format!("'{}'", name(certificate.subject_name())) } else { names.join(", ") }
}

fn address(bytes: &[u8]) -> Option<String> {
    let address = match bytes.len() {
        4 => IpAddr::from(<[u8; 4]>::try_from(bytes).ok()?),
        _ => IpAddr::from(<[u8; 16]>::try_from(bytes).ok()?),
    };
    Some(address.to_string())
}

/// What people call the bearer of a name: its common name, or else its last part.
fn name(name: &X509NameRef) -> String {
    let common = name.entries_by_nid(openssl::nid::Nid::COMMONNAME).next();
    let entry = common.or_else(|| name.entries().last());
    entry.and_then(|entry| entry.data().to_string().ok()).unwrap_or_else(|| "without a name".to_owned())
}
