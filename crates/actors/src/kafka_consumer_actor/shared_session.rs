use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use test_probe_kafka::{
    ClientError, ConsumerClientFactory, ConsumerSpec, ConsumerStart, IncomingRecord, ReadinessWatch, SessionControl,
    StreamFailure, TopicStream,
};
use tokio::time::Instant;
use tracing::warn;

#[cfg(test)]
mod tests;

/// One consumer client of a test and, should it fail for good, its successors: one at a time, shared by its topics.
///
/// ```text
/// client 1 ──fails──▶ every topic's stream ends, every actor restarts after its own pause
///                     first actor back: opens client 2 for all topics, where the group stands
///                     the others:       find their streams of client 2
/// ```
///
/// A thin shell over [`succession`]. It lives outside the actors and survives their restarts.
pub(crate) struct SharedSession {
    clients: Arc<dyn ConsumerClientFactory>,
    spec: ConsumerSpec,
    present: RefCell<Present>,
}

/// The client that is open now.
struct Present {
    generation: Generation,
    /// Nothing once the session is closed.
    control: Option<SessionControl>,
    /// The streams that their topics have not taken yet, in the spec's order.
    streams: Vec<Option<TopicStream>>,
}

/// The running number of a client within its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Generation(u64);

/// Where a topic reads on whose stream is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Succession {
    /// From a client that is to be opened now, for all topics.
    Open,
    /// From the present client, which another topic opened.
    Join,
    /// Nowhere: the session is closed.
    Over,
}

/// Decides for a topic that has read the client `read` to its end, while `present` is open.
fn succession(present: Option<Generation>, read: Generation) -> Succession {
    match present {
        None => Succession::Over,
        Some(present) if present > read => Succession::Join,
        Some(_) => Succession::Open,
    }
}

impl SharedSession {
    /// Opens the first client, with one source of records for each of its topics, in the spec's order.
    pub(crate) fn open(
        clients: Arc<dyn ConsumerClientFactory>,
        spec: ConsumerSpec,
    ) -> Result<(Rc<Self>, Vec<TopicSource>), ClientError> {
        let generation = Generation(1);
        let session = clients.open(spec.clone())?;
        let taken = session.streams.iter().map(|_| None).collect();
        let present = Present { generation, control: Some(session.control), streams: taken };
        let shared = Rc::new(Self { clients, spec, present: RefCell::new(present) });
        let source = |(place, stream)| TopicSource {
            session: Rc::clone(&shared),
            place,
            generation,
            stream,
            is_spent: false,
            processed: HashMap::new(),
        };
        let sources = session.streams.into_iter().enumerate().map(source).collect();
        Ok((shared, sources))
    }

    /// What the first client was opened with.
    pub(crate) fn spec(&self) -> &ConsumerSpec {
        &self.spec
    }

    /// Closes the present client, waiting for it until `deadline`, and opens none any more; says whether it closed in
    /// time.
    pub(crate) fn close(&self, deadline: Instant) -> impl Future<Output = bool> + 'static {
        let control = self.present.borrow_mut().control.take();
        async move {
            match control {
                Some(control) => control.close(deadline).await,
                None => true,
            }
        }
    }

    /// Closes the present client without anybody waiting, and opens none any more.
    pub(crate) fn abandon(&self) {
        drop(self.present.borrow_mut().control.take());
    }

    /// The stream at `place` that comes after those of the client `read`.
    fn stream_after(&self, read: Generation, place: usize) -> Result<(Generation, TopicStream), StreamFailure> {
        let mut present = self.present.borrow_mut();
        match succession(present.control.as_ref().map(|_| present.generation), read) {
            Succession::Over => return Err(StreamFailure::Closed),
            Succession::Join => {}
            Succession::Open => self.succeed(&mut present)?,
        }
        let stream = present.streams.get_mut(place).and_then(Option::take).ok_or(StreamFailure::Closed)?;
        Ok((present.generation, stream))
    }

    /// Opens a client in the place of the present one, which closes: its streams are over.
    fn succeed(&self, present: &mut Present) -> Result<(), ClientError> {
        let spec = ConsumerSpec { start: ConsumerStart::Committed, ..self.spec.clone() };
        let session = self.clients.open(spec)?;
        let generation = Generation(present.generation.0 + 1);
        warn!(
            group_id = self.spec.group_id,
            client = generation.0,
            "a consumer client that failed for good has a successor, which reads on where the group stands"
        );
        *present = Present {
            generation,
            control: Some(session.control),
            streams: session.streams.into_iter().map(Some).collect(),
        };
        Ok(())
    }
}

/// One topic's records, whichever client reads them.
///
/// A client that failed may not have committed everything that was processed, so its successor reads some records again.
/// They are let go here, before anybody judges, keeps or counts them twice.
#[derive(Debug)]
pub(crate) struct TopicSource {
    session: Rc<SharedSession>,
    place: usize,
    generation: Generation,
    stream: TopicStream,
    /// Whether the stream ended with a failure that another client may not have.
    is_spent: bool,
    /// The last offset that was processed, by partition.
    processed: HashMap<i32, i64>,
}

impl TopicSource {
    /// What tells when the present client has the topic's partitions.
    pub(crate) fn readiness(&self) -> ReadinessWatch {
        self.stream.readiness()
    }

    /// The record in hand, or the next one. After a failure that helps to reopen, the next call reads on from another
    /// client.
    ///
    /// # Errors
    /// [`StreamFailure`] once the stream is over.
    ///
    /// # Cancellation
    /// Safe: a record that was taken stays in hand.
    pub(crate) async fn next(&mut self) -> Result<Arc<IncomingRecord>, StreamFailure> {
        if self.is_spent {
            (self.generation, self.stream) = self.session.stream_after(self.generation, self.place)?;
            self.is_spent = false;
        }
        loop {
            match self.stream.next().await {
                Ok(record) if self.was_processed(&record) => self.stream.processed(),
                Ok(record) => return Ok(record),
                Err(failure) => {
                    self.is_spent = failure.helps_to_reopen();
                    return Err(failure);
                }
            }
        }
    }

    /// Lets go of the record in hand: it was stored, or skipped on purpose, and may be committed.
    pub(crate) fn processed(&mut self, record: &IncomingRecord) {
        self.processed.insert(record.partition, record.offset);
        self.stream.processed();
    }

    fn was_processed(&self, record: &IncomingRecord) -> bool {
        self.processed.get(&record.partition).is_some_and(|last| record.offset <= *last)
    }
}

impl fmt::Debug for SharedSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedSession").field("group_id", &self.spec.group_id).finish_non_exhaustive()
    }
}
