use std::io::{Read, Write};
use std::net::TcpListener as BlockingListener;

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslAcceptor, SslMethod, SslVerifyMode};
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::{X509, X509NameBuilder};
use test_probe_directives::Secret;

use super::*;
use crate::RegistryTls;

/// A certificate with its key.
struct Issued {
    certificate: X509,
    key: PKey<Private>,
}

impl Issued {
    /// A certificate by this authority, or by itself.
    fn by(authority: Option<&Self>, name: &str) -> Self {
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
        builder.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
        builder.set_not_after(&Asn1Time::days_from_now(1).unwrap()).unwrap();
        if authority.is_none() {
            builder.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
        } else {
            let names =
                SubjectAlternativeName::new().ip("127.0.0.1").build(&builder.x509v3_context(None, None)).unwrap();
            builder.append_extension(names).unwrap();
        }
        builder.sign(authority.map_or(&key, |ca| &ca.key), MessageDigest::sha256()).unwrap();
        Self { certificate: builder.build(), key }
    }

    fn pem(&self) -> Vec<u8> {
        self.certificate.to_pem().unwrap()
    }

    fn key_pem(&self) -> Secret {
        Secret::new(String::from_utf8(self.key.private_key_to_pem_pkcs8().unwrap()).unwrap())
    }
}

/// A registry that asks for a certificate by this authority, and has one by it; its address. It ends with the process.
fn start(authority: &Issued, server: &Issued) -> String {
    let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls()).unwrap();
    acceptor.set_certificate(&server.certificate).unwrap();
    acceptor.set_private_key(&server.key).unwrap();
    acceptor.set_verify(SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT);
    let mut trusted = X509StoreBuilder::new().unwrap();
    trusted.add_cert(authority.certificate.clone()).unwrap();
    acceptor.set_verify_cert_store(trusted.build()).unwrap();
    let acceptor = acceptor.build();
    let listener = BlockingListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            // Who shows no certificate is not answered.
            let Ok(mut connection) = acceptor.accept(connection.unwrap()) else { continue };
            let mut request = [0; 4096];
            if connection.read(&mut request).is_ok_and(|length| length > 0) {
                let answer = server::text(200, "", r#"["s"]"#);
                connection.write_all(answer.as_bytes()).ok();
            }
            connection.shutdown().ok();
        }
    });
    url
}

async fn subjects(url: &str, tls: RegistryTls) -> Result<Vec<String>, RegistryError> {
    let settings = RegistrySettings::new(url).with_max_retries(0).with_tls(tls);
    HttpSchemaRegistry::new(settings).unwrap().subjects("").await
}

#[tokio::test]
async fn a_registry_with_a_private_authority_knows_its_client_by_the_certificate() {
    let authority = Issued::by(None, "authority");
    let (server, client) = (Issued::by(Some(&authority), "server"), Issued::by(Some(&authority), "a client"));
    let url = start(&authority, &server);
    let trusting = || RegistryTls::default().with_ca_pem(authority.pem());
    let known = trusting().with_identity(client.pem(), client.key_pem());
    assert_eq!(subjects(&url, known).await.unwrap(), ["s"]);

    let stranger = Issued::by(Some(&Issued::by(None, "another authority")), "a stranger");
    for (tls, whose) in [
        (trusting(), "a client without a certificate"),
        (trusting().with_identity(stranger.pem(), stranger.key_pem()), "a client of another authority"),
        (RegistryTls::default().with_identity(client.pem(), client.key_pem()), "a client that trusts the system's"),
    ] {
        let error = subjects(&url, tls).await.expect_err(whose);
        assert!(matches!(error.failure, RegistryFailure::Unreachable(_)), "{whose}: {error}");
        assert!(error.source().is_some(), "{whose}");
    }
}

#[test]
fn a_certificate_with_the_key_of_another_is_refused() {
    let authority = Issued::by(None, "authority");
    let (one, other) = (Issued::by(Some(&authority), "one"), Issued::by(Some(&authority), "the other"));
    let tls = RegistryTls::default().with_identity(one.pem(), other.key_pem());
    let error = HttpSchemaRegistry::new(RegistrySettings::new("https://host").with_tls(tls)).unwrap_err();
    assert!(matches!(error, InvalidRegistrySettings::ClientIdentity(_)), "{error:?}");
}
