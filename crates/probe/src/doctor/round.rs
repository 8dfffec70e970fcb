use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::endpoint::Endpoint;
use super::tls::{self, TlsClient};
use super::{Check, Examination, Finding, Verdict, network};
use crate::blocking::blocking;

/// How long one look at a host, a port or a handshake may take.
const NETWORK_TIMEOUT: Duration = Duration::from_secs(5);

/// One examination under way: what was found, and who is told.
pub(super) struct Round<'t> {
    examination: Examination,
    tell: &'t mut (dyn FnMut(&Finding) + Send),
    /// What became of each endpoint, so that none is looked at twice.
    reached: HashMap<(Endpoint, bool), Result<(), String>>,
}

impl<'t> Round<'t> {
    pub(super) fn new(tell: &'t mut (dyn FnMut(&Finding) + Send)) -> Self {
        Self { examination: Examination::default(), tell, reached: HashMap::new() }
    }

    pub(super) fn end(self) -> Examination {
        self.examination
    }

    /// Notes what is seen, and says whether it is good.
    pub(super) fn note(&mut self, check: Check, target: impl Into<String>, verdict: Verdict, took: Duration) -> bool {
        let finding = Finding { check, target: target.into(), verdict, took };
        (self.tell)(&finding);
        let is_good = finding.verdict.is_good();
        self.examination.findings.push(finding);
        is_good
    }

    /// Notes what took no time to see.
    pub(super) fn note_at_once(&mut self, check: Check, target: impl Into<String>, verdict: Verdict) -> bool {
        self.note(check, target, verdict, Duration::ZERO)
    }

    /// Looks, with a clock at hand.
    pub(super) async fn look(
        &mut self,
        check: Check,
        target: impl Into<String>,
        looking: impl Future<Output = Verdict>,
    ) -> bool {
        let start = Instant::now();
        let verdict = looking.await;
        self.note(check, target, verdict, start.elapsed())
    }

    /// Whether an endpoint is there: its name, its port, and its certificates where it is to have any. Each endpoint is
    /// looked at once.
    ///
    /// # Errors
    /// What failed, as a reason to look at nothing that lies behind it.
    pub(super) async fn reach(&mut self, endpoint: &Endpoint, tls: Option<&Arc<TlsClient>>) -> Result<(), String> {
        let known = (endpoint.clone(), tls.is_some());
        if let Some(result) = self.reached.get(&known) {
            return result.clone();
        }
        let result = self.reach_anew(endpoint, tls).await;
        self.reached.insert(known, result.clone());
        result
    }

    async fn reach_anew(&mut self, endpoint: &Endpoint, tls: Option<&Arc<TlsClient>>) -> Result<(), String> {
        let failed = |check: Check| Err(format!("since {check} of {endpoint} failed"));
        let start = Instant::now();
        let (addresses, verdict) = network::resolve(endpoint, NETWORK_TIMEOUT).await;
        if !self.note(Check::Dns, endpoint.to_string(), verdict, start.elapsed()) {
            return failed(Check::Dns);
        }
        let start = Instant::now();
        let (address, verdict) = network::connect(&addresses, NETWORK_TIMEOUT).await;
        let is_good = self.note(Check::Tcp, endpoint.to_string(), verdict, start.elapsed());
        let Some(address) = address.filter(|_| is_good) else { return failed(Check::Tcp) };
        let Some(tls) = tls else { return Ok(()) };
        let (tls, host) = (Arc::clone(tls), endpoint.clone());
        let looking = blocking(move || tls::look(&host, address, &tls, NETWORK_TIMEOUT));
        if self.look(Check::Tls, endpoint.to_string(), looking).await { Ok(()) } else { failed(Check::Tls) }
    }
}
