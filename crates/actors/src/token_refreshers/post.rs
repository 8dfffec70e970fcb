use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use test_probe_directives::Timestamp;
use test_probe_oauth::{RefreshPolicy, TokenError, TokenIdentity, TokenRequest, TokenSource, TokenWriter};

use super::Shared;
use crate::metrics::TokenWatch;

/// What there is of a token besides its refresher, and outlives it.
pub(super) struct Slot {
    pub(super) number: u64,
    pub(super) identity: Arc<TokenIdentity>,
    pub(super) writer: TokenWriter,
    request: TokenRequest,
    /// For the first refresher; each later one makes its own, since the old one may be what failed.
    source: Mutex<Option<Arc<dyn TokenSource>>>,
    watch: TokenWatch,
}

impl Slot {
    pub(super) fn new(number: u64, request: TokenRequest, source: Arc<dyn TokenSource>, shared: &Shared) -> Self {
        let identity = request.identity();
        let watch = shared.metrics.watch(&identity, shared.clock);
        let (writer, _) = TokenWriter::new(identity.clone());
        Self { number, identity: Arc::new(identity), writer, request, source: Mutex::new(Some(source)), watch }
    }
}

/// A slot in the hands of its refresher. Dropped, it is vacant again, however the refresher ended.
pub(crate) struct Post {
    shared: Arc<Shared>,
    slot: Arc<Slot>,
}

impl Post {
    pub(super) fn new(shared: Arc<Shared>, slot: Arc<Slot>) -> Self {
        Self { shared, slot }
    }

    pub(super) fn number(&self) -> u64 {
        self.slot.number
    }

    /// What tells this refresher from all others.
    pub(crate) fn name(&self) -> String {
        let Slot { identity, number, .. } = &*self.slot;
        if identity.client_id.is_empty() { number.to_string() } else { format!("{}-{number}", identity.client_id) }
    }

    pub(crate) fn identity(&self) -> Arc<TokenIdentity> {
        Arc::clone(&self.slot.identity)
    }

    pub(crate) fn policy(&self) -> RefreshPolicy {
        self.shared.policy
    }

    pub(crate) fn request_timeout(&self) -> Duration {
        self.shared.request_timeout
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    /// Where tokens come from.
    ///
    /// # Errors
    /// As [`TokenSources::source`](test_probe_oauth::TokenSources::source).
    pub(crate) fn source(&self) -> Result<Arc<dyn TokenSource>, TokenError> {
        let first = self.slot.source.lock().unwrap_or_else(PoisonError::into_inner).take();
        first.map_or_else(|| self.shared.sources.source(&self.slot.request), Ok)
    }

    pub(crate) fn writer(&self) -> &TokenWriter {
        &self.slot.writer
    }

    pub(crate) fn metrics(&self) -> &TokenWatch {
        &self.slot.watch
    }

    /// Gives the slot up if nobody reads its token; whether it did. Decided under the lock that cells are handed out under,
    /// so whoever asks at this moment gets a cell that is kept.
    pub(crate) fn leave_if_unread(&self) -> bool {
        self.shared.directory().leave_if_unread(&self.slot)
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        self.shared.directory().vacate(&self.slot);
        self.shared.tell_of_vacancies();
    }
}

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Post").field("identity", &self.slot.identity).finish_non_exhaustive()
    }
}
