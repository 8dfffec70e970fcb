//! Certificates and keys, looked at before a client is made: librdkafka's own errors name neither file nor cause.

use std::path::Path;

use openssl::asn1::Asn1Time;
use openssl::pkey::{PKey, Private};
use openssl::x509::X509;

use crate::{ClientError, Pem, TlsSettings};

#[cfg(test)]
mod tests;

const CA: [&str; 2] = ["ca-file", "ca-pem"];
const CERTIFICATE: [&str; 2] = ["certificate-file", "certificate-pem"];
const KEY: [&str; 2] = ["key-file", "key-pem"];

/// Looks at everything that TLS is to use.
///
/// # Errors
/// [`ClientError::Pem`] for a file that cannot be read, text that is no PEM, a key that does not belong to its certificate, a
/// password that is missing or wrong, and a client certificate that has ended.
pub(super) fn check(tls: &TlsSettings) -> Result<(), ClientError> {
    if let Some(ca) = &tls.ca {
        // A folder of hashed certificates is OpenSSL's affair.
        if !matches!(ca, Pem::File(path) if path.is_dir()) {
            certificates(ca, CA)?;
        }
    }
    let own = tls.certificate.as_ref().map(own_certificate).transpose()?;
    let key = tls.key.as_ref().map(|key| private_key(key, tls)).transpose()?;
    if let (Some(certificate), Some(key), Some(place)) = (own, key, &tls.key) {
        let belongs = certificate.public_key().is_ok_and(|public| public.public_eq(&key));
        if !belongs {
            let fix = "name the key that the certificate was made for";
            return Err(unusable(place, KEY, "it does not belong to the client certificate", fix));
        }
    }
    Ok(())
}

fn own_certificate(pem: &Pem) -> Result<X509, ClientError> {
    let mut chain = certificates(pem, CERTIFICATE)?.into_iter();
    let Some(own) = chain.next() else { return Err(no_certificate(pem, CERTIFICATE)) };
    let has_ended = Asn1Time::days_from_now(0).is_ok_and(|now| own.not_after() < now);
    if has_ended {
        let reason = format!("it ended at {}", own.not_after());
        return Err(unusable(pem, CERTIFICATE, &reason, "renew it"));
    }
    Ok(own)
}

fn certificates(pem: &Pem, keys: [&str; 2]) -> Result<Vec<X509>, ClientError> {
    let bytes = bytes(pem, keys)?;
    match X509::stack_from_pem(&bytes) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(not_pem(&bytes).map_or_else(
            || no_certificate(pem, keys),
            |what| unusable(pem, keys, what, "turn it into PEM, such as by: openssl pkcs12 -in STORE -nodes"),
        )),
    }
}

fn private_key(pem: &Pem, tls: &TlsSettings) -> Result<PKey<Private>, ClientError> {
    let bytes = bytes(pem, KEY)?;
    let mut has_password = false;
    // Without a function of ours OpenSSL would ask at the terminal.
    let key = PKey::private_key_from_pem_callback(&bytes, |place| {
        has_password = true;
        let password = tls.key_password.as_ref().map_or(&[][..], |password| password.expose().as_bytes());
        match place.get_mut(..password.len()) {
            Some(place) => {
                place.copy_from_slice(password);
                Ok(password.len())
            }
            None => Ok(0),
        }
    });
    key.map_err(|_| match (has_password, &tls.key_password) {
        (true, None) => unusable(pem, KEY, "it has a password", "set test-probe.core.kafka.security.tls.key-password"),
        (true, Some(_)) => {
            let fix = "correct test-probe.core.kafka.security.tls.key-password";
            unusable(pem, KEY, "the password does not open it", fix)
        }
        (false, _) => match not_pem(&bytes) {
            Some(what) => unusable(pem, KEY, what, "turn it into PEM, such as by: openssl pkcs12 -in STORE -nodes"),
            None => unusable(
                pem,
                KEY,
                "it holds no private key",
                "give PEM text that begins with -----BEGIN PRIVATE KEY-----",
            ),
        },
    })
}

fn no_certificate(pem: &Pem, keys: [&str; 2]) -> ClientError {
    unusable(pem, keys, "it holds no certificate", "give PEM text that begins with -----BEGIN CERTIFICATE-----")
}

fn bytes(pem: &Pem, keys: [&str; 2]) -> Result<Vec<u8>, ClientError> {
    match pem {
        Pem::Text(text) => Ok(text.expose().as_bytes().to_vec()),
        Pem::File(path) => {
            let fix = "name a PEM file that the probe may read";
            if path.to_str().is_none() {
                return Err(unusable(pem, keys, "its path is not UTF-8", fix));
            }
            std::fs::read(path).map_err(|error| unusable(pem, keys, &error.to_string(), fix))
        }
    }
}

/// What the bytes are, where they are what people have instead of PEM.
fn not_pem(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xfe, 0xed, 0xfe, 0xed, ..] => Some("it is a Java key store"),
        [0x30, 0x80..=0x84, ..] => Some("it is binary: DER or a PKCS#12 store"),
        _ => None,
    }
}

fn unusable(pem: &Pem, [file, text]: [&str; 2], reason: &str, fix: &'static str) -> ClientError {
    let place = match pem {
        Pem::File(path) => format!("test-probe.core.kafka.security.tls.{file} ({})", Path::display(path)),
        Pem::Text(_) => format!("test-probe.core.kafka.security.tls.{text}"),
    };
    ClientError::Pem { place, reason: reason.to_owned(), fix }
}
