use std::net::TcpListener;
use std::thread;

use openssl::asn1::{Asn1Integer, Asn1Time};
use openssl::bn::BigNum;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::ssl::SslAcceptor;
use openssl::x509::extension::SubjectAlternativeName;
use openssl::x509::{X509Builder, X509Name};
use test_probe_directives::Secret;

use super::*;

fn named(common_name: &str) -> X509Name {
    let mut name = X509Name::builder().unwrap();
    name.append_entry_by_text("CN", common_name).unwrap();
    name.build()
}

/// A certificate for localhost that signs itself, good between these seconds since the epoch.
fn certificate(key: &PKey<Private>, begins: i64, ends: i64) -> X509 {
    let mut builder = X509Builder::new().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&Asn1Integer::from_bn(&BigNum::from_u32(1).unwrap()).unwrap()).unwrap();
    builder.set_subject_name(&named("broker 1")).unwrap();
    builder.set_issuer_name(&named("broker 1")).unwrap();
    builder.set_pubkey(key).unwrap();
    builder.set_not_before(&Asn1Time::from_unix(begins).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::from_unix(ends).unwrap()).unwrap();
    let names = SubjectAlternativeName::new().dns("localhost").build(&builder.x509v3_context(None, None)).unwrap();
    builder.append_extension(names).unwrap();
    builder.sign(key, MessageDigest::sha256()).unwrap();
    builder.build()
}

/// The port of a server that shows this certificate to one who connects.
fn server(key: &PKey<Private>, certificate: &X509) -> u16 {
    let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
    acceptor.set_private_key(key).unwrap();
    acceptor.set_certificate(certificate).unwrap();
    let (acceptor, listener) = (acceptor.build(), TcpListener::bind("127.0.0.1:0").unwrap());
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || drop(acceptor.accept(listener.accept().unwrap().0)));
    port
}

/// What is said of a certificate that is good between these times, connecting to this host, and trusting it or nobody.
fn look(host: &str, (begins, ends): (i64, i64), trusts: bool) -> Option<(String, &'static str)> {
    let key = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    let other = certificate(&PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap(), 0, FAR);
    let own = certificate(&key, begins, ends);
    let port = server(&key, &own);
    let trusted = if trusts { own } else { other };
    let ca = Some(Pem::Text(Secret::new(String::from_utf8(trusted.to_pem().unwrap()).unwrap())));
    let reason = format!("sasl_ssl://{host}:{port}/bootstrap: SSL handshake failed: certificate verify failed");
    why_not_trusted(&reason, &TlsSettings { ca, ..TlsSettings::default() })
}

const FAR: i64 = 4_000_000_000;

#[track_caller]
fn says(look: Option<(String, &'static str)>, reason: &str, fix: &str) {
    let (told, mended) = look.unwrap();
    assert!(told.contains(reason), "{told}");
    assert!(mended.contains(fix), "{mended}");
}

#[test]
fn what_is_wrong_with_a_certificate_is_told_with_what_mends_it() {
    says(look("localhost", (0, 1_000_000_000), true), "(broker 1) ended at Sep  9 01:46:40 2001 GMT", "renew it");
    says(look("localhost", (FAR - 1, FAR), true), "(broker 1) begins at Oct  2 07:06:39 2096 GMT", "clock");
    says(look("127.0.0.1", (0, FAR), true), "is for localhost, and not for 127.0.0.1", "verify-host-name = false");
    let of_nobody =
        "is from 'broker 1', which is not among the authorities in test-probe.core.kafka.security.tls.ca-pem";
    says(look("localhost", (0, FAR), false), of_nobody, "tls.ca-file");
    assert_eq!(look("localhost", (0, FAR), true), None);
}

#[test]
fn where_there_is_nobody_to_look_at_nothing_is_said() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for reason in
        [format!("ssl://{closed}/1: no"), "no address".into(), "ssl://host/1".into(), "ssl://[::1]:x/1".into()]
    {
        assert_eq!(why_not_trusted(&reason, &TlsSettings::default()), None);
    }
}
