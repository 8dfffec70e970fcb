use rdkafka::message::{BorrowedMessage, Headers as _};
use rdkafka::{Message, Timestamp as NativeTimestamp};
use test_probe_directives::{Timestamp, TopicName};

use crate::{Headers, IncomingRecord};

/// Copies a record out of librdkafka's memory. A topic with a name that Kafka does not allow cannot come.
pub(super) fn detach(message: &BorrowedMessage<'_>) -> Option<IncomingRecord> {
    let headers = message.headers().map_or_else(Headers::none, |headers| {
        headers.iter().map(|header| (header.key, header.value.unwrap_or_default())).collect()
    });
    let timestamp = match message.timestamp() {
        NativeTimestamp::NotAvailable => None,
        NativeTimestamp::CreateTime(millis) | NativeTimestamp::LogAppendTime(millis) => {
            Some(Timestamp::from_millis(millis))
        }
    };
    Some(IncomingRecord {
        topic: TopicName::new(message.topic()).ok()?,
        partition: message.partition(),
        offset: message.offset(),
        timestamp,
        key: message.key().map(<[u8]>::to_vec),
        value: message.payload().map(<[u8]>::to_vec),
        headers,
    })
}
