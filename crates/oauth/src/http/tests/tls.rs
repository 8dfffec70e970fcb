use std::io::{Read, Write};
use std::net::TcpListener as BlockingListener;

use openssl::asn1::{Asn1Time, Asn1TimeRef};
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslAcceptor, SslMethod, SslVerifyMode, SslVersion};
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::{X509, X509NameBuilder};

use super::server::{Answer, TestServer};
use super::*;

/// A certificate with its key.
struct Issued {
    certificate: X509,
    key: PKey<Private>,
}

/// From so many days before now to so many after.
type Days = (i64, i64);

const TODAY: Days = (1, 1);
const OVER: Days = (3, -1);
const TO_COME: Days = (-1, 2);

impl Issued {
    fn authority(days: Days) -> Self {
        Self::by(None, "the authority", "", days)
    }

    /// A certificate by this authority, or by itself, for this host.
    fn by(authority: Option<&Self>, name: &str, host: &str, (before, after): Days) -> Self {
        let key = EcKey::generate(&EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap()).unwrap();
        let key = PKey::from_ec_key(key).unwrap();
        let mut subject = X509NameBuilder::new().unwrap();
        subject.append_entry_by_nid(Nid::COMMONNAME, name).unwrap();
        let subject = subject.build();
        let mut builder = X509::builder().unwrap();
        builder.set_version(2).unwrap();
        let serial = BigNum::from_u32(u32::try_from(name.len()).unwrap()).unwrap();
        builder.set_serial_number(&serial.to_asn1_integer().unwrap()).unwrap();
        builder.set_subject_name(&subject).unwrap();
        builder.set_issuer_name(authority.map_or(&*subject, |ca| ca.certificate.subject_name())).unwrap();
        builder.set_pubkey(&key).unwrap();
        builder.set_not_before(&days_from_now(-before)).unwrap();
        builder.set_not_after(&days_from_now(after)).unwrap();
        if authority.is_none() && host.is_empty() {
            builder.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
        } else {
            let mut names = SubjectAlternativeName::new();
            let names = if host.starts_with("127.") { names.ip(host) } else { names.dns(host) };
            let names = names.build(&builder.x509v3_context(None, None)).unwrap();
            builder.append_extension(names).unwrap();
        }
        builder.sign(authority.map_or(&key, |ca| &ca.key), MessageDigest::sha256()).unwrap();
        Self { certificate: builder.build(), key }
    }

    fn ca(&self) -> CaCertificates {
        CaCertificates::Pem(self.certificate.to_pem().unwrap())
    }
}

fn days_from_now(days: i64) -> Asn1Time {
    let now = WallClock::system().now().as_millis() / 1000;
    Asn1Time::from_unix(now + days * 86_400).unwrap()
}

fn text(moment: &Asn1TimeRef) -> String {
    moment.to_string()
}

/// An endpoint with this certificate; its address by number. It ends with the process.
fn start(server: &Issued, change: impl FnOnce(&mut openssl::ssl::SslAcceptorBuilder)) -> String {
    let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls()).unwrap();
    acceptor.set_certificate(&server.certificate).unwrap();
    acceptor.set_private_key(&server.key).unwrap();
    change(&mut acceptor);
    let acceptor = acceptor.build();
    let listener = BlockingListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/token", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            // Who does not like the certificate is not answered.
            let Ok(mut connection) = acceptor.accept(connection.unwrap()) else { continue };
            let mut request = [0; 4096];
            if connection.read(&mut request).is_ok_and(|length| length > 0) {
                let body = r#"{"access_token":"t","token_type":"bearer","expires_in":60}"#;
                connection.write_all(server::text(200, "", body).as_bytes()).ok();
            }
            connection.shutdown().ok();
        }
    });
    url
}

async fn outcome(url: &str, ca: Option<CaCertificates>) -> Result<BearerToken, TokenError> {
    let settings = HttpTokenSettings { ca, ..HttpTokenSettings::default() };
    fetch_with(settings, request(url)).await
}

async fn reason(url: &str, ca: Option<CaCertificates>) -> String {
    let error = outcome(url, ca).await.unwrap_err();
    assert_eq!(error.failure(), TokenFailure::Unreachable, "{error}");
    assert!(error.source().is_some());
    error.to_string().split_once("the endpoint does not answer: ").unwrap().1.to_owned()
}

#[tokio::test]
async fn an_endpoint_with_a_private_authority_is_trusted_by_text_and_by_file() {
    let authority = Issued::authority(TODAY);
    let url = start(&Issued::by(Some(&authority), "server", "127.0.0.1", TODAY), |_| {});
    assert_eq!(outcome(&url, Some(authority.ca())).await.unwrap().text().expose(), "t");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, authority.certificate.to_pem().unwrap()).unwrap();
    assert!(outcome(&url, Some(CaCertificates::File(file))).await.is_ok());
}

