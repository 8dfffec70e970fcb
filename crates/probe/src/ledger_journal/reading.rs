use std::collections::HashMap;

use serde_json::Value;
use test_probe_actors::framing::{framed_key, framed_value};
use test_probe_actors::journal::JournalTopic;
use test_probe_directives::KeyFormat;
use test_probe_encoding::{DecodeError, SerdesFactory};
use test_probe_evidence::{EventPayload, Ledger, PayloadPart};
use test_probe_kafka::Headers;
use test_probe_scenarios::CancellationToken;
use tokio::sync::mpsc;

/// How many events may wait for their schema. Those beyond are written as bytes at once.
const MOST_UNREAD: usize = 10_000;

/// How a topic's keys and values are shown.
pub(crate) struct TopicReading {
    pub(crate) key: KeyFormat,
    pub(crate) serdes: Option<SerdesFactory>,
}

/// Shows events as a person can read them: decoded where that is possible, as bytes otherwise. A value whose schema is
/// not known yet waits beside the journal until the registry has answered, since whoever journals must not wait.
pub(super) struct Readings {
    topics: HashMap<JournalTopic, TopicReading>,
    later: mpsc::Sender<Unread>,
}

/// An event whose value could not be read yet.
struct Unread {
    serdes: SerdesFactory,
    bytes: Vec<u8>,
    headers: Headers,
    payload: EventPayload,
}

/// Reads what had to wait, and writes it.
pub(crate) struct LateReader {
    unread: mpsc::Receiver<Unread>,
    ledger: Ledger,
    patience: Patience,
}

/// How long the late reader goes on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Patience {
    /// From then on no event comes any more, whoever still holds the journal.
    pub(crate) over: CancellationToken,
    /// From then on nobody is asked any more.
    pub(crate) hurry: CancellationToken,
}

impl Readings {
    pub(super) fn new(
        topics: HashMap<JournalTopic, TopicReading>,
        ledger: Ledger,
        patience: Patience,
    ) -> (Self, LateReader) {
        let (later, unread) = mpsc::channel(MOST_UNREAD);
        (Self { topics, later }, LateReader { unread, ledger, patience })
    }

    pub(super) fn key(&self, topic: &JournalTopic, bytes: Option<&[u8]>, headers: &Headers) -> PayloadPart {
        let Some(bytes) = bytes else { return PayloadPart::Absent };
        let decoded = self.topics.get(topic).and_then(|reading| {
            let serdes = reading.serdes.as_ref()?;
            serdes.decode_key_json(reading.key, framed_key(bytes, headers)).ok()
        });
        decoded.map_or_else(|| PayloadPart::Bytes(bytes.to_vec()), PayloadPart::Json)
    }

    /// Writes the event with its value, now or when it can be read.
    pub(super) fn record(
        &self,
        ledger: &Ledger,
        topic: &JournalTopic,
        value: Option<&[u8]>,
        headers: &Headers,
        payload: EventPayload,
    ) {
        let Some(bytes) = value else { return ledger.record_payload(payload) };
        let serdes = self.topics.get(topic).and_then(|reading| reading.serdes.as_ref());
        let value = match serdes.map(|serdes| (serdes, serdes.decode_value_json(framed_value(bytes, headers)))) {
            Some((_, Ok(value))) => PayloadPart::Json(value),
            Some((serdes, Err(DecodeError::Unresolved(_)))) => {
                let unread =
                    Unread { serdes: serdes.clone(), bytes: bytes.to_vec(), headers: headers.clone(), payload };
                match self.later.try_send(unread) {
                    Ok(()) => return,
                    Err(mpsc::error::TrySendError::Full(unread) | mpsc::error::TrySendError::Closed(unread)) => {
                        return ledger.record_payload(unread.into_bytes());
                    }
                }
            }
            Some((_, Err(_))) | None => PayloadPart::Bytes(bytes.to_vec()),
        };
        ledger.record_payload(EventPayload { value, ..payload });
    }
}

impl LateReader {
    /// Goes on until the journal is gone, or the run over, and everything is written; or until it is to hurry, when what
    /// waits is written as bytes.
    pub(crate) async fn run(mut self) {
        let Patience { over, hurry } = self.patience;
        loop {
            let unread = tokio::select! {
                unread = self.unread.recv() => unread,
                () = over.cancelled(), if !self.unread.is_closed() => {
                    // What comes all the same is written as bytes by whoever journals it.
                    self.unread.close();
                    continue;
                }
                () = hurry.cancelled() => self.unread.try_recv().ok(),
            };
            let Some(unread) = unread else { break };
            let value = tokio::select! {
                value = unread.read() => value,
                () = hurry.cancelled() => None,
            };
            self.ledger.record_payload(match value {
                Some(value) => EventPayload { value: PayloadPart::Json(value), ..unread.payload },
                None => unread.into_bytes(),
            });
        }
    }
}

impl Unread {
    async fn read(&self) -> Option<Value> {
        if let Err(DecodeError::Unresolved(request)) =
            self.serdes.decode_value_json(framed_value(&self.bytes, &self.headers))
        {
            self.serdes.resolve(&request).await.ok()?;
        }
        self.serdes.decode_value_json(framed_value(&self.bytes, &self.headers)).ok()
    }

    fn into_bytes(self) -> EventPayload {
        EventPayload { value: PayloadPart::Bytes(self.bytes), ..self.payload }
    }
}
