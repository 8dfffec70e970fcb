//! When events came: what end-to-end latencies are measured by. It is noted while a run goes on, and only where a step
//! of the plan asks for it.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::join_all;
use test_probe_actors::dsl::{FetchError, RawEvent, TopicConsumer, Wanted};
use test_probe_actors::event_store::{Selector, Sequence};
use test_probe_actors::journal::JournalTopic;
use tokio::time::Instant;
use tracing::debug;

use crate::claims::Claims;
use crate::{ProbeWorld, StepError};

/// When events came that the run produced, by what they are found by.
///
/// An event is noted by whoever sees it first: the run itself, which waits for events all the while, a step that
/// receives it, or at the latest the step that measures, so that this one leaves none out.
#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    are_measured: bool,
    by_text: RefCell<HashMap<String, Vec<Arrival>>>,
    noted: RefCell<HashSet<(JournalTopic, Sequence)>>,
}

/// An event came.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Arrival {
    pub(crate) topic: JournalTopic,
    pub(crate) at: Instant,
}

/// How long one question to a topic stays open.
const PATIENCE: Duration = Duration::from_secs(3600);

impl Arrivals {
    /// The arrivals of a run in which a step measures them, or none does.
    pub(crate) fn of_run(are_measured: bool) -> Self {
        Self { are_measured, ..Self::default() }
    }

    /// When events came that are found by one of the texts, in the order in which they came.
    pub(crate) fn of(&self, texts: &[String]) -> Vec<Arrival> {
        let by_text = self.by_text.borrow();
        let mut arrivals: Vec<Arrival> = texts.iter().filter_map(|text| by_text.get(text)).flatten().cloned().collect();
        arrivals.sort_by_key(|arrival| arrival.at);
        arrivals
    }

    /// Notes that these events of a topic have come by now, those left out that the run did not produce.
    pub(crate) fn note<'a>(
        &self,
        topic: &JournalTopic,
        events: impl IntoIterator<Item = &'a RawEvent>,
        at: Instant,
        claims: &Claims,
    ) {
        if !self.are_measured {
            return;
        }
        for event in events {
            let Some(text) = event.correlation_id.as_ref().filter(|text| claims.is_produced(text)) else { continue };
            if self.noted.borrow_mut().insert((topic.clone(), event.sequence)) {
                let arrival = Arrival { topic: topic.clone(), at };
                self.by_text.borrow_mut().entry(text.clone()).or_default().push(arrival);
            }
        }
    }

    /// Notes what comes on every topic that the world consumes. Ends when all topics have.
    pub(crate) async fn note_all(self: Rc<Self>, world: &ProbeWorld, claims: Rc<RefCell<Claims>>) {
        let consumers = world.all_consumers().unwrap_or_default();
        let (arrivals, claims) = (&self, &claims);
        let notes = consumers.into_iter().map(|consumer| async move {
            if let Err(error) = arrivals.note_as_they_come(&consumer, claims).await {
                debug!(topic = %consumer.topic(), %error, "the times of arrival are no longer noted");
            }
        });
        join_all(notes).await;
    }

    async fn note_as_they_come(&self, consumer: &TopicConsumer, claims: &RefCell<Claims>) -> Result<(), FetchError> {
        let mut seen_up_to = Sequence::default();
        loop {
            match consumer.wait_for_raw(Wanted::any().after(seen_up_to), PATIENCE).await {
                Ok(first) => self.note(consumer.topic(), [&*first], Instant::now(), &claims.borrow()),
                Err(FetchError::DidNotArrive { .. }) => continue,
                Err(error) => return Err(error),
            }
            seen_up_to = self.note_here(consumer, seen_up_to, claims).await?;
        }
    }

    /// Notes what is there now and came after `after`; gives the last one's place.
    async fn note_here(
        &self,
        consumer: &TopicConsumer,
        after: Sequence,
        claims: &RefCell<Claims>,
    ) -> Result<Sequence, FetchError> {
        let events = consumer.list(Selector::All, after).await?;
        self.note(consumer.topic(), events.iter().map(|event| &**event), Instant::now(), &claims.borrow());
        Ok(events.last().map_or(after, |event| event.sequence))
    }
}

impl ProbeWorld {
    /// Notes what came since the scenario began on the topic, or on all that the test consumes, and was not seen yet.
    pub(crate) async fn note_arrivals(&self, topic: Option<&JournalTopic>) -> Result<(), StepError> {
        let consumers = match topic {
            Some(topic) => vec![self.consumer_of(topic)?],
            None => self.all_consumers()?,
        };
        for consumer in consumers {
            let start = self.start_of(consumer.topic())?;
            self.arrivals.note_here(&consumer, start, &self.claims).await?;
        }
        Ok(())
    }
}
