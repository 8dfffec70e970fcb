use std::fmt;
use std::future::Future;
use std::hash::Hash;
use std::time::Duration;

use moka::future::Cache;
use tokio::time::Instant;

use super::RegistryError;

/// Answers of a registry to one kind of question, each remembered for its time.
///
/// However many ask the same question at once, the registry is asked once, and all get its answer, an error too. The
/// number of answers is bounded; the least used make room.
pub(super) struct SingleFlight<K, V> {
    answers: Cache<K, Answer<V>>,
}

#[derive(Clone)]
struct Answer<V> {
    result: Result<V, RegistryError>,
    lifetime: Lifetime,
    asked_at: Moment,
}

/// How long an answer may be given again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lifetime {
    /// What it says never changes.
    Ever,
    /// This long after it was asked for, unless something is registered in between.
    For(Duration),
}

/// The moment of a question, by which remembered answers are judged.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub(super) now: Instant,
    /// How many registrations there were so far.
    pub(super) registrations: u64,
}

impl<K, V> SingleFlight<K, V>
where
    K: Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    pub(super) fn new(capacity: u64) -> Self {
        Self { answers: Cache::new(capacity) }
    }

    /// The answer to `key`, and whether the registry was asked for it: by `question`, where no answer is remembered
    /// that is still good at `moment`.
    pub(super) async fn ask(
        &self,
        key: K,
        moment: Moment,
        lifetime: impl FnOnce(&Result<V, RegistryError>) -> Lifetime,
        question: impl Future<Output = Result<V, RegistryError>>,
    ) -> (Result<V, RegistryError>, bool) {
        let init = async {
            let result = question.await;
            Answer { lifetime: lifetime(&result), result, asked_at: moment }
        };
        let entry = self.answers.entry(key).or_insert_with_if(init, |answer| !answer.is_good_at(moment)).await;
        let asked = entry.is_fresh();
        (entry.into_value().result, asked)
    }

    /// Does what the bound on the number of answers has left to do.
    #[cfg(test)]
    pub(super) async fn settle(&self) {
        self.answers.run_pending_tasks().await;
    }
}

impl<V> Answer<V> {
    fn is_good_at(&self, moment: Moment) -> bool {
        match self.lifetime {
            Lifetime::Ever => true,
            Lifetime::For(time) => {
                moment.registrations == self.asked_at.registrations
                    && moment.now.saturating_duration_since(self.asked_at.now) < time
            }
        }
    }
}

impl<K, V> fmt::Debug for SingleFlight<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SingleFlight").finish_non_exhaustive()
    }
}
