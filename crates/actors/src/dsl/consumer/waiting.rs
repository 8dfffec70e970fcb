//! Waiting for an event until a deadline.

use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use test_probe_encoding::{Decodable, DecodeError};
use tokio::time::Instant;

use super::{ConsumedEvent, RawEvent, TopicConsumer};
use crate::commands::AwaitConsumedEvents;
use crate::dsl::{FetchError, Wanted};
use crate::event_store::Selector;

/// How long a registry that does not answer is left alone before it is asked again.
const REGISTRY_PAUSE: Duration = Duration::from_millis(500);

/// Longer than anybody waits, for deadlines that no clock can hold.
const FOREVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

impl TopicConsumer {
    /// The first event that is wanted, waiting for it for up to `deadline`, decoded. A registry that does not answer is
    /// asked again until then; an event that came at the last moment has the ask time-out to be decoded.
    ///
    /// # Errors
    /// [`FetchError`].
    ///
    /// # Cancellation
    /// Safe.
    pub async fn wait_for<K: DeserializeOwned, V: Decodable>(
        &self,
        wanted: Wanted,
        deadline: Duration,
    ) -> Result<ConsumedEvent<K, V>, FetchError> {
        let wait = Wait::begin(&wanted, deadline);
        let event = self.find(&wait).await?;
        let last_moment = Instant::now() + self.ask_timeout();
        let mut patience = Patience::until(wait.until.max(last_moment));
        loop {
            match self.decode_by(Arc::clone(&event), Some(patience.until)).await {
                Ok(event) => return Ok(event),
                Err(error) => self.bear(error, &mut patience, &wait, &event).await?,
            }
        }
    }

    /// The first event that is wanted, waiting for it for up to `deadline`, as it was read. A deadline of zero looks at
    /// what is there.
    ///
    /// Where values are looked into, that is inside the deadline too: an event whose schema the registry does not tell is
    /// neither taken nor passed over, but looked at again.
    ///
    /// # Errors
    /// [`FetchError`].
    ///
    /// # Cancellation
    /// Safe.
    pub async fn wait_for_raw(&self, wanted: Wanted, deadline: Duration) -> Result<Arc<RawEvent>, FetchError> {
        self.find(&Wait::begin(&wanted, deadline)).await
    }

    async fn find(&self, wait: &Wait<'_>) -> Result<Arc<RawEvent>, FetchError> {
        let Wait { wanted, deadline, until } = *wait;
        let (mut after, mut seen) = (wanted.after, 0);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let selector = wanted.selector.clone();
            // The last look takes what is there, which a wait without time would miss.
            let events = if left.is_zero() {
                self.list(selector, after).await?
            } else {
                self.ask_within(left, AwaitConsumedEvents { selector, after }).await?.unwrap_or_default()
            };
            if events.is_empty() && left.is_zero() {
                return Err(self.did_not_arrive(wanted, deadline, seen).await);
            }
            for event in events {
                if self.is_wanted(wait, &event).await? {
                    return Ok(event);
                }
                after = event.sequence;
                seen += 1;
            }
        }
    }

    /// Judges an event; its value is decoded only where nothing else speaks against it.
    async fn is_wanted(&self, wait: &Wait<'_>, event: &RawEvent) -> Result<bool, FetchError> {
        if !wait.wanted.accepts_event(event) {
            return Ok(false);
        }
        if !wait.wanted.looks_at_values() {
            return Ok(true);
        }
        let value = self.value_before(wait, event).await?;
        Ok(value.is_some_and(|value| wait.wanted.accepts_value(&value)))
    }

    /// The event's value as JSON; nothing where it has none that can be decoded.
    async fn value_before(&self, wait: &Wait<'_>, event: &RawEvent) -> Result<Option<Value>, FetchError> {
        let mut patience = Patience::until(wait.until);
        loop {
            match self.value_json_by(event, Some(wait.until)).await {
                Ok(value) => return Ok(Some(value)),
                Err(error) if error.helps_to_ask_again() => self.bear(error, &mut patience, wait, event).await?,
                Err(_) => return Ok(None),
            }
        }
    }

    /// Waits a little after an error that may pass; hands out every other one, and the last one before the deadline.
    async fn bear(
        &self,
        error: FetchError,
        patience: &mut Patience,
        wait: &Wait<'_>,
        event: &RawEvent,
    ) -> Result<(), FetchError> {
        let source = match error {
            FetchError::Decode { source, .. } if source.helps_to_ask_again() => source,
            error => return Err(error),
        };
        if !matches!(*source, DecodeError::Unresolved(_)) {
            patience.said = Some(source);
        }
        let left = patience.until.saturating_duration_since(Instant::now());
        let pause = left.min(REGISTRY_PAUSE);
        if !left.is_zero() && self.system.runtime.run(async move { tokio::time::sleep(pause).await }).await.is_ok() {
            return Ok(());
        }
        Err(FetchError::RegistryDidNotAnswer {
            topic: self.parts.topic.to_string(),
            wanted: wait.wanted.to_string(),
            deadline: wait.deadline,
            registry: self.serdes().map(|serdes| serdes.registry_url().to_owned()).unwrap_or_default(),
            partition: event.record.partition,
            offset: event.record.offset,
            source: patience.said.take(),
        })
    }

    async fn did_not_arrive(&self, wanted: &Wanted, deadline: Duration, seen: usize) -> FetchError {
        if let Selector::CorrelationId(id) = &wanted.selector
            && let Ok(evicted @ FetchError::Evicted { .. }) = self.why_not_there(id).await
        {
            return evicted;
        }
        FetchError::DidNotArrive { topic: self.parts.topic.to_string(), wanted: wanted.to_string(), deadline, seen }
    }
}

/// One wait: for what, for how long, and until when that is.
#[derive(Clone, Copy)]
struct Wait<'a> {
    wanted: &'a Wanted,
    deadline: Duration,
    until: Instant,
}

impl<'a> Wait<'a> {
    fn begin(wanted: &'a Wanted, deadline: Duration) -> Self {
        Self { wanted, deadline, until: Instant::now() + deadline.min(FOREVER) }
    }
}

/// How long a registry that does not answer is borne with, and what it said last.
struct Patience {
    until: Instant,
    said: Option<Box<DecodeError>>,
}

impl Patience {
    fn until(until: Instant) -> Self {
        Self { until, said: None }
    }
}
