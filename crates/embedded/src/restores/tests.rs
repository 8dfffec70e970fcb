use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("part {0} stays away")]
struct StaysAway(u8, #[source] Option<Cause>);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("its port is taken")]
struct Cause;

fn restores() -> Restores<StaysAway> {
    Restores::start().unwrap()
}

fn failing(part: u8) -> Restore<StaysAway> {
    Box::new(move || Err(StaysAway(part, None)))
}

fn counting() -> (Arc<AtomicUsize>, impl Fn() -> Restore<StaysAway>) {
    let count = Arc::new(AtomicUsize::new(0));
    let inner = Arc::clone(&count);
    let restore = move || -> Restore<StaysAway> {
        let count = Arc::clone(&inner);
        Box::new(move || {
            count.fetch_add(1, Ordering::SeqCst);
            Ok(())
        })
    };
    (count, restore)
}

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn an_outage_ends_by_itself_and_no_earlier() {
    let restores = restores();
    let (count, restore) = counting();
    let (told, over) = mpsc::channel();
    let begun = Instant::now();
    restores.after(HOUR, restore());
    let tell = move || {
        told.send(Instant::now()).unwrap();
        Ok(())
    };
    restores.after(Duration::from_millis(20), Box::new(tell));
    assert!(over.recv().unwrap() - begun >= Duration::from_millis(20));
    assert_eq!(count.load(Ordering::SeqCst), 0, "the other outage lasts an hour");
}

#[test]
fn all_outages_can_be_ended_at_once_and_end_with_the_world() {
    let restores = restores();
    let (count, restore) = counting();
    restores.after(HOUR, restore());
    restores.after(HOUR, restore());
    assert_eq!(restores.all_now(), []);
    assert_eq!(count.load(Ordering::SeqCst), 2);
    restores.after(HOUR, restore());
    drop(restores);
    assert_eq!(count.load(Ordering::SeqCst), 3);
}

#[test]
fn what_does_not_come_back_is_told_once_and_the_rest_still_does() {
    let restores = restores();
    let (count, restore) = counting();
    restores.after(HOUR, failing(1));
    restores.after(HOUR, restore());
    restores.after(HOUR, failing(2));
    assert_eq!(restores.all_now(), [StaysAway(1, None), StaysAway(2, None)]);
    assert_eq!(count.load(Ordering::SeqCst), 1);
    assert_eq!(restores.all_now(), []);
}

#[test]
fn what_did_not_come_back_by_itself_is_told_when_somebody_asks() {
    let restores = restores();
    let (told, over) = mpsc::channel();
    let fail = move || {
        told.send(()).unwrap();
        Err(StaysAway(1, None))
    };
    restores.after(Duration::ZERO, Box::new(fail));
    over.recv().unwrap();
    assert_eq!(restores.all_now(), [StaysAway(1, None)]);
}

#[test]
fn several_errors_are_one_text_with_their_causes() {
    assert_eq!(as_one(Vec::<u8>::new(), |_| 0), Ok(()));
    assert_eq!(as_one(vec![7], |_| 0), Err(7));
    assert_eq!(as_one(vec![1, 2, 3], |all| if all == [1, 2, 3] { 9 } else { 0 }), Err(9));
    let errors = [StaysAway(1, Some(Cause)), StaysAway(2, None)];
    assert_eq!(AllTold(&errors).to_string(), "part 1 stays away: its port is taken; part 2 stays away");
}
