//! What a server shows of itself when a connection is encrypted: its chain of certificates, their dates, and its names.
//!
//! The look goes on where a client would end the connection, so that all that is wrong is told at once. Nothing secret is
//! ever sent over it.

use std::io::{self, Read as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use openssl::asn1::{Asn1Time, Asn1TimeRef};
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::ssl::{HandshakeError, Ssl, SslContext, SslMethod, SslStream, SslVerifyMode};
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::{X509, X509Ref, X509StoreContextRef, X509VerifyResult};

use super::Verdict;
use super::endpoint::Endpoint;

/// What a connection is made with.
#[derive(Clone, Debug, Default)]
pub(super) struct TlsClient {
    /// The authorities to trust, PEM; those of the machine where it is empty.
    pub(super) authorities: Option<Vec<u8>>,
    /// A certificate and its key, PEM, for servers that want one.
    pub(super) identity: Option<Identity>,
    /// Whether the certificate must be the host's.
    pub(super) verify_host_name: bool,
    /// Where the authorities are set, for the fix.
    pub(super) authorities_key: &'static str,
    /// Where the certificate is set, for the fix.
    pub(super) certificate_key: &'static str,
}

/// A client's certificate and key, PEM. It does not print.
#[derive(Clone)]
pub(super) struct Identity {
    pub(super) certificate: Vec<u8>,
    pub(super) key: Vec<u8>,
    pub(super) password: Option<test_probe_directives::Secret>,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity(***)")
    }
}

/// How soon the end of a certificate is worth a word.
const SOON_DAYS: i32 = 30;

/// How long a server may take to say that it wants a certificate; it says so right after the handshake.
const SECOND_THOUGHTS: Duration = Duration::from_millis(300);

/// Looks at a server. Blocks for up to `within` a step.
pub(super) fn look(endpoint: &Endpoint, address: SocketAddr, client: &TlsClient, within: Duration) -> Verdict {
    match shake_hands(endpoint, address, client, within) {
        Ok(seen) => seen.verdict(endpoint, client),
        Err(verdict) => verdict,
    }
}

/// What a handshake showed.
struct Seen {
    protocol: &'static str,
    chain: Vec<X509>,
    problems: Vec<Problem>,
    refused_us: Option<String>,
}

struct Problem {
    code: X509VerifyResult,
    subject: String,
}

