use std::io::Write as _;
use std::net::TcpListener;

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslAcceptor, SslMethod, SslVerifyMode};
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::{X509, X509Name, X509NameBuilder};

use super::*;

const WITHIN: Duration = Duration::from_secs(5);

/// A certificate with its key.
#[derive(Clone)]
struct Certified {
    certificate: X509,
    key: PKey<Private>,
}

fn name(common: &str) -> X509Name {
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_nid(Nid::COMMONNAME, common).unwrap();
    name.build()
}

/// A certificate of this name, good from and until so many days from now, signed by `authority` or by itself.
fn certified(common: &str, from: i64, until: i64, authority: Option<&Certified>) -> Certified {
    let key = EcKey::generate(&EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap()).unwrap();
    let key = PKey::from_ec_key(key).unwrap();
    let now = WallNow::seconds();
    let day = |days: i64| Asn1Time::from_unix(now + days * 86_400).unwrap();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&BigNum::from_u32(7).unwrap().to_asn1_integer().unwrap()).unwrap();
    builder.set_subject_name(&name(common)).unwrap();
    builder.set_not_before(&day(from)).unwrap();
    builder.set_not_after(&day(until)).unwrap();
    builder.set_pubkey(&key).unwrap();
    let issuer =
        authority.map_or_else(|| name(common), |authority| authority.certificate.subject_name().to_owned().unwrap());
    builder.set_issuer_name(&issuer).unwrap();
    if authority.is_none() {
        builder.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
    } else {
        let names =
            SubjectAlternativeName::new().dns("localhost").ip("127.0.0.1").build(&builder.x509v3_context(None, None));
        builder.append_extension(names.unwrap()).unwrap();
    }
    builder.sign(authority.map_or(&key, |authority| &authority.key), MessageDigest::sha256()).unwrap();
    Certified { certificate: builder.build(), key }
}

/// The machine's time, for certificates.
struct WallNow;

impl WallNow {
    fn seconds() -> i64 {
        test_probe_directives::WallClock::system().now().as_millis() / 1000
    }
}

/// A server that shows this certificate, and wants one of the client's that `clients` signed.
fn serve(server: &Certified, clients: Option<&Certified>) -> SocketAddr {
    let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
    acceptor.set_certificate(&server.certificate).unwrap();
    acceptor.set_private_key(&server.key).unwrap();
    if let Some(authority) = clients {
        let mut store = X509StoreBuilder::new().unwrap();
        store.add_cert(authority.certificate.clone()).unwrap();
        acceptor.set_verify_cert_store(store.build()).unwrap();
        acceptor.set_verify(SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT);
    }
    let acceptor = acceptor.build();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            if let Ok(mut stream) = acceptor.accept(stream) {
                stream.write_all(b"hello").ok();
            }
        }
    });
    address
}

fn client(authority: &Certified) -> TlsClient {
    TlsClient {
        authorities: Some(authority.certificate.to_pem().unwrap()),
        identity: None,
        verify_host_name: true,
        authorities_key: "the.ca-file",
        certificate_key: "the.certificate-file",
    }
}

fn looked(host: &str, address: SocketAddr, client: &TlsClient) -> Verdict {
    look(&Endpoint::new(host, address.port()), address, client, WITHIN)
}

#[track_caller]
fn fails(verdict: Verdict, words: &str, fix_words: &str) {
    let Verdict::Failed { cause, fix } = verdict else { panic!("it fails: {verdict:?}") };
    assert!(cause.contains(words), "{words}: {cause}");
    assert!(fix.contains(fix_words), "{fix_words}: {fix}");
}

#[test]
fn a_good_chain_is_shown_with_its_dates() {
    let authority = certified("an authority", -1, 900, None);
    let address = serve(&certified("a broker", -1, 800, Some(&authority)), None);
    for host in ["localhost", "127.0.0.1"] {
        let Verdict::Passed { detail } = looked(host, address, &client(&authority)) else { panic!("{host} passes") };
        assert!(detail.starts_with("TLSv1.3, 'a broker' until "), "{detail}");
    }
}

