use std::sync::atomic::{AtomicU64, Ordering};

/// How a registry was used so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegistryCounts {
    /// Questions that went to the registry; repetitions of the same question are not counted.
    pub calls: u64,
    /// Questions among [`calls`](Self::calls) that ended in an error.
    pub failures: u64,
    /// Keys and values that were encoded or decoded, and questions that were answered, from what was remembered.
    pub cache_hits: u64,
}

/// The counts as they grow. Only their sums matter, so nothing is ordered.
#[derive(Debug, Default)]
pub(crate) struct RegistryCounters {
    calls: AtomicU64,
    failures: AtomicU64,
    cache_hits: AtomicU64,
}

impl RegistryCounters {
    pub(crate) fn count_call(&self, failed: bool) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if failed {
            self.failures.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn count_hits(&self, hits: u64) {
        self.cache_hits.fetch_add(hits, Ordering::Relaxed);
    }

    pub(crate) fn counts(&self) -> RegistryCounts {
        RegistryCounts {
            calls: self.calls.load(Ordering::Relaxed),
            failures: self.failures.load(Ordering::Relaxed),
            cache_hits: self.cache_hits.load(Ordering::Relaxed),
        }
    }
}
