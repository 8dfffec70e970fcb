use sha2::{Digest, Sha256};

use super::*;

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const MOMENT: &str = "2026-01-31T08:00:00.75Z";
/// What AWS's signer for Python makes of the same credentials at the same time; `golden.py` says how.
const GOLDEN: &str = include_str!("golden.tsv");
const GOLDEN_AGENT: &str = "aws-msk-iam-sasl-signer-python/1.0.2";

fn credential(session_token: Option<&str>, expires_at: Option<&str>) -> Credential {
    Credential {
        access_key_id: KEY.to_owned(),
        secret_access_key: SECRET.to_owned(),
        session_token: session_token.map(str::to_owned),
        expires_in: expires_at.map(|moment| moment.parse().unwrap()),
    }
}

fn at(moment: &str) -> Timestamp {
    Timestamp::parse(moment).unwrap()
}

fn address(token: &str) -> String {
    String::from_utf8(URL_SAFE_NO_PAD.decode(token).unwrap()).unwrap()
}

/// The host and the fields of an address in their order, as they stand there.
fn parts(address: &str) -> (&str, Vec<(&str, &str)>) {
    let (host, query) = address.strip_prefix("https://").unwrap().split_once("/?").unwrap();
    (host, query.split('&').map(|field| field.split_once('=').unwrap()).collect())
}

#[test]
fn a_token_is_what_the_signer_of_aws_makes() {
    let mut regions = Vec::new();
    for line in GOLDEN.lines().skip(1) {
        let [region, session, expires_at, golden] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let session = Some(session).filter(|session| !session.is_empty());
        let signed = presign(region, &credential(session, None), at(MOMENT), GOLDEN_AGENT).unwrap();
        let (ours, theirs) = (address(signed.token.expose()), address(golden));
        let ((our_host, mut our_fields), (their_host, mut their_fields)) = (parts(&ours), parts(&theirs));
        // Botocore puts a session token last, whatever it signed.
        our_fields.sort_unstable();
        their_fields.sort_unstable();
        assert_eq!((our_host, our_fields), (their_host, their_fields));
        if session.is_none() {
            assert_eq!(signed.token.expose(), golden);
        }
        assert_eq!(signed.expires_at.as_millis().to_string(), expires_at);
        assert_eq!(signed.signed_at, at("2026-01-31T08:00:00Z"), "the life is counted from what the token says");
        regions.push(region);
    }
    assert_eq!(regions, ["eu-central-1", "us-west-2", "cn-north-1", "us-gov-west-1"]);
}

#[test]
fn a_token_is_signed_by_the_rules() {
    for session in [None, Some("tok/en+1==")] {
        let signed = presign("eu-west-3", &credential(session, None), at(MOMENT), "test-probe/1 (x)").unwrap();
        let address = address(signed.token.expose());
        let (host, fields) = parts(&address);
        assert_eq!(host, "kafka.eu-west-3.amazonaws.com");
        let mut expected = vec![
            ("Action", "kafka-cluster%3AConnect"),
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            ("X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE%2F20260131%2Feu-west-3%2Fkafka-cluster%2Faws4_request"),
            ("X-Amz-Date", "20260131T080000Z"),
            ("X-Amz-Expires", "900"),
        ];
        expected.extend(session.map(|_| ("X-Amz-Security-Token", "tok%2Fen%2B1%3D%3D")));
        expected.push(("X-Amz-SignedHeaders", "host"));
        let signature = signature_by_the_rules(host, &expected);
        expected.push(("X-Amz-Signature", &signature));
        expected.push(("User-Agent", "test-probe%2F1%20%28x%29"));
        assert_eq!(fields, expected);
    }
}

#[test]
fn a_token_does_not_outlive_its_credentials() {
    let life = |end: &str| {
        let signed = presign("eu-west-3", &credential(Some("t"), Some(end)), at(MOMENT), "a")?;
        let address = address(signed.token.expose());
        let stated = parts(&address).1.iter().find(|(name, _)| *name == "X-Amz-Expires").unwrap().1.to_owned();
        assert_eq!(signed.expires_at.since(signed.signed_at).as_secs().to_string(), stated);
        Ok::<_, Ended>(stated)
    };
    assert_eq!(life("2026-01-31T09:00:00Z"), Ok("900".to_owned()));
    assert_eq!(life("2026-01-31T08:15:01Z"), Ok("900".to_owned()));
    assert_eq!(life("2026-01-31T08:10:00.9Z"), Ok("600".to_owned()));
    assert_eq!(life("2026-01-31T08:00:01Z"), Ok("1".to_owned()));
    for end in ["2026-01-31T08:00:00.9Z", "2026-01-31T07:00:00Z"] {
        assert_eq!(life(end), Err(Ended { at: at(end) }));
    }
}

#[test]
fn a_name_beyond_ascii_is_escaped_byte_by_byte() {
    assert_eq!(escaped("Az09-._~ /é"), "Az09-._~%20%2F%C3%A9");
}

/// The signature that AWS computes for what it got, written from its documentation (Signature Version 4).
fn signature_by_the_rules(host: &str, fields: &[(&str, &str)]) -> String {
    let mut sorted = fields.to_vec();
    sorted.sort_unstable();
    let query: Vec<_> = sorted.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = format!("GET\n/\n{}\nhost:{host}\n\nhost\n{}", query.join("&"), hex(&Sha256::digest("")));
    let scope = "20260131/eu-west-3/kafka-cluster/aws4_request";
    let text = format!("AWS4-HMAC-SHA256\n20260131T080000Z\n{scope}\n{}", hex(&Sha256::digest(request)));
    let parts = ["20260131", "eu-west-3", "kafka-cluster", "aws4_request"];
    let key = format!("AWS4{SECRET}").into_bytes();
    let key = parts.iter().fold(key, |key, part| hmac(&key, part.as_bytes()));
    hex(&hmac(&key, text.as_bytes()))
}

/// RFC 2104 over SHA-256, for keys that fit one block.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    assert!(key.len() <= 64);
    let padded = |with: u8| {
        let mut block = [with; 64];
        block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        block.to_vec()
    };
    let inner = Sha256::digest([padded(0x36), text.to_vec()].concat());
    Sha256::digest([padded(0x5c), inner.to_vec()].concat()).to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