#[test]
fn a_certificate_that_ends_soon_is_worth_a_word() {
    let authority = certified("an authority", -1, 900, None);
    let address = serve(&certified("a broker", -1, 20, Some(&authority)), None);
    let verdict = looked("localhost", address, &client(&authority));
    let Verdict::Warning { fix, .. } = verdict else { panic!("a warning: {verdict:?}") };
    assert_eq!(fix, "the certificate of 'a broker' ends within 30 days; have it renewed");
}

#[test]
fn what_is_wrong_with_a_chain_has_its_own_words() {
    let authority = certified("an authority", -1, 900, None);
    let over = serve(&certified("an old broker", -10, -2, Some(&authority)), None);
    fails(looked("localhost", over, &client(&authority)), "'an old broker' has expired on", "have it renewed");
    let early = serve(&certified("a young broker", 5, 900, Some(&authority)), None);
    fails(looked("localhost", early, &client(&authority)), "'a young broker' is good only from", "clock");
    let good = serve(&certified("a broker", -1, 800, Some(&authority)), None);
    let stranger = certified("a stranger", -1, 900, None);
    fails(looked("localhost", good, &client(&stranger)), "is not trusted", "the.ca-file");
    let elsewhere = looked("kafka.example.com", good, &client(&authority));
    fails(elsewhere, "not for 'kafka.example.com' but for localhost, 127.0.0.1", "use one of these names");
    let careless = TlsClient { verify_host_name: false, ..client(&authority) };
    assert!(looked("kafka.example.com", good, &careless).is_good());
    let ended = certified("an ended authority", -10, -2, None);
    let of_ended = serve(&certified("a broker", -1, 800, Some(&ended)), None);
    fails(looked("localhost", of_ended, &client(&ended)), "'an ended authority' has expired", "the.ca-file");
}

#[test]
fn a_server_that_wants_a_certificate_says_so_and_takes_a_good_one() {
    let authority = certified("an authority", -1, 900, None);
    let address = serve(&certified("a broker", -1, 800, Some(&authority)), Some(&authority));
    fails(looked("localhost", address, &client(&authority)), "certificate required", "the.certificate-file");
    let identity = |certified: &Certified| Identity {
        certificate: certified.certificate.to_pem().unwrap(),
        key: certified.key.private_key_to_pem_pkcs8().unwrap(),
        password: None,
    };
    let own = certified("a client", -1, 800, Some(&authority));
    let with_own = TlsClient { identity: Some(identity(&own)), ..client(&authority) };
    assert!(looked("localhost", address, &with_own).is_good());
    let stranger = certified("a stranger", -1, 900, None);
    let foreign = certified("a client", -1, 800, Some(&stranger));
    let with_foreign = TlsClient { identity: Some(identity(&foreign)), ..client(&authority) };
    fails(looked("localhost", address, &with_foreign), "ends the connection", "the.certificate-file");
}

#[test]
fn what_cannot_be_used_is_named_with_its_key() {
    let authority = certified("an authority", -1, 900, None);
    let address = serve(&certified("a broker", -1, 800, Some(&authority)), None);
    let no_pem = TlsClient { authorities: Some(b"-----BEGIN CERTIFICATE-----\nx\n".to_vec()), ..client(&authority) };
    fails(looked("localhost", address, &no_pem), "the authorities cannot be used", "check the.ca-file");
    let other = certified("a client", -1, 800, Some(&authority));
    let torn = Identity {
        certificate: authority.certificate.to_pem().unwrap(),
        key: other.key.private_key_to_pem_pkcs8().unwrap(),
        password: None,
    };
    let torn = TlsClient { identity: Some(torn), ..client(&authority) };
    fails(looked("localhost", address, &torn), "the certificate cannot be used", "check the.certificate-file");
}
