//! Looking for events among those that came since the scenario began and that no step has claimed.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::select_all;
use serde_json::Value;
use test_probe_actors::dsl::{FetchError, RawEvent, TopicConsumer, Wanted};
use test_probe_actors::event_store::{Selector, Sequence};
use test_probe_actors::journal::JournalTopic;
use test_probe_directives::Redaction;
use tokio::time::Instant;

use crate::arrivals::Arrivals;
use crate::claims::{Claims, Owner};
use crate::criterion::{Criterion, Verdict};
use crate::{ProbeWorld, ReceivedEvent, StepError};

/// How long an event that could not be judged waits before it is looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

mod report;

pub(crate) use report::{place_of, shown};

/// A search for the events that a criterion wants.
#[derive(Debug)]
pub(crate) struct Search {
    scenario: u64,
    claims: Rc<RefCell<Claims>>,
    arrivals: Rc<Arrivals>,
    redaction: Redaction,
    criterion: Criterion,
    topics: Vec<SearchedTopic>,
    candidates: Vec<Candidate>,
    /// Where the wanted ones stand among the candidates.
    fitting: Vec<usize>,
    /// Why an event of the last look could not be judged. It is looked at again, and nothing behind it before.
    undecided: Option<String>,
}

#[derive(Debug)]
struct SearchedTopic {
    consumer: TopicConsumer,
    seen_up_to: Sequence,
    evicted: u64,
}

/// An event that was looked at.
#[derive(Debug)]
struct Candidate {
    topic: usize,
    event: Arc<RawEvent>,
    verdict: Verdict,
}

impl ProbeWorld {
    /// Begins a search on these topics.
    pub(crate) fn search(&self, criterion: Criterion, consumers: Vec<TopicConsumer>) -> Result<Search, StepError> {
        let topics = consumers.into_iter().map(|consumer| {
            let seen_up_to = self.start_of(consumer.topic())?;
            Ok(SearchedTopic { consumer, seen_up_to, evicted: 0 })
        });
        Ok(Search {
            scenario: self.scenario,
            claims: Rc::clone(&self.claims),
            arrivals: Rc::clone(&self.arrivals),
            redaction: self.environment.redaction.clone(),
            criterion,
            topics: topics.collect::<Result<_, StepError>>()?,
            candidates: Vec::new(),
            fitting: Vec::new(),
            undecided: None,
        })
    }
}

impl Search {
    /// Waits until at least `count` wanted events are free, and tells how many are. They are not claimed yet: that is for
    /// the caller to do before it waits for anything else.
    pub(crate) async fn wait_for(&mut self, count: usize, deadline: Duration) -> Result<usize, StepError> {
        let until = Instant::now() + deadline;
        loop {
            self.look().await?;
            let free = if self.fitting.len() < count { 0 } else { self.free().len() };
            if free >= count {
                return Ok(free);
            }
            if !self.more_before(until).await? {
                self.must_not_be_evicted().await?;
                return Err(StepError::failed(self.too_few(count, deadline).await));
            }
        }
    }

    /// Looks on for a while, and tells how many wanted events are free then; ends early when they are more than `most`.
    pub(crate) async fn watch(&mut self, most: usize, period: Duration) -> Result<usize, StepError> {
        let until = Instant::now() + period;
        loop {
            self.look().await?;
            let free = self.free().len();
            if free > most {
                return Ok(free);
            }
            if !self.more_before(until).await? {
                // Nothing is known to be missing as long as somebody may have come unrecognised.
                return match &self.undecided {
                    None => Ok(free),
                    Some(why) => Err(StepError::failed(format!("whether a wanted event came is not known: {why}"))),
                };
            }
        }
    }

    /// An event that is wanted by its id and had to make room is named.
    async fn must_not_be_evicted(&self) -> Result<(), FetchError> {
        for topic in self.topics.iter().filter(|topic| topic.evicted > 0) {
            for text in self.criterion.found_by_texts() {
                let fetched = topic.consumer.fetch::<Value, Value>(text).await;
                if let Err(evicted @ FetchError::Evicted { .. }) = fetched {
                    return Err(evicted);
                }
            }
        }
        Ok(())
    }

