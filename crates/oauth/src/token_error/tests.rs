use super::*;

fn identity(scope: &str) -> Arc<TokenIdentity> {
    Arc::new(TokenIdentity {
        endpoint: "https://i/t".into(),
        client_id: "me".into(),
        scope: scope.into(),
        fingerprint: "f".into(),
    })
}

fn refused(status: u16, error: Option<&str>, description: Option<&str>, scope: &str) -> TokenError {
    TokenError::Refused {
        identity: identity(scope),
        status,
        error: error.map(str::to_owned),
        description: description.map(str::to_owned),
        retry_after: Some(Duration::from_secs(3)),
        fix: "do this",
    }
}

#[test]
fn a_refusal_says_what_the_endpoint_says() {
    let told = |error, description, scope| refused(400, error, description, scope).to_string();
    let start = "no token for me at https://i/t: the endpoint refuses it with status 400";
    assert_eq!(told(None, None, "s"), format!("{start}; do this"));
    assert_eq!(told(Some("e"), None, "s"), format!("{start} (e); do this"));
    assert_eq!(told(None, Some("d"), "s"), format!("{start} (d); do this"));
    assert_eq!(told(Some("e"), Some("d"), "s"), format!("{start} (e: d); do this"));
    assert_eq!(
        told(Some("invalid_scope"), Some("d"), "s t"),
        format!("{start} (invalid_scope: scope `s t`: d); do this")
    );
    assert_eq!(
        told(Some("invalid_scope"), None, ""),
        format!("{start} (invalid_scope: no scope was asked for); do this")
    );
}

#[test]
fn each_kind_has_its_text_its_name_and_says_whether_asking_again_helps() {
    let unreachable = TokenError::Unreachable {
        identity: identity(""),
        reason: "connection refused".into(),
        fix: "start it",
        source: Some(Arc::new(std::io::Error::other("said by the system"))),
    };
    let skewed = |is_ahead| TokenError::ClockSkew { identity: identity(""), skew: Duration::from_secs(90), is_ahead };
    let malformed = TokenError::Malformed { identity: identity(""), reason: "its body is empty".into(), fix: "look" };
    let settings = TokenError::Settings { identity: identity(""), reason: "no URL".into(), fix: "give one" };
    for (error, text, name, is_worth_a_retry) in [
        (
            unreachable,
            "no token for me at https://i/t: the endpoint does not answer: connection refused; start it",
            "unreachable",
            true,
        ),
        (malformed, "no token for me at https://i/t: the answer is none: its body is empty; look", "malformed", true),
        (
            skewed(true),
            "no valid token for me at https://i/t: the endpoint's clock is 90 s ahead of this machine's; set the clocks, \
             such as by NTP",
            "clock_skew",
            true,
        ),
        (
            skewed(false),
            "no valid token for me at https://i/t: the endpoint's clock is 90 s behind this machine's; set the clocks, such \
             as by NTP",
            "clock_skew",
            true,
        ),
        (settings, "no token for me at https://i/t: no URL; give one", "settings", false),
    ] {
        assert_eq!(error.to_string(), text);
        assert_eq!(error.failure().to_string(), name);
        assert_eq!(error.is_worth_a_retry(), is_worth_a_retry, "{text}");
        assert_eq!(error.retry_after(), None);
        let source = std::error::Error::source(&error).map(ToString::to_string);
        assert_eq!(source.is_some(), name == "unreachable");
        assert!(source.is_none_or(|source| source == "said by the system" && !error.to_string().contains(&source)));
    }
}

#[test]
fn a_client_that_is_refused_need_not_ask_again() {
    for (status, is_worth_a_retry) in
        [(400, false), (401, false), (403, false), (404, true), (408, true), (429, true), (500, true), (503, true)]
    {
        let error = refused(status, None, None, "");
        assert_eq!(error.is_worth_a_retry(), is_worth_a_retry, "{status}");
        assert_eq!(error.failure().as_str(), "refused");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
    }
}
