//! When events came: what end-to-end latencies are measured by. It is noted while a run goes on, and only where a step
//! of the plan asks for it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::join_all;
use test_probe_actors::dsl::{FetchError, TopicConsumer, Wanted};
use test_probe_actors::event_store::{Selector, Sequence};
use test_probe_actors::journal::JournalTopic;
use tokio::time::Instant;
use tracing::debug;

use crate::ProbeWorld;
use crate::claims::Claims;

/// When events came that the run produced, by what they are found by.
#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    by_text: RefCell<HashMap<String, Vec<Arrival>>>,
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
    /// When events came that are found by one of the texts, in the order in which they came.
    pub(crate) fn of(&self, texts: &[String]) -> Vec<Arrival> {
        let by_text = self.by_text.borrow();
        let mut arrivals: Vec<Arrival> = texts.iter().filter_map(|text| by_text.get(text)).flatten().cloned().collect();
        arrivals.sort_by_key(|arrival| arrival.at);
        arrivals
    }

    /// Notes what comes on every topic that the world consumes. Ends when all topics have.
    pub(crate) async fn note_all(self: Rc<Self>, world: &ProbeWorld, claims: Rc<RefCell<Claims>>) {
        let consumers = world.all_consumers().unwrap_or_default();
        let (arrivals, claims) = (&self, &claims);
        let notes = consumers.into_iter().map(|consumer| async move {
            if let Err(error) = arrivals.note(&consumer, claims).await {
                debug!(topic = %consumer.topic(), %error, "the times of arrival are no longer noted");
            }
        });
        join_all(notes).await;
    }

    async fn note(&self, consumer: &TopicConsumer, claims: &RefCell<Claims>) -> Result<(), FetchError> {
        let mut seen_up_to = Sequence::default();
        loop {
            match consumer.wait_for_raw(Wanted::any().after(seen_up_to), PATIENCE).await {
                Ok(_) => {}
                Err(FetchError::DidNotArrive { .. }) => continue,
                Err(error) => return Err(error),
            }
            let at = Instant::now();
            for event in consumer.list(Selector::All, seen_up_to).await? {
                seen_up_to = event.sequence;
                if let Some(text) = event.correlation_id.as_ref().filter(|text| claims.borrow().is_produced(text)) {
                    let arrival = Arrival { topic: consumer.topic().clone(), at };
                    self.by_text.borrow_mut().entry(text.clone()).or_default().push(arrival);
                }
            }
        }
    }
}