#[tokio::test]
async fn an_authority_that_nobody_trusts_is_told() {
    let authority = Issued::authority(TODAY);
    let url = start(&Issued::by(Some(&authority), "server", "127.0.0.1", TODAY), |_| {});
    let expected = "its certificate is by an authority that is not trusted; give the authority's certificate as the CA file, \
                    or let the system trust it";
    assert_eq!(reason(&url, None).await, expected);
    assert_eq!(reason(&url, Some(Issued::authority(TODAY).ca())).await, expected);
    let by_itself = start(&Issued::by(None, "by itself", "127.0.0.1", TODAY), |_| {});
    assert_eq!(reason(&by_itself, None).await, expected);
}

#[tokio::test]
async fn a_certificate_that_is_over_is_told_from_an_authority_that_is() {
    let authority = Issued::authority(TODAY);
    let over = start(&Issued::by(Some(&authority), "server", "127.0.0.1", OVER), |_| {});
    assert_eq!(
        reason(&over, Some(authority.ca())).await,
        "its certificate, or that of the authority behind it, has expired; let the endpoint's owner renew it; if it is \
         renewed, check this machine's clock"
    );
    let old = Issued::authority(OVER);
    let url = start(&Issued::by(Some(&old), "server", "127.0.0.1", TODAY), |_| {});
    assert_eq!(
        reason(&url, Some(old.ca())).await,
        format!(
            "the trusted authority's own certificate (the CA file) has expired: {}; replace the CA file by the authority's \
             new certificate",
            text(old.certificate.not_after())
        )
    );
}

#[tokio::test]
async fn a_certificate_that_is_still_to_come_is_told() {
    let authority = Issued::authority(TODAY);
    let url = start(&Issued::by(Some(&authority), "server", "127.0.0.1", TO_COME), |_| {});
    assert_eq!(
        reason(&url, Some(authority.ca())).await,
        "its certificate is not valid yet; check this machine's clock"
    );
}

#[tokio::test]
async fn a_certificate_for_another_host_is_told() {
    let authority = Issued::authority(TODAY);
    let expected = "its certificate is for another host name; use the host name that the certificate is for, or let it be \
                    issued for this one";
    let url = start(&Issued::by(Some(&authority), "server", "identity.example", TODAY), |_| {});
    assert_eq!(reason(&url, Some(authority.ca())).await, expected);
    assert_eq!(reason(&url.replace("127.0.0.1", "localhost"), Some(authority.ca())).await, expected);
}

#[tokio::test]
async fn a_port_without_tls_is_told() {
    let page = server::text(400, "", "hunter2");
    for answer in [Answer::Whole(page), Answer::Whole("SSH-2.0-OpenSSH_9.2\r\n".into())] {
        let listener = BlockingListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}/token", listener.local_addr().unwrap());
        let Answer::Whole(text) = answer else { unreachable!() };
        std::thread::spawn(move || {
            let (mut connection, _) = listener.accept().unwrap();
            connection.write_all(text.as_bytes()).unwrap();
            let mut rest = [0; 4096];
            while connection.read(&mut rest).is_ok_and(|length| length > 0) {}
        });
        assert_eq!(
            reason(&url, None).await,
            "it does not speak TLS on this port; check the port, and whether http: is meant"
        );
    }
}

#[tokio::test]
async fn a_port_with_tls_is_told_from_one_that_speaks_http() {
    let url = start(&Issued::authority(TODAY), |_| {}).replace("https:", "http:");
    let error = outcome(&url, None).await.unwrap_err();
    assert_eq!(error.failure(), TokenFailure::Unreachable, "{error}");
    assert!(error.to_string().contains("whether https: is meant") || error.to_string().contains("closed"), "{error}");
}

#[tokio::test]
async fn an_endpoint_that_wants_a_clients_certificate_is_told() {
    let authority = Issued::authority(TODAY);
    let url = start(&Issued::by(Some(&authority), "server", "127.0.0.1", TODAY), |acceptor| {
        acceptor.set_verify(SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT);
    });
    assert_eq!(
        reason(&url, Some(authority.ca())).await,
        "it asks for a client's certificate; use an endpoint that takes a client's secret or signed statement"
    );
}

#[tokio::test]
async fn a_handshake_that_fails_otherwise_is_told() {
    let authority = Issued::authority(TODAY);
    let url = start(&Issued::by(Some(&authority), "server", "127.0.0.1", TODAY), |acceptor| {
        acceptor.set_max_proto_version(Some(SslVersion::TLS1_2)).unwrap();
        // For certificates with RSA keys only, which this one is not.
        acceptor.set_cipher_list("ECDHE-RSA-AES128-GCM-SHA256").unwrap();
    });
    assert!(reason(&url, Some(authority.ca())).await.starts_with("the TLS handshake fails; "));
}

#[tokio::test]
async fn a_plain_endpoint_needs_no_certificates() {
    let server = TestServer::always(server::ok(r#"{"access_token":"t","token_type":"bearer","expires_in":60}"#)).await;
    assert!(outcome(&server.url, Some(Issued::authority(TODAY).ca())).await.is_ok());
}
