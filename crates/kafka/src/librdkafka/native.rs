//! The only module of the project that may say `unsafe`: what librdkafka knows and the `rdkafka` crate does not pass on.
//!
//! Reviewed rule: every block calls one C function with a pointer that the `rdkafka` crate keeps alive, and says why.
#![allow(unsafe_code, reason = "the one reviewed door to librdkafka's C interface")]

use rdkafka::message::BorrowedMessage;
use rdkafka_sys::bindings::{rd_kafka_message_status, rd_kafka_msg_status_t};

/// What librdkafka knows about a record that was not acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Persistence {
    /// It never left, or the broker refused it.
    NotPersisted,
    /// It was sent, and no answer came.
    PossiblyPersisted,
    /// It is on the topic.
    Persisted,
}

/// The persistence of a record, as of its delivery report.
pub(super) fn persistence(report: &BorrowedMessage<'_>) -> Persistence {
    // SAFETY: `ptr` is the `rd_kafka_message_t` of a delivery report; `report` holds the event that owns it for as long
    // as it is borrowed here, and the function only reads a field of it.
    let status = unsafe { rd_kafka_message_status(report.ptr()) };
    match status {
        rd_kafka_msg_status_t::RD_KAFKA_MSG_STATUS_NOT_PERSISTED => Persistence::NotPersisted,
        rd_kafka_msg_status_t::RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED => Persistence::PossiblyPersisted,
        rd_kafka_msg_status_t::RD_KAFKA_MSG_STATUS_PERSISTED => Persistence::Persisted,
    }
}
