use std::path::PathBuf;

use openssl::asn1::Asn1Integer;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::symm::Cipher;
use openssl::x509::{X509Builder, X509NameBuilder};
use test_probe_directives::Secret;

use super::*;

fn key() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

/// A certificate that signs itself and ends in so many days.
fn certificate(key: &PKey<Private>, days: i32) -> String {
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_text("CN", "svc").unwrap();
    let name = name.build();
    let mut builder = X509Builder::new().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&Asn1Integer::from_bn(&BigNum::from_u32(1).unwrap()).unwrap()).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    builder.set_pubkey(key).unwrap();
    builder.set_not_before(&Asn1Time::from_unix(0).unwrap()).unwrap();
    let ends = if days < 0 { Asn1Time::from_unix(1_000_000_000) } else { Asn1Time::days_from_now(days.unsigned_abs()) };
    builder.set_not_after(&ends.unwrap()).unwrap();
    builder.sign(key, MessageDigest::sha256()).unwrap();
    String::from_utf8(builder.build().to_pem().unwrap()).unwrap()
}

fn text(key: &PKey<Private>) -> String {
    String::from_utf8(key.private_key_to_pem_pkcs8().unwrap()).unwrap()
}

fn pem(text: impl Into<String>) -> Option<Pem> {
    Some(Pem::Text(Secret::new(text)))
}

fn own(certificate: String, key: String, password: Option<&str>) -> TlsSettings {
    let key_password = password.map(Secret::new);
    TlsSettings { certificate: pem(certificate), key: pem(key), key_password, ..TlsSettings::default() }
}

#[track_caller]
fn refused(tls: &TlsSettings, parts: &[&str]) {
    let message = check(tls).unwrap_err().to_string();
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in {message:?}");
    }
    assert!(!message.contains("hunter2"), "{message}");
}

#[test]
fn a_certificate_with_its_key_is_all_right_with_a_password_and_without() {
    let key = key();
    let locked = key.private_key_to_pem_pkcs8_passphrase(Cipher::aes_256_cbc(), b"hunter2").unwrap();
    let locked = String::from_utf8(locked).unwrap();
    check(&own(certificate(&key, 1), text(&key), None)).unwrap();
    check(&own(certificate(&key, 1), locked.clone(), Some("hunter2"))).unwrap();
    check(&TlsSettings { ca: pem(certificate(&key, 1)), ..TlsSettings::default() }).unwrap();
    check(&TlsSettings::default()).unwrap();

    let place = "test-probe.core.kafka.security.tls.key-pem cannot be used: ";
    let missing = own(certificate(&key, 1), locked.clone(), None);
    refused(&missing, &[place, "it has a password; set test-probe.core.kafka.security.tls.key-password"]);
    refused(&own(certificate(&key, 1), locked, Some("hunter3")), &[place, "does not open it"]);
}

#[test]
fn a_key_of_another_certificate_and_a_certificate_that_has_ended_are_refused() {
    let (one, other) = (key(), key());
    refused(&own(certificate(&one, 1), text(&other), None), &["key-pem", "does not belong to the client certificate"]);
    refused(
        &own(certificate(&one, -1), text(&one), None),
        &["certificate-pem", "ended at Sep  9 01:46:40 2001", "renew it"],
    );
}

#[test]
fn what_is_no_pem_is_told_with_the_way_to_make_it_some() {
    let folder = std::env::temp_dir().join(format!("test-probe-pem-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path: PathBuf = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let ca = |path: PathBuf| TlsSettings { ca: Some(Pem::File(path)), ..TlsSettings::default() };
    let java = file("store.jks", b"\xfe\xed\xfe\xed\0\0\0\x02");
    refused(&ca(java.clone()), &["tls.ca-file", &java.display().to_string(), "Java key store", "openssl pkcs12"]);
    refused(&ca(file("store.p12", b"\x30\x82\x01\x02")), &["binary", "openssl pkcs12"]);
    refused(&ca(file("empty.pem", b"")), &["holds no certificate", "BEGIN CERTIFICATE"]);
    refused(&ca(folder.join("nowhere.pem")), &["tls.ca-file", "nowhere.pem", "No such file", "may read"]);
    check(&ca(folder.clone())).unwrap();
    let key = key();
    refused(&own("hunter2".into(), text(&key), None), &["certificate-pem", "holds no certificate"]);
    refused(&own(certificate(&key, 1), certificate(&key, 1), None), &["key-pem", "holds no private key"]);
    refused(&own(certificate(&key, 1), "-----BEGIN PRIVATE KEY-----\nhunter2\n".into(), None), &["no private key"]);
    std::fs::remove_dir_all(&folder).unwrap();
}
