use std::error::Error;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use test_probe_directives::Secret;

use super::*;

fn identity() -> TokenIdentity {
    TokenIdentity {
        endpoint: "https://identity.example/token".into(),
        client_id: "orders".into(),
        scope: String::new(),
        fingerprint: "f".into(),
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

/// A token whose every part says its number.
fn token(number: i64) -> BearerToken {
    BearerToken::new(Secret::new(format!("token {number}")), format!("principal {number}"), at(number), at(number + 10))
}

fn failure() -> Arc<TokenError> {
    let identity = Arc::new(identity());
    Arc::new(TokenError::Malformed { identity, reason: "its body is empty".into(), fix: "check it" })
}

/// What a subscription was told: the number of the token, and whether there was a failure.
type Told = Arc<Mutex<Vec<(Option<i64>, bool)>>>;

fn number(state: &TokenState) -> Option<i64> {
    state.token.as_ref().map(|token| token.text().expose().strip_prefix("token ").unwrap().parse().unwrap())
}

fn listen(cell: &TokenCell) -> (Told, TokenSubscription) {
    let told = Told::default();
    let tell = Arc::clone(&told);
    let subscription = cell.subscribe(move |state| tell.lock().unwrap().push((number(state), state.failure.is_some())));
    (told, subscription)
}

#[test]
fn an_empty_cell_says_that_nothing_was_given_yet() {
    let (writer, cell) = TokenWriter::new(identity());
    assert!(!cell.is_valid(at(0)));
    let unavailable = cell.token(at(0)).unwrap_err();
    assert_eq!(
        unavailable.to_string(),
        "there is no valid token of orders at https://identity.example/token: none was given yet"
    );
    assert!(unavailable.source().is_none());
    writer.fail(failure());
    let unavailable = cell.token(at(0)).unwrap_err();
    assert!(unavailable.source().unwrap().to_string().contains("its body is empty"));
    assert_eq!(cell.identity(), &identity());
}

#[test]
fn a_token_is_given_until_the_moment_it_ends() {
    let (writer, cell) = TokenWriter::new(identity());
    writer.put(token(1));
    assert_eq!(cell.token(at(5)).unwrap().text().expose(), "token 1");
    let last = Timestamp::from_micros(at(11).as_micros() - 1);
    assert!(cell.is_valid(last) && cell.token(last).is_ok());
    assert!(!cell.is_valid(at(11)));
    let unavailable = cell.token(at(11)).unwrap_err();
    assert_eq!(unavailable.expired_at, Some(at(11)));
    assert_eq!(
        unavailable.to_string(),
        "there is no valid token of orders at https://identity.example/token: the last one ended at \
         1970-01-01T00:00:11.000000Z, and no new one was given"
    );
    assert!(cell.state().token.is_some(), "it stays when it has ended");
}

#[test]
fn a_failure_keeps_the_token_and_a_new_token_forgets_the_failure() {
    let (writer, cell) = TokenWriter::new(identity());
    writer.put(token(1));
    writer.fail(failure());
    assert!(cell.token(at(5)).is_ok());
    assert!(cell.state().failure.is_some());
    writer.put(token(2));
    assert_eq!(number(&cell.state()), Some(2));
    assert!(cell.state().failure.is_none());
    assert_eq!(number(&writer.cell().state()), Some(2), "it is the same cell");
}

#[test]
fn who_subscribes_is_told_at_once_and_of_each_change_in_order() {
    let (writer, cell) = TokenWriter::new(identity());
    let (first, _first) = listen(&cell);
    assert_eq!(*first.lock().unwrap(), [(None, false)]);
    writer.put(token(1));
    let (second, _second) = listen(&cell);
    writer.fail(failure());
    writer.put(token(2));
    assert_eq!(*first.lock().unwrap(), [(None, false), (Some(1), false), (Some(1), true), (Some(2), false)]);
    assert_eq!(*second.lock().unwrap(), [(Some(1), false), (Some(1), true), (Some(2), false)]);
}

#[test]
fn subscriptions_are_told_in_the_order_in_which_they_came() {
    let (writer, cell) = TokenWriter::new(identity());
    let order = Arc::<Mutex<Vec<u32>>>::default();
    let listen = |number| {
        let order = Arc::clone(&order);
        cell.subscribe(move |_| order.lock().unwrap().push(number))
    };
    let (first, second, third) = (listen(1), listen(2), listen(3));
    order.lock().unwrap().clear();
    writer.put(token(1));
    drop(second);
    writer.put(token(2));
    assert_eq!(*order.lock().unwrap(), [1, 2, 3, 1, 3]);
    drop((first, third));
}

#[test]
fn nothing_is_told_once_a_subscription_is_dropped() {
    let (writer, cell) = TokenWriter::new(identity());
    let (dropped, subscription) = listen(&cell);
    let (kept, _kept) = listen(&cell);
    drop(subscription);
    writer.put(token(1));
    assert_eq!(*dropped.lock().unwrap(), [(None, false)]);
    assert_eq!(kept.lock().unwrap().len(), 2);
    assert_eq!(Arc::strong_count(&dropped), 1, "its function is gone too");
}

#[test]
fn a_subscription_that_is_dropped_waits_for_the_call_that_is_under_way() {
    let (writer, cell) = TokenWriter::new(identity());
    let (is_told, is_over) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (telling, over) = (Arc::clone(&is_told), Arc::clone(&is_over));
    let subscription = cell.subscribe(move |state| {
        if state.token.is_some() {
            telling.store(true, Ordering::SeqCst);
            for _ in 0..1000 {
                thread::yield_now();
            }
            over.store(true, Ordering::SeqCst);
        }
    });
    thread::scope(|scope| {
        scope.spawn(|| writer.put(token(1)));
        while !is_told.load(Ordering::SeqCst) {
            thread::yield_now();
        }
        drop(subscription);
        assert!(is_over.load(Ordering::SeqCst));
    });
}

#[test]
fn a_function_that_panics_leaves_the_cell_usable_and_the_others_told() {
    let (writer, cell) = TokenWriter::new(identity());
    let subscription = cell.subscribe(|state| assert!(state.token.is_none(), "as planned"));
    let (other, _other_subscription) = listen(&cell);
    let panicked = thread::scope(|scope| scope.spawn(|| writer.put(token(1))).join().is_err());
    assert!(panicked);
    assert_eq!(number(&cell.state()), Some(1));
    assert_eq!(other.lock().unwrap().last(), Some(&(Some(1), false)));
    drop(subscription);
    let (told, _subscription) = listen(&cell);
    writer.put(token(2));
    assert_eq!(told.lock().unwrap().last(), Some(&(Some(2), false)));
}

#[test]
fn the_writer_knows_whether_anybody_reads() {
    let (writer, cell) = TokenWriter::new(identity());
    assert!(writer.has_readers());
    let clone = cell.clone();
    drop(cell);
    assert!(writer.has_readers());
    let subscription = clone.subscribe(|_| {});
    drop(clone);
    assert!(writer.has_readers(), "a subscription reads");
    drop(subscription);
    assert!(!writer.has_readers());
    let again = writer.cell();
    assert!(writer.has_readers());
    drop(again);
    assert!(!writer.has_readers());
}

#[test]
fn readers_never_see_half_of_a_change_nor_an_old_state_after_a_new_one() {
    const CHANGES: i64 = 20_000;
    let (writer, cell) = TokenWriter::new(identity());
    let (told, _subscription) = listen(&cell);
    let is_over = AtomicBool::new(false);
    let seen = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let mut last = 0;
                while !is_over.load(Ordering::Relaxed) {
                    let state = cell.state();
                    let Some(token) = &state.token else { continue };
                    let number = number(&state).unwrap();
                    assert_eq!(token.principal(), format!("principal {number}"));
                    assert_eq!((token.obtained_at(), token.expires_at()), (at(number), at(number + 10)));
                    // Every odd one is followed by a failure, and every even one by none.
                    assert!(state.failure.is_none() || number % 2 == 1);
                    assert!(number >= last);
                    last = number;
                    // A later token may be there by now.
                    assert!(cell.token(at(number)).is_ok());
                    seen.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                let (told, subscription) = listen(&cell);
                drop(subscription);
                assert!(!told.lock().unwrap().is_empty());
            }
        });
        let failure = failure();
        for number in 1..=CHANGES {
            writer.put(token(number));
            if number % 2 == 1 {
                writer.fail(Arc::clone(&failure));
            }
            if number == CHANGES / 2 {
                // Even on one core the readers have read by then.
                while seen.load(Ordering::Relaxed) == 0 {
                    thread::yield_now();
                }
            }
        }
        is_over.store(true, Ordering::Relaxed);
    });
    let told = told.lock().unwrap();
    assert_eq!(told.len(), usize::try_from(CHANGES * 3 / 2 + 1).unwrap());
    assert!(told.is_sorted());
}

#[test]
fn nothing_of_a_token_is_printed() {
    let (writer, cell) = TokenWriter::new(identity());
    writer.put(token(1));
    let shown = format!("{writer:?} {cell:#?} {:?} {:?}", cell.subscribe(|_| {}), cell.token(at(99)));
    assert!(!shown.contains("token 1"), "{shown}");
    assert!(shown.contains("principal 1"));
}