    /// Claims up to `count` wanted events, those of the scenario itself before those of nobody, and gives them in the
    /// order in which they came.
    pub(crate) fn take(&mut self, count: usize) -> Vec<ReceivedEvent> {
        let mut free = self.free();
        free.sort_by_key(|index| (self.owner(&self.candidates[*index]), *index));
        let mut taken: Vec<usize> = free.into_iter().filter(|index| self.claim(*index)).take(count).collect();
        taken.sort_unstable();
        taken.into_iter().map(|index| self.received(index)).collect()
    }

    /// Looks at what came since the last look.
    pub(crate) async fn look(&mut self) -> Result<(), FetchError> {
        self.undecided = None;
        for (index, topic) in self.topics.iter_mut().enumerate() {
            let events = topic.consumer.list(Selector::All, topic.seen_up_to).await?;
            let seen = events.iter().map(|event| &**event);
            self.arrivals.note(topic.consumer.topic(), seen, Instant::now(), &self.claims.borrow());
            if let Some(first) = events.first() {
                // Sequences have no gaps but those of events that had to make room.
                topic.evicted += first.sequence.0.saturating_sub(topic.seen_up_to.0 + 1);
            }
            for event in events {
                let verdict = self.criterion.judge(&topic.consumer, &event, &self.redaction).await;
                if let Verdict::Undecided { why } = verdict {
                    self.undecided = Some(why);
                    break;
                }
                topic.seen_up_to = event.sequence;
                if verdict == Verdict::Fits {
                    self.fitting.push(self.candidates.len());
                }
                self.candidates.push(Candidate { topic: index, event, verdict });
            }
        }
        Ok(())
    }

    /// Waits until something came that was not looked at; `false` when nothing did.
    pub(crate) async fn more_before(&self, until: Instant) -> Result<bool, FetchError> {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(false);
        }
        if self.undecided.is_some() {
            tokio::time::sleep(LOOK_AGAIN.min(left)).await;
            return Ok(true);
        }
        let waits = self.topics.iter().map(|topic| {
            let wanted = Wanted::any().after(topic.seen_up_to);
            Box::pin(topic.consumer.wait_for_raw(wanted, left))
        });
        match select_all(waits).await.0 {
            Ok(_) => Ok(true),
            Err(FetchError::DidNotArrive { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The wanted events that are this scenario's to take.
    fn free(&self) -> Vec<usize> {
        let is_free = |index: &usize| {
            let candidate = &self.candidates[*index];
            self.claimed_by(candidate).is_none() && self.may_take(candidate)
        };
        self.fitting.iter().copied().filter(is_free).collect()
    }

    /// How many events were looked at.
    pub(crate) fn looked_at(&self) -> usize {
        self.candidates.len()
    }

    /// The wanted events that are free or this scenario's already, among those that were looked at after so many; each
    /// with what it is found by.
    pub(crate) fn free_or_own_after(&self, after: usize) -> impl Iterator<Item = (usize, Option<&str>)> {
        let usable = |index: &usize| {
            let candidate = &self.candidates[*index];
            match self.claimed_by(candidate) {
                Some(scenario) => scenario == self.scenario,
                None => self.may_take(candidate),
            }
        };
        let shown = |index: usize| (index, self.candidates[index].event.correlation_id.as_deref());
        let first = self.fitting.partition_point(|index| *index < after);
        self.fitting[first..].iter().copied().filter(move |index| usable(index)).map(shown)
    }

    /// Claims an event, unless a step has it already.
    pub(crate) fn claim(&self, index: usize) -> bool {
        let candidate = &self.candidates[index];
        self.claims.borrow_mut().claim(self.scenario, self.topic_of(candidate), candidate.event.sequence)
    }

    pub(crate) fn received(&self, index: usize) -> ReceivedEvent {
        let candidate = &self.candidates[index];
        ReceivedEvent {
            consumer: self.topics[candidate.topic].consumer.clone(),
            raw: Arc::clone(&candidate.event),
            redaction: self.redaction.clone(),
        }
    }

    fn claimed_by(&self, candidate: &Candidate) -> Option<u64> {
        self.claims.borrow().claimed_by(self.topic_of(candidate), candidate.event.sequence)
    }

    fn may_take(&self, candidate: &Candidate) -> bool {
        self.criterion.takes_others() || self.owner(candidate) != Owner::Other
    }

    fn owner(&self, candidate: &Candidate) -> Owner {
        self.claims.borrow().owner(self.scenario, candidate.event.correlation_id.as_deref())
    }

    fn topic_of(&self, candidate: &Candidate) -> &JournalTopic {
        self.topics[candidate.topic].consumer.topic()
    }
}
