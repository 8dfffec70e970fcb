//! The keys between callers and the tree, with the Scala system's words.

use super::issues;

/// What is told of a key, but for the warning that nothing reads it.
fn told(text: &str) -> Vec<String> {
    let found = issues(&format!("test-probe.interfaces.rest.{text}"));
    let found = found.iter().filter(|issue| !issue.message.ends_with("does not read it"));
    found.map(|issue| format!("{} {}", issue.severity, issue.message)).collect()
}

#[test]
fn numbers_are_positive() {
    for (key, called) in [
        ("circuit-breaker-max-failures", "circuitBreakerMaxFailures"),
        ("max-concurrent-requests", "maxConcurrentRequests"),
        ("max-request-size", "maxRequestSize"),
        ("max-uri-length", "maxUriLength"),
    ] {
        for number in ["0", "-5"] {
            let expected = format!("ERROR {called} must be positive, got: {number}");
            assert_eq!(told(&format!("{key} = {number}")), [expected]);
        }
        assert_eq!(told(&format!("{key} = 1")), [] as [&str; 0]);
        assert_eq!(told(&format!("{key} = few")), [format!("ERROR Invalid integer format for {called}")]);
    }
    assert_eq!(
        told("circuit-breaker-max-failures = 101"),
        ["WARNING circuitBreakerMaxFailures is 101 (recommended maximum: 100)"]
    );
}

#[test]
fn durations_are_there() {
    assert_eq!(
        told("circuit-breaker-reset-timeout = 0"),
        ["ERROR circuitBreakerResetTimeout must be at least 1ms, got 0ms"]
    );
    assert_eq!(told("ask-timeout = 0"), ["ERROR askTimeout must be at least 1ms, got 0ms"]);
    assert_eq!(
        told("graceful-shutdown-timeout = later"),
        ["ERROR Invalid duration format for gracefulShutdownTimeout"]
    );
}

#[test]
fn when_to_come_back_is_digits_and_a_unit() {
    for key in ["retry-after-service-unavailable", "retry-after-not-ready"] {
        for right in ["\"30s\"", "5m", "\"1h\""] {
            assert_eq!(told(&format!("{key} = {right}")), [] as [&str; 0]);
        }
        for wrong in ["30", "s", "30d", "\"30 s\"", "\"1.5s\"", "-5s", "30ss"] {
            let found = told(&format!("{key} = {wrong}"));
            assert!(found[0].contains("must match '\\d+[smh]', got: "), "{wrong}: {found:?}");
        }
    }
    let issue = &issues("test-probe.interfaces.rest.retry-after-not-ready = never")[0];
    assert_eq!(issue.message, "retryAfterNotReady must match '\\d+[smh]', got: never");
    assert_eq!(
        issue.suggestion,
        "Write digits and one of s, m and h, such as test-probe.interfaces.rest.retry-after-not-ready = \"30s\""
    );
}

#[test]
fn an_address_that_nobody_binds_yet_is_checked() {
    assert_eq!(told("host = \"\""), ["ERROR host cannot be empty"]);
    assert_eq!(told("port = 65536"), ["ERROR port must not exceed 65535, got 65536 (the largest port there is)"]);
    assert_eq!(told("port = 0"), [] as [&str; 0]);
}
