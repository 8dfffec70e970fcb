use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use actix::dev::OneshotSender;
use test_probe_kafka::StreamFailure;
use tokio::sync::Mutex;

use crate::commands::{
    AwaitConsumedEvents, ConsumedAck, ConsumedNack, ConsumedResult, FetchConsumedEvent, FetchConsumedEvents,
    InternalAdd, InternalAddConfirmed,
};
use crate::error::IoFailure;
use crate::event_store::{ConsumedRecord, EventStore, Selector, Sequence};
use crate::kafka_consumer_actor::shared_session::TopicSource;
use crate::supervision::{Behaviour, Failure, Receive, Reply, Scope};

pub(crate) mod examination;
mod reading;
#[cfg(test)]
mod tests;

pub(crate) use reading::Reading;

/// One consumer topic: keeps the events that its filters want and answers who asks for them.
///
/// Each record is decoded as far as its key, judged, kept through [`InternalAdd`], and only then handed back to be
/// committed. The stream, the kept events and those who wait for one live outside and survive a restart; a record in hand
/// is read again. A client that failed for good fails the actor with [`IoFailure`], and the restarted one reads on from the
/// client's successor; any other end of the stream is the topic's.
///
/// Named `kafka-consumer-streaming-{topic}-{testId}`.
pub struct KafkaConsumerStreamingActor {
    topic: Rc<ConsumedTopic>,
}

/// What outlives the actor's restarts.
pub(crate) struct ConsumedTopic {
    pub(crate) source: Mutex<TopicSource>,
    pub(crate) reading: Reading,
    pub(crate) store: RefCell<EventStore>,
    pub(crate) waiters: RefCell<Vec<Waiter>>,
}

pub(crate) struct Waiter {
    selector: Selector,
    after: Sequence,
    to: OneshotSender<Vec<Arc<ConsumedRecord>>>,
}

impl KafkaConsumerStreamingActor {
    pub(crate) fn new(topic: Rc<ConsumedTopic>) -> Self {
        Self { topic }
    }
}

impl Behaviour for KafkaConsumerStreamingActor {
    const KIND: &'static str = "KafkaConsumerStreamingActor";

    fn started(&mut self, scope: &mut Scope<'_, Self>) -> Result<(), Failure> {
        let (topic, address) = (Rc::clone(&self.topic), scope.address());
        scope.pipe(async move { topic.reading.read(&topic.source, &address).await }, |actor, end, _| match end {
            Some(failure) => Err(actor.failed(failure)),
            None => Ok(()),
        });
        Ok(())
    }
}

impl Receive<InternalAdd> for KafkaConsumerStreamingActor {
    fn receive(
        &mut self,
        InternalAdd { record }: InternalAdd,
        reply: &mut Reply<InternalAddConfirmed>,
        _: &mut Scope<'_, Self>,
    ) -> Result<(), Failure> {
        let correlation_id = record.correlation_id.clone();
        let added = self.topic.store.borrow_mut().add(record);
        // First of all: an event that is kept is not offered again, so whoever waits for it must hear of it now, whatever
        // a journal does.
        self.answer_waiters();
        self.topic.reading.note_evictions(&added.evicted);
        if let Some(kept) = &added.kept {
            self.topic.reading.note_kept(kept);
        }
        reply.send(InternalAddConfirmed { correlation_id });
        Ok(())
    }
}

impl KafkaConsumerStreamingActor {
    fn failed(&self, failure: StreamFailure) -> Failure {
        if !failure.helps_to_reopen() {
            return failure.into();
        }
        let message = format!("the client of topic '{}' failed", self.topic.reading.topic());
        IoFailure { message, cause: Some(Arc::new(failure)) }.into()
    }

    fn answer_waiters(&self) {
        let store = self.topic.store.borrow();
        let mut waiters = self.topic.waiters.borrow_mut();
        let mut index = 0;
        while let Some(waiter) = waiters.get(index) {
            let found = store.after(waiter.after, &waiter.selector);
            if found.is_empty() && !waiter.to.is_closed() {
                index += 1;
                continue;
            }
            // A caller that gave up has dropped its end.
            drop(waiters.swap_remove(index).to.send(found));
        }
    }
}

impl Receive<FetchConsumedEvent> for KafkaConsumerStreamingActor {
    fn receive(
        &mut self,
        FetchConsumedEvent { correlation_id }: FetchConsumedEvent,
        reply: &mut Reply<ConsumedResult>,
        _: &mut Scope<'_, Self>,
    ) -> Result<(), Failure> {
        let store = self.topic.store.borrow();
        reply.send(match store.first(&correlation_id) {
            Some(event) => Ok(ConsumedAck {
                key: event.record.key.clone(),
                value: event.record.value.clone(),
                headers: event.record.headers.clone(),
            }),
            None => Err(ConsumedNack { status: 0, evicted: store.was_evicted(&correlation_id) }),
        });
        Ok(())
    }
}

impl Receive<FetchConsumedEvents> for KafkaConsumerStreamingActor {
    fn receive(
        &mut self,
        FetchConsumedEvents { selector, after }: FetchConsumedEvents,
        reply: &mut Reply<Vec<Arc<ConsumedRecord>>>,
        _: &mut Scope<'_, Self>,
    ) -> Result<(), Failure> {
        reply.send(self.topic.store.borrow().after(after, &selector));
        Ok(())
    }
}

impl Receive<AwaitConsumedEvents> for KafkaConsumerStreamingActor {
    fn receive(
        &mut self,
        AwaitConsumedEvents { selector, after }: AwaitConsumedEvents,
        reply: &mut Reply<Vec<Arc<ConsumedRecord>>>,
        _: &mut Scope<'_, Self>,
    ) -> Result<(), Failure> {
        let found = self.topic.store.borrow().after(after, &selector);
        if !found.is_empty() {
            reply.send(found);
        } else if let Some(to) = reply.take() {
            let mut waiters = self.topic.waiters.borrow_mut();
            waiters.retain(|waiter| !waiter.to.is_closed());
            waiters.push(Waiter { selector, after, to });
        }
        Ok(())
    }
}

impl std::fmt::Debug for KafkaConsumerStreamingActor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KafkaConsumerStreamingActor").field("topic", self.topic.reading.topic()).finish_non_exhaustive()
    }
}
