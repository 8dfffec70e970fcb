use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use test_probe_directives::{BootstrapServers, WallClock};
use test_probe_oauth::TokenUnavailable;

use super::certificate_look;
use super::trouble::{Trouble, TroubleKind};
use crate::{ClientSpec, ClusterError, NackKind, ProducedNack, Security, Transport};

#[cfg(test)]
mod tests;

/// What stands between a client and its cluster: how it logs in, and what brokers held against it last.
///
/// librdkafka tries again by itself, and tells of a refused login in its error callback only; whoever waits for an answer
/// sees a time-out. Here the two come together.
pub(super) struct Access {
    servers: BootstrapServers,
    principal: String,
    security: Security,
    clock: WallClock,
    /// Whether there is a last trouble, so that a success costs one look.
    troubled: AtomicBool,
    last: Mutex<Option<Trouble>>,
}

impl Access {
    pub(super) fn new(spec: &ClientSpec) -> Self {
        Self {
            servers: spec.identity.bootstrap_servers.clone(),
            principal: spec.identity.principal.clone(),
            security: spec.security.clone(),
            clock: spec.clock,
            troubled: AtomicBool::new(false),
            last: Mutex::new(None),
        }
    }

    pub(super) fn servers(&self) -> &BootstrapServers {
        &self.servers
    }

    pub(super) fn principal(&self) -> &str {
        &self.principal
    }

    /// Notes what the error callback was told. What is about the login or TLS stays until something succeeds: that a
    /// connection was refused or closed often follows from it.
    pub(super) fn note(&self, error: &KafkaError, reason: &str) {
        if let Some(trouble) = Trouble::of(error, reason, &self.security.login) {
            self.keep(trouble);
        }
    }

    /// Notes what the log was told.
    pub(super) fn note_log(&self, facility: &str, line: &str) {
        if let Some(trouble) = Trouble::of_log(facility, line) {
            self.keep(trouble);
        }
    }

    fn keep(&self, trouble: Trouble) {
        let mut last = self.last();
        if trouble.is_a_refusal() || last.as_ref().is_none_or(|last| !last.is_a_refusal()) {
            *last = Some(trouble);
            self.troubled.store(true, Ordering::Release);
        }
    }

    /// Notes that a broker did what was asked, or that there is another token, which may fare better.
    pub(super) fn succeeded(&self) {
        if self.troubled.load(Ordering::Acquire) {
            let mut last = self.last();
            *last = None;
            self.troubled.store(false, Ordering::Release);
        }
    }

    /// Whether waiting longer is of no use: brokers refuse the login or TLS, and nothing has succeeded since.
    pub(super) fn is_refused(&self) -> bool {
        self.troubled.load(Ordering::Acquire) && self.last().as_ref().is_some_and(Trouble::is_a_refusal)
    }

    /// Why brokers refuse the client, where they do. Looks as [`no_answer`](Self::no_answer) does.
    pub(super) fn refusal(&self, timeout: Duration) -> Option<ClusterError> {
        self.is_refused().then(|| self.no_answer(&KafkaError::Global(RDKafkaErrorCode::Authentication), timeout))
    }

    /// Why a question had no answer within `timeout`. Where a certificate is not trusted it is looked at, which blocks for up
    /// to a few seconds.
    pub(super) fn no_answer(&self, error: &KafkaError, timeout: Duration) -> ClusterError {
        let error = self.no_answer_at_once(error, timeout);
        match (&error, &self.security.transport) {
            (ClusterError::Tls { servers, reason, .. }, Transport::Tls(tls)) if certificate_look::helps(reason) => {
                certificate_look::why_not_trusted(reason, tls).map_or_else(
                    || error.clone(),
                    |(reason, fix)| ClusterError::Tls { servers: servers.clone(), reason, fix },
                )
            }
            _ => error,
        }
    }

    /// Why a question had no answer within `timeout`, as far as librdkafka tells.
    pub(super) fn no_answer_at_once(&self, error: &KafkaError, timeout: Duration) -> ClusterError {
        let servers = self.servers.clone();
        let (token, last) = (self.unavailable(), self.last().clone());
        match last {
            Some(Trouble { kind: TroubleKind::Login, reason, fix }) => {
                ClusterError::Login { servers, principal: self.principal.clone(), reason, fix, token }
            }
            Some(Trouble { kind: TroubleKind::Tls | TroubleKind::Protocol, reason, fix }) => {
                ClusterError::Tls { servers, reason, fix }
            }
            _ if token.is_some() => ClusterError::Login {
                servers,
                principal: self.principal.clone(),
                reason: "there is no valid token to log in with".to_owned(),
                fix: "see why the token could not be renewed",
                token,
            },
            Some(Trouble { reason, .. }) => ClusterError::Unreachable { servers, timeout, reason },
            None => ClusterError::Unreachable { servers, timeout, reason: error.to_string() },
        }
    }

    /// Says why a record was not delivered where its report only says that time ran out or the connection was lost.
    pub(super) fn explain(&self, nack: ProducedNack) -> ProducedNack {
        if let Some(unavailable) = self.unavailable() {
            return ProducedNack { kind: NackKind::Authentication, ..nack }.because(unavailable);
        }
        let last = self.last().clone();
        match last {
            Some(trouble) if trouble.kind == TroubleKind::Login => {
                ProducedNack { kind: NackKind::Authentication, ..nack }.because(trouble)
            }
            Some(trouble) => nack.because(trouble),
            None => nack,
        }
    }

    fn unavailable(&self) -> Option<TokenUnavailable> {
        self.security.unavailable(self.clock.now())
    }

    /// No code panics while it holds this lock; should one ever do, the trouble is still whole.
    fn last(&self) -> MutexGuard<'_, Option<Trouble>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
