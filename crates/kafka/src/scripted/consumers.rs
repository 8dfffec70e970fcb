use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use test_probe_directives::{Timestamp, TopicName};
use tokio::sync::watch;

use crate::{
    Assignment, ClientError, ConsumerClientFactory, ConsumerSession, ConsumerSpec, Headers, IncomingRecord, NextOffset,
    OffsetTracker, SessionControl, StreamFailure, TopicFeed, TopicStream,
};

/// A world of scripted consumers: a test feeds each topic by hand.
#[derive(Clone, Debug, Default)]
pub struct ScriptedConsumers {
    shared: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    topics: HashMap<TopicName, ScriptedTopic>,
    specs: Vec<ConsumerSpec>,
    sessions: Vec<watch::Receiver<bool>>,
    assigns: Option<bool>,
    hangs: bool,
    create_error: Option<ClientError>,
}

/// One topic of a scripted consumer.
#[derive(Clone, Debug)]
pub struct ScriptedTopic {
    topic: TopicName,
    feed: Arc<Mutex<Option<TopicFeed>>>,
    offsets: Arc<Mutex<OffsetTracker>>,
    next_offset: Arc<Mutex<i64>>,
}

impl ScriptedConsumers {
    /// A world whose topics are assigned as soon as they are opened.
    pub fn assigning() -> Self {
        let world = Self::default();
        world.state().assigns = Some(true);
        world
    }

    /// A world whose topics wait for [`ScriptedTopic::assign`].
    pub fn joining() -> Self {
        Self::default()
    }

    /// A world whose clients never finish closing.
    pub fn hanging_on_close() -> Self {
        let world = Self::assigning();
        world.state().hangs = true;
        world
    }

    /// The topic, once it was opened.
    pub fn topic(&self, topic: &str) -> Option<ScriptedTopic> {
        self.state().topics.get(topic).cloned()
    }

    /// What clients were opened with.
    pub fn opened(&self) -> Vec<ConsumerSpec> {
        self.state().specs.clone()
    }

    /// How many clients were told to close.
    pub fn closing(&self) -> usize {
        self.state().sessions.iter().filter(|wish| *wish.borrow()).count()
    }

    /// Makes the opening of the next clients fail, or succeed again.
    pub fn fail_opening(&self, error: Option<ClientError>) {
        self.state().create_error = error;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.shared)
    }
}

impl ConsumerClientFactory for ScriptedConsumers {
    fn open(&self, spec: ConsumerSpec) -> Result<ConsumerSession, ClientError> {
        let mut state = self.state();
        if let Some(error) = state.create_error.clone() {
            return Err(error);
        }
        let offsets = Arc::new(Mutex::new(OffsetTracker::new(spec.commit_batch_size, spec.commit_interval)));
        let mut streams = Vec::new();
        for topic in &spec.topics {
            let (feed, stream) = TopicStream::channel(topic.clone(), spec.queue_capacity, Arc::clone(&offsets));
            if state.assigns == Some(true) {
                feed.assigned(Assignment::default());
            }
            let scripted = ScriptedTopic {
                topic: topic.clone(),
                feed: Arc::new(Mutex::new(Some(feed))),
                offsets: Arc::clone(&offsets),
                next_offset: Arc::default(),
            };
            state.topics.insert(topic.clone(), scripted);
            streams.push(stream);
        }
        let (control, wish, word) = SessionControl::channel();
        if !state.hangs {
            word.send_replace(true);
        } else {
            // Whoever waits for this word waits for ever.
            std::mem::forget(word);
        }
        state.sessions.push(wish);
        state.specs.push(spec);
        Ok(ConsumerSession { streams, control })
    }
}

impl ScriptedTopic {
    /// Says that the topic's partitions are assigned.
    pub fn assign(&self) {
        if let Some(feed) = &*locked(&self.feed) {
            feed.assigned(Assignment::default());
        }
    }

    /// Hands over a record of partition 0 with the next offset, which is returned.
    pub fn push(&self, key: Option<&[u8]>, value: Option<&[u8]>, headers: Headers) -> i64 {
        let mut next = locked(&self.next_offset);
        let offset = *next;
        *next += 1;
        self.push_at(offset, key, value, headers);
        offset
    }

    /// Hands over a record with this offset.
    pub fn push_at(&self, offset: i64, key: Option<&[u8]>, value: Option<&[u8]>, headers: Headers) {
        let record = IncomingRecord {
            topic: self.topic.clone(),
            partition: 0,
            offset,
            timestamp: Some(Timestamp::from_millis(offset)),
            key: key.map(<[u8]>::to_vec),
            value: value.map(<[u8]>::to_vec),
            headers,
        };
        if let Some(feed) = &*locked(&self.feed) {
            // A test that feeds more than the queue holds has to read in between.
            drop(feed.push(record));
        }
    }

    /// Ends the topic's stream.
    pub fn fail(&self, failure: StreamFailure) {
        if let Some(feed) = locked(&self.feed).take() {
            feed.fail(failure);
        }
    }

    /// What may be committed now, and was not yet taken.
    pub fn take_processed(&self) -> Vec<NextOffset> {
        let processed = locked(&self.offsets).take();
        processed.into_iter().filter(|next| next.topic == self.topic).collect()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
