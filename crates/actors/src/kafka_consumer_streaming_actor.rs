use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use actix::dev::OneshotSender;
use test_probe_kafka::TopicStream;
use tokio::sync::Mutex;

use crate::commands::{
    AwaitConsumedEvents, ConsumedAck, ConsumedNack, ConsumedResult, FetchConsumedEvent, FetchConsumedEvents,
    InternalAdd, InternalAddConfirmed,
};
use crate::event_store::{ConsumedRecord, EventStore, Selector, Sequence};
use crate::supervision::{Behaviour, Failure, Receive, Reply, Scope};

pub(crate) mod examination;
mod reading;
#[cfg(test)]
mod tests;

pub(crate) use reading::Reading;

/// One consumer topic: keeps the events that its filters want and answers who asks for them.
///
/// Each record is decoded as far as its key, judged, kept through [`InternalAdd`], and only then handed back to be
/// committed. The stream and the kept events live outside and survive a restart; a record in hand is read again.
///
/// Named `kafka-consumer-streaming-{topic}-{testId}`.
pub struct KafkaConsumerStreamingActor {
    topic: Rc<ConsumedTopic>,
}

/// What outlives the actor's restarts.
pub(crate) struct ConsumedTopic {
    pub(crate) stream: Mutex<TopicStream>,
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
        scope.pipe(async move { topic.reading.read(&topic.stream, &address).await }, |_, end, _| match end {
            Some(failure) => Err(failure.into()),
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
        self.topic.reading.note_evictions(&added.evicted);
        if let Some(kept) = &added.kept {
            self.topic.reading.note_kept(kept);
            self.answer_waiters();
        }
        reply.send(InternalAddConfirmed { correlation_id });
        Ok(())
    }
}

impl KafkaConsumerStreamingActor {
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
