use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use actix::Message;
use tokio::time::Instant;

use super::*;
use crate::supervision::{Child, Failure, Jitter, Receive, Reply, Request, Scope, Surroundings, Unobserved, supervise};
use crate::test_rig::{paused, settle};

/// What a topic meets.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "()")]
enum Meet {
    Panic,
    IoFailure,
    Anything,
}

impl Request for Meet {}

#[derive(Debug, thiserror::Error)]
#[error("something else")]
struct SomethingElse;

struct Topic;

impl Behaviour for Topic {
    const KIND: &'static str = "Topic";
}

impl Receive<Meet> for Topic {
    fn receive(&mut self, meet: Meet, _: &mut Reply<()>, _: &mut Scope<'_, Self>) -> Result<(), Failure> {
        match meet {
            Meet::Panic => panic!("boom"),
            Meet::IoFailure => Err(IoFailure { message: "the client failed".into(), cause: None }.into()),
            Meet::Anything => Err(SomethingElse.into()),
        }
    }
}

const SUPERVISION: StreamingSupervision = StreamingSupervision {
    max_restarts: 2,
    restart_time_range: Duration::from_secs(60),
    backoff: Backoff { min: Duration::from_millis(100), max: Duration::from_secs(10), random_factor: 0.5 },
};

/// A topic's actor, and when its values were made.
struct Rig {
    child: Child<Topic>,
    made: Rc<RefCell<Vec<Instant>>>,
}

impl Rig {
    async fn new() -> Self {
        let made = Rc::new(RefCell::new(Vec::new()));
        let factory = {
            let made = Rc::clone(&made);
            move || {
                made.borrow_mut().push(Instant::now());
                Ok(Topic)
            }
        };
        // A stretch of half the factor: pauses are 1.25 times as long.
        let surroundings = Surroundings { observer: Arc::new(Unobserved), jitter: Jitter::fixed(0.5) };
        let child = SUPERVISION.around(supervise(factory).named("topic")).start(&surroundings);
        settle().await;
        Self { child, made }
    }

    /// Meets it and says how long the next value took to come, in milliseconds; how the actor ended where none came.
    async fn meet(&self, what: Meet) -> Result<u128, String> {
        let (begun, values) = (Instant::now(), self.made.borrow().len());
        assert!(self.child.address().send(what).await.is_err(), "the failing message is not answered");
        tokio::select! {
            end = self.child.ended() => Err(end.to_string()),
            () = async { while self.made.borrow().len() == values { tokio::time::sleep(Duration::from_millis(1)).await } } => {
                Ok((self.made.borrow()[values] - begun).as_millis())
            }
        }
    }
}

#[test]
fn panics_are_judged_inside_and_io_failures_outside() {
    let around = format!("{:?}", SUPERVISION.around(supervise(|| Ok(Topic))));
    let (inner, outer) = (around.find("backoff: None").unwrap(), around.find("backoff: Some").unwrap());
    assert!(inner < outer && around.matches("backoff").count() == 2, "{around}");
}

#[test]
fn a_panic_restarts_at_once_up_to_the_limit_and_stops_over_it() {
    paused(async {
        let rig = Rig::new().await;
        assert_eq!(rig.meet(Meet::Panic).await, Ok(0));
        assert_eq!(rig.meet(Meet::Panic).await, Ok(0));
        assert_eq!(rig.meet(Meet::Panic).await, Err("failed: panicked: boom".into()));
    });
}

#[test]
fn an_io_failure_restarts_after_a_growing_pause_up_to_the_limit_and_stops_over_it() {
    paused(async {
        let rig = Rig::new().await;
        let pauses = [rig.meet(Meet::IoFailure).await, rig.meet(Meet::IoFailure).await];
        assert!(matches!(pauses, [Ok(125..=127), Ok(250..=252)]), "{pauses:?}");
        assert_eq!(rig.meet(Meet::IoFailure).await, Err("failed: the client failed".into()));
    });
}

#[test]
fn each_sort_of_failure_has_a_limit_of_its_own() {
    paused(async {
        let rig = Rig::new().await;
        for meet in [Meet::Panic, Meet::IoFailure, Meet::Panic, Meet::IoFailure] {
            assert!(rig.meet(meet).await.is_ok(), "{meet:?}");
        }
        assert!(rig.meet(Meet::Panic).await.is_err());
    });
}

#[test]
fn the_limit_counts_the_restarts_of_the_range_and_forgets_older_ones() {
    paused(async {
        let rig = Rig::new().await;
        for _ in 0..2 {
            rig.meet(Meet::IoFailure).await.unwrap();
        }
        tokio::time::advance(SUPERVISION.restart_time_range).await;
        let pause = rig.meet(Meet::IoFailure).await;
        assert!(matches!(pause, Ok(125..=127)), "the pause begins small again: {pause:?}");
    });
}

#[test]
fn whatever_else_fails_stops_the_topic_at_once() {
    paused(async {
        let rig = Rig::new().await;
        assert_eq!(rig.meet(Meet::Anything).await, Err("failed: something else".into()));
    });
}
