use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use crate::Login;

#[cfg(test)]
mod tests;

/// Something that a broker, or the way to it, held against the client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}; {fix}")]
pub(super) struct Trouble {
    pub(super) kind: TroubleKind,
    /// librdkafka's words, the broker's among them.
    pub(super) reason: String,
    /// What to do about it.
    pub(super) fix: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TroubleKind {
    /// The login was refused.
    Login,
    /// TLS did not come about.
    Tls,
    /// The connection was closed as by a broker that expects another protocol, or that goes down.
    Protocol,
    /// No connection.
    Connection,
}

impl Trouble {
    /// Whether trying again is of no use before something changes.
    pub(super) fn is_a_refusal(&self) -> bool {
        matches!(self.kind, TroubleKind::Login | TroubleKind::Tls)
    }

    /// What an error of the client means; nothing where it says nothing about the way to a broker.
    pub(super) fn of<T>(error: &KafkaError, reason: &str, login: &Login<T>) -> Option<Self> {
        use RDKafkaErrorCode as Code;
        let (kind, fix) = match error.rdkafka_error_code()? {
            Code::Authentication | Code::SaslAuthenticationFailed => (TroubleKind::Login, fix_of_login(reason, login)),
            Code::SSL => (TroubleKind::Tls, fix_of_tls(reason)),
            // From TLS 1.3 on a broker says only after the handshake what it has against the client.
            Code::BrokerTransportFailure if reason.contains("SSL routines:") => (TroubleKind::Tls, fix_of_tls(reason)),
            Code::BrokerTransportFailure if speaks_another_protocol(reason) => (TroubleKind::Protocol, PROTOCOL),
            Code::BrokerTransportFailure | Code::Resolve | Code::RequestTimedOut | Code::OperationTimedOut => {
                (TroubleKind::Connection, "check the address and that the broker runs")
            }
            _ => return None,
        };
        Some(Self { kind, reason: essence(reason).to_owned(), fix })
    }
}

impl Trouble {
    /// What a line of the log means: librdkafka says there, and nowhere else, that a broker closed a connection at once.
    pub(super) fn of_log(facility: &str, line: &str) -> Option<Self> {
        let is_it = facility == "FAIL" && speaks_another_protocol(line);
        let line = line.split_once("]: ").map_or(line, |(_thread, line)| line);
        is_it.then(|| Self { kind: TroubleKind::Protocol, reason: essence(line).to_owned(), fix: PROTOCOL })
    }
}

const PROTOCOL: &str =
    "set test-probe.core.kafka.security.protocol to what this listener speaks, or use another listener";

/// librdkafka guesses so itself in some places. Else it shows in when the broker closes: once TLS has begun, at the first
/// request, which is sent unencrypted to TLS, or soon after it, where the broker waits for a login.
fn speaks_another_protocol(reason: &str) -> bool {
    let guesses = [" listener?", "might require SASL authentication", "SSL connection closed by peer"];
    let closed = reason.split_once("Disconnected").and_then(|(_, rest)| rest.split_once(" (after "));
    let closed_after = closed.and_then(|(_, rest)| rest.split_once("ms in state "));
    guesses.iter().any(|guess| reason.contains(guess))
        || closed_after.is_some_and(|(millis, state)| {
            state.starts_with("APIVERSION_QUERY")
                || state.starts_with("UP") && millis.parse().is_ok_and(|millis: u64| millis < SOON)
        })
}

/// How many milliseconds after it opened a connection is closed by a broker that waits for a login, at most.
const SOON: u64 = 2000;

/// librdkafka's words without the state that it was in, and without advice that names its own settings.
fn essence(reason: &str) -> &str {
    let reason = reason.split_once(" (after ").map_or(reason, |(reason, _)| reason);
    let reason = reason.split_once(" or broker version is ").map_or(reason, |(reason, _)| reason);
    let reason = reason.split_once(": broker certificate could not be verified").map_or(reason, |(reason, _)| reason);
    reason.split_once(": client SSL authentication might be required").map_or(reason, |(reason, _)| reason)
}

fn fix_of_login<T>(reason: &str, login: &Login<T>) -> &'static str {
    if reason.contains("supported mechanisms") {
        return "set test-probe.core.kafka.security.sasl-mechanism to one that this listener has, or use another listener";
    }
    match login {
        Login::None => PROTOCOL,
        Login::OAuthBearer { .. } => {
            "check that the token is for these brokers: its scope, audience and issuer (test-probe.services.vault.oauth), and \
             the clocks"
        }
        Login::Plain { .. } | Login::Scram { .. } => {
            "check user and password: those that the vault gives, or test-probe.core.kafka.security.username and password"
        }
    }
}

fn fix_of_tls(reason: &str) -> &'static str {
    let says = |words: &[&str]| words.iter().any(|words| reason.contains(words));
    if says(&["certificate verify failed", "verify broker certificate"]) {
        "set test-probe.core.kafka.security.tls.ca-file to the PEM file of the authority that signed the broker's certificate"
    } else if says(&["alert unknown ca"]) {
        "use a client certificate of an authority that the broker knows \
         (test-probe.core.kafka.security.tls.certificate-file)"
    } else if says(&["certificate required", "alert bad certificate", "alert handshake failure", "unexpected message"])
    {
        "the broker asks for a client certificate: set test-probe.core.kafka.security.tls.certificate-file and key-file"
    } else if says(&["alert certificate expired"]) {
        "renew the client certificate (test-probe.core.kafka.security.tls.certificate-file)"
    } else if says(&["wrong version number", "packet length too long"]) {
        PROTOCOL
    } else {
        "check the files below test-probe.core.kafka.security.tls"
    }
}
