use proptest::prelude::*;
use serde_json::json;

use super::*;

fn token(header: &Value, claims: &Value) -> Secret {
    let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    Secret::new(format!("{}.{}.c2lnbmF0dXJl", encoded(header), encoded(claims)))
}

fn claims(claims: &Value) -> Claims {
    Claims::of(&token(&json!({"alg": "ES256"}), claims)).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

#[test]
fn the_claims_of_a_token_are_read() {
    let read = claims(&json!({
        "iss": "https://identity.example", "sub": "orders", "aud": ["kafka", "registry"], "scope": "read write",
        "iat": 1000, "nbf": 999.5, "exp": "1300", "custom": "x",
    }));
    assert_eq!(read.issuer.as_deref(), Some("https://identity.example"));
    assert_eq!(read.subject.as_deref(), Some("orders"));
    assert_eq!(read.audience, ["kafka", "registry"]);
    assert_eq!(read.scope.as_deref(), Some("read write"));
    assert_eq!(read.issued_at, Some(at(1000)));
    assert_eq!(read.not_before, Some(Timestamp::from_millis(999_500)));
    assert_eq!(read.expires_at, Some(at(1300)));
    assert_eq!(read.life(), Some(Duration::from_secs(300)));
    assert_eq!(read.principal("custom").as_deref(), Some("x"));
    assert_eq!(read.principal("sub").as_deref(), Some("orders"));
    let shown = format!("{read:?}");
    assert!(shown.contains("orders") && !shown.contains("c2lnbmF0dXJl") && !shown.contains("custom"), "{shown}");
}

#[test]
fn scopes_and_audiences_are_read_as_texts_and_as_lists() {
    assert_eq!(claims(&json!({"scp": ["a", "b"]})).scope.as_deref(), Some("a b"));
    assert_eq!(claims(&json!({"scp": "a b"})).scope.as_deref(), Some("a b"));
    assert_eq!(claims(&json!({"scope": "", "scp": "c"})).scope.as_deref(), Some("c"));
    assert_eq!(claims(&json!({"aud": "one"})).audience, ["one"]);
    assert_eq!(claims(&json!({"aud": 7, "scope": {}})), claims(&json!({"aud": 7, "scope": {}})));
    assert_eq!(claims(&json!({"aud": 7})).audience, [""; 0]);
}

#[test]
fn what_is_no_jwt_has_no_claims() {
    let whole = token(&json!({"alg": "none"}), &json!({}));
    let parts: Vec<&str> = whole.expose().split('.').collect();
    assert!(Claims::of(&whole).is_some());
    for text in [
        String::new(),
        "opaque".into(),
        "a.b.c".into(),
        "..".into(),
        format!("{}.{}", parts[0], parts[1]),
        format!("{0}.{0}.{0}.{0}.{0}", parts[0]),
        format!("{}.bm90IGpzb24.x", parts[0]),
        format!("{}.W10.x", parts[0]),
        format!("{}.{}.x", parts[1], parts[1]),
    ] {
        assert_eq!(Claims::of(&Secret::new(text.clone())), None, "{text}");
    }
}

#[test]
fn what_a_claim_says_is_fit_to_be_shown() {
    let read = claims(&json!({"sub": "a\u{1b}[31m\nb", "iss": "x".repeat(1000), "exp": 1e300, "iat": -5, "nbf": null}));
    assert_eq!(read.subject.as_deref(), Some("a[31mb"));
    assert_eq!(read.issuer.unwrap().len(), LONGEST_CLAIM);
    assert_eq!((read.expires_at, read.issued_at, read.not_before), (None, None, None));
}

#[test]
fn the_skew_is_what_no_time_on_the_way_explains() {
    let read = claims(&json!({"iat": 1000}));
    for (asked, answered, by, is_ahead) in [
        (1000, 1000, 0, false),
        (999, 1002, 0, false),
        // The stamp is cut to whole seconds.
        (1001, 1001, 0, false),
        (1031, 1032, 30, false),
        (900, 960, 40, true),
    ] {
        let skew = read.skew(at(asked), at(answered)).unwrap();
        assert_eq!(skew, MeasuredSkew { by: Duration::from_secs(by), is_ahead }, "{asked}");
    }
    assert_eq!(claims(&json!({})).skew(at(0), at(0)), None);
}

proptest! {
    #[test]
    fn any_text_is_read_or_not(text in ".{0,200}", payload in proptest::collection::vec(any::<u8>(), 0..200)) {
        Claims::of(&Secret::new(text));
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":""}"#);
        Claims::of(&Secret::new(format!("{header}.{}.", URL_SAFE_NO_PAD.encode(payload))));
        let deep = URL_SAFE_NO_PAD.encode("{\"a\":".repeat(5000));
        prop_assert_eq!(Claims::of(&Secret::new(format!("{header}.{deep}."))), None);
    }
}