fn shake_hands(
    endpoint: &Endpoint,
    address: SocketAddr,
    client: &TlsClient,
    within: Duration,
) -> Result<Seen, Verdict> {
    let problems: Arc<Mutex<Vec<Problem>>> = Arc::default();
    let ssl = ssl(endpoint, client, &problems)?;
    let lost = |error: &io::Error| Verdict::failed(format!("the connection broke: {error}"), "look again");
    let stream = TcpStream::connect_timeout(&address, within).map_err(|error| lost(&error))?;
    stream
        .set_read_timeout(Some(within))
        .and_then(|()| stream.set_write_timeout(Some(within)))
        .map_err(|e| lost(&e))?;
    let mut stream = match ssl.connect(stream) {
        Ok(stream) => stream,
        Err(error) => return Err(no_handshake(&error, client)),
    };
    let chain = stream.ssl().peer_cert_chain().map(|chain| chain.iter().map(ToOwned::to_owned).collect());
    let refused_us = refusal(&mut stream);
    let problems = std::mem::take(&mut *problems.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(Seen { protocol: stream.ssl().version_str(), chain: chain.unwrap_or_default(), problems, refused_us })
}

/// What a server says that does not like the client's certificate, or misses one: with TLS 1.3 only after the handshake.
fn refusal(stream: &mut SslStream<TcpStream>) -> Option<String> {
    stream.get_ref().set_read_timeout(Some(SECOND_THOUGHTS)).ok()?;
    match stream.read(&mut [0]) {
        Err(error) if error.to_string().contains("alert") => Some(error.to_string()),
        _ => None,
    }
}

fn ssl(endpoint: &Endpoint, client: &TlsClient, problems: &Arc<Mutex<Vec<Problem>>>) -> Result<Ssl, Verdict> {
    let broken = |what: &str, key: &str, error: &dyn std::fmt::Display| {
        Verdict::failed(format!("{what} cannot be used: {error}"), format!("check {key}"))
    };
    let authorities = |error: &dyn std::fmt::Display| broken("the authorities", client.authorities_key, error);
    let mut context = SslContext::builder(SslMethod::tls_client()).map_err(|error| authorities(&error))?;
    match &client.authorities {
        Some(pem) => {
            let mut store = X509StoreBuilder::new().map_err(|error| authorities(&error))?;
            for authority in X509::stack_from_pem(pem).map_err(|error| authorities(&error))? {
                store.add_cert(authority).map_err(|error| authorities(&error))?;
            }
            context.set_cert_store(store.build());
        }
        None => {
            let found = openssl_probe::probe();
            context
                .load_verify_locations(found.cert_file.as_deref(), found.cert_dir.first().map(AsRef::as_ref))
                .map_err(|error| authorities(&error))?;
        }
    }
    if let Some(identity) = &client.identity {
        let certificate = |error: &dyn std::fmt::Display| broken("the certificate", client.certificate_key, error);
        let chain = X509::stack_from_pem(&identity.certificate).map_err(|error| certificate(&error))?;
        let key = match &identity.password {
            Some(password) => PKey::private_key_from_pem_passphrase(&identity.key, password.expose().as_bytes()),
            None => PKey::private_key_from_pem(&identity.key),
        };
        let key = key.map_err(|error| certificate(&error))?;
        let Some((own, rest)) = chain.split_first() else {
            return Err(certificate(&"there is none in it"));
        };
        context.set_certificate(own).map_err(|error| certificate(&error))?;
        for authority in rest {
            context.add_extra_chain_cert(authority.clone()).map_err(|error| certificate(&error))?;
        }
        context.set_private_key(&key).map_err(|error| certificate(&error))?;
    }
    let seen = Arc::clone(problems);
    context.set_verify_callback(SslVerifyMode::PEER, move |is_good, chain| {
        if !is_good {
            note(chain, &mut seen.lock().unwrap_or_else(PoisonError::into_inner));
        }
        true
    });
    let mut ssl = Ssl::new(&context.build()).map_err(|error| authorities(&error))?;
    let named = match endpoint.host.parse() {
        Ok(address) if client.verify_host_name => ssl.param_mut().set_ip(address),
        Err(_) if client.verify_host_name => ssl.param_mut().set_host(&endpoint.host),
        _ => Ok(()),
    };
    let told = match endpoint.host.parse::<std::net::IpAddr>() {
        Ok(_) => Ok(()),
        Err(_) => ssl.set_hostname(&endpoint.host),
    };
    named.and(told).map_err(|error| broken("the host's name", "the address", &error))?;
    Ok(ssl)
}

fn note(chain: &X509StoreContextRef, problems: &mut Vec<Problem>) {
    let subject = chain.current_cert().map(common_name).unwrap_or_default();
    let code = chain.error();
    if !problems.iter().any(|known| known.code == code && known.subject == subject) {
        problems.push(Problem { code, subject });
    }
}

fn no_handshake(error: &HandshakeError<TcpStream>, client: &TlsClient) -> Verdict {
    let said = match error {
        HandshakeError::SetupFailure(stack) => stack.to_string(),
        HandshakeError::Failure(stream) | HandshakeError::WouldBlock(stream) => stream.error().to_string(),
    };
    let lower = said.to_lowercase();
    let fix = if lower.contains("certificate required") || lower.contains("handshake failure") {
        format!("the server wants a certificate of the client's; set {}", client.certificate_key)
    } else if lower.contains("wrong version number") || lower.contains("packet length too long") {
        "what listens there speaks no TLS; use the port for TLS, or a protocol without it".to_owned()
    } else if lower.contains("eof")
        || lower.contains("reset")
        || lower.contains("timed out")
        || lower.contains("would block")
    {
        "the server ended or ignored the handshake; check that the port is one for TLS, and what the server's log says"
            .to_owned()
    } else {
        "check what the server's log says about the handshake".to_owned()
    };
    Verdict::failed(format!("there is no TLS connection: {said}"), fix)
}

impl Seen {
    fn verdict(&self, endpoint: &Endpoint, client: &TlsClient) -> Verdict {
        let detail = self.detail();
        if let Some(problem) = self.problems.first() {
            let (cause, fix) = problem.explained(endpoint, client, &self.chain);
            return Verdict::failed(format!("{cause}; {detail}"), fix);
        }
        if let Some(alert) = &self.refused_us {
            let fix = format!(
                "the server wants a certificate of the client's that it trusts; set {}, issued by an authority of the server's",
                client.certificate_key
            );
            return Verdict::failed(format!("the server ends the connection: {alert}"), fix);
        }
        let soon = Asn1Time::days_from_now(SOON_DAYS.unsigned_abs()).ok();
        let ending = self.chain.iter().find(|one| soon.as_ref().is_some_and(|soon| one.not_after() < *soon));
        match ending {
            Some(one) => Verdict::warning(
                detail,
                format!("the certificate of '{}' ends within {SOON_DAYS} days; have it renewed", common_name(one)),
            ),
            None => Verdict::passed(detail),
        }
    }

    /// The protocol, and each certificate with the day on which it ends.
    fn detail(&self) -> String {
        let each = |one: &X509| format!("'{}' until {}", common_name(one), one.not_after());
        let chain: Vec<String> = self.chain.iter().map(each).collect();
        format!(
            "{}, {}",
            self.protocol,
            if chain.is_empty() { "no certificate".to_owned() } else { chain.join(" by ") }
        )
    }
}

impl Problem {
    fn explained(&self, endpoint: &Endpoint, client: &TlsClient, chain: &[X509]) -> (String, String) {
        // The numbers of `X509_V_ERR_CERT_HAS_EXPIRED` and so on in OpenSSL's `x509_vfy.h`.
        const EXPIRED: i32 = 10;
        const NOT_YET: i32 = 9;
        const HOST: i32 = 62;
        const ADDRESS: i32 = 64;
        let subject = &self.subject;
        let dates = |choose: fn(&X509Ref) -> &Asn1TimeRef| {
            let one = chain.iter().find(|one| common_name(one) == *subject);
            one.map(|one| choose(one).to_string()).unwrap_or_default()
        };
        match self.code.as_raw() {
            EXPIRED => (
                format!("the certificate of '{subject}' has expired on {}", dates(X509Ref::not_after)),
                format!(
                    "have it renewed; or set this machine's clock. If it is an authority of your own, renew it in {}",
                    client.authorities_key
                ),
            ),
            NOT_YET => (
                format!("the certificate of '{subject}' is good only from {} on", dates(X509Ref::not_before)),
                "set this machine's clock, such as by NTP".to_owned(),
            ),
            HOST | ADDRESS => (
                format!("the certificate is not for '{}' but for {}", endpoint.host, names(chain.first())),
                "use one of these names in the address, or have a certificate made that names the host".to_owned(),
            ),
            _ => (
                format!("the certificate of '{subject}' is not trusted: {}", self.code.error_string()),
                format!("set {} to the authority that issued it", client.authorities_key),
            ),
        }
    }
}

fn common_name(certificate: &X509Ref) -> String {
    let name = certificate.subject_name();
    let entry = name.entries_by_nid(Nid::COMMONNAME).next().or_else(|| name.entries().next());
    entry.and_then(|entry| entry.data().to_string().ok()).unwrap_or_default()
}

/// The names that a certificate is for.
fn names(certificate: Option<&X509>) -> String {
    let Some(certificate) = certificate else { return "nobody".to_owned() };
    let alternatives = certificate.subject_alt_names();
    let each = alternatives.iter().flatten().filter_map(|name| {
        let address = || match name.ipaddress()? {
            [a, b, c, d] => Some(std::net::Ipv4Addr::new(*a, *b, *c, *d).to_string()),
            bytes => <[u8; 16]>::try_from(bytes).ok().map(|bytes| std::net::Ipv6Addr::from(bytes).to_string()),
        };
        name.dnsname().map(str::to_owned).or_else(address)
    });
    let names: Vec<String> = each.collect();
    if names.is_empty() { format!("'{}'", common_name(certificate)) } else { names.join(", ") }
}

#[cfg(test)]
mod tests;
