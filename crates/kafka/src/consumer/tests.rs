use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use test_probe_directives::TopicName;
use tokio::time::Instant;

use super::{Assignment, SessionControl, StreamFailure, TopicFeed, TopicStream, locked};
use crate::{Headers, IncomingRecord, OffsetTracker};

fn record(offset: i64) -> IncomingRecord {
    IncomingRecord {
        topic: TopicName::new("orders").unwrap(),
        partition: 0,
        offset,
        timestamp: None,
        key: None,
        value: None,
        headers: Headers::none(),
    }
}

fn stream() -> (TopicFeed, TopicStream, Arc<Mutex<OffsetTracker>>) {
    let offsets = Arc::new(Mutex::new(OffsetTracker::new(20, Duration::from_secs(10))));
    let (feed, stream) = TopicStream::channel(TopicName::new("orders").unwrap(), 2, Arc::clone(&offsets));
    (feed, stream, offsets)
}

#[tokio::test]
async fn a_record_stays_in_hand_and_uncommitted_until_it_is_processed() {
    let (feed, mut stream, offsets) = stream();
    feed.push(record(7)).unwrap();
    feed.push(record(8)).unwrap();
    assert_eq!(stream.next().await.unwrap().offset, 7);
    assert_eq!(stream.next().await.unwrap().offset, 7, "a reader that failed gets it again");
    assert_eq!(locked(&offsets).take(), []);
    stream.processed();
    assert_eq!(locked(&offsets).take()[0].offset, 8);
    assert_eq!(stream.next().await.unwrap().offset, 8);
}

#[tokio::test]
async fn a_reader_that_is_behind_gives_the_record_back() {
    let (feed, stream, _) = stream();
    feed.push(record(0)).unwrap();
    feed.push(record(1)).unwrap();
    assert_eq!(feed.push(record(2)).unwrap_err().offset, 2);
    drop(stream);
    assert!(feed.is_abandoned());
    feed.push(record(2)).unwrap();
}

#[tokio::test]
async fn a_stream_is_ready_when_its_first_assignment_is_there() {
    let (feed, stream, _) = stream();
    let first = Assignment { start_offsets: BTreeMap::from([(0, 5)]) };
    feed.assigned(first.clone());
    feed.assigned(Assignment { start_offsets: BTreeMap::from([(0, 9)]) });
    assert_eq!(stream.readiness().ready().await.unwrap(), first);
}

#[tokio::test]
async fn what_was_handed_over_is_read_before_the_failure() {
    let (feed, mut stream, _) = stream();
    feed.push(record(0)).unwrap();
    feed.fail(StreamFailure::Fatal { group_id: "test-1".into(), reason: "fenced".into() });
    assert_eq!(stream.next().await.unwrap().offset, 0);
    stream.processed();
    let failure = stream.next().await.unwrap_err().to_string();
    assert_eq!(failure, "the consumer of group 'test-1' failed for good: fenced");
    assert!(stream.readiness().ready().await.is_err());
}

#[tokio::test]
async fn a_client_that_goes_away_closes_its_streams() {
    let (feed, mut stream, _) = stream();
    drop(feed);
    assert!(matches!(stream.readiness().ready().await, Err(StreamFailure::Closed)));
    assert!(matches!(stream.next().await, Err(StreamFailure::Closed)));
}

#[tokio::test(start_paused = true)]
async fn closing_waits_for_the_client_but_not_for_ever() {
    let (control, mut wish, word) = SessionControl::channel();
    let closing = tokio::time::timeout(Duration::from_secs(60), control.close(Instant::now() + Duration::from_secs(2)));
    assert!(!closing.await.unwrap(), "the client never says that it has stopped");
    assert!(*wish.borrow_and_update());

    let (control, _wish, word_2) = SessionControl::channel();
    word_2.send_replace(true);
    assert!(control.close(Instant::now() + Duration::from_secs(2)).await);
    drop(word);
}

#[test]
fn lost_records_are_named_with_what_to_do() {
    let topic = TopicName::new("orders").unwrap();
    let failure = StreamFailure::RecordsLost { topic, partition: 1, expected: 10, found: 15 };
    assert!(failure.to_string().starts_with("records 10 to 14 of 'orders' partition 1 were dropped"), "{failure}");
}
