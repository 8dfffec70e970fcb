//! What supervision promises, on paused time: one actor that does what it is told, and what is seen of it from outside.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix::{Actor, Addr, Context, Handler, Message};
use tokio::time::{Instant, advance};

use super::*;
use crate::test_rig::child_rig::logged;
use crate::test_rig::{paused, settle};

#[derive(Debug, thiserror::Error)]
#[error("bad argument")]
struct Argument;

#[derive(Debug, thiserror::Error)]
#[error("i/o")]
struct Io;

/// What the probe actor does with a message.
#[derive(Clone, Copy, Debug)]
enum Do {
    Count,
    Fail,
    FailIo,
    Panic,
    AnswerThenPanic,
    PanicInFuture,
    PanicInPipe,
    Spawn,
    TellFutures,
    StopYourself,
}

#[derive(Debug)]
struct Tell(Do);

impl Message for Tell {
    type Result = Result<usize, String>;
}

impl Request for Tell {
    fn refused(refusal: Refusal<'_>) -> Option<Self::Result> {
        Some(Err(match refusal {
            Refusal::Failed(failure) => format!("failed: {failure}"),
            Refusal::Stopping => "stopping".to_owned(),
        }))
    }
}

/// Where a hook of the probe actor panics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weak {
    Nowhere,
    Started,
    Restarting,
    Stopped,
    Draining,
    Drain,
    Drop,
}

struct Counter {
    counted: usize,
    weak: Weak,
    life: Life,
    drains_for: Duration,
}

type Life = Rc<RefCell<Vec<&'static str>>>;

impl Behaviour for Counter {
    const KIND: &'static str = "Counter";

    fn started(&mut self, _: &mut Scope<'_, Self>) -> Result<(), Failure> {
        self.life.borrow_mut().push("started");
        assert_ne!(self.weak, Weak::Started, "weak");
        Ok(())
    }
    fn restarting(&mut self, _: &Failure) {
        self.life.borrow_mut().push("restarting");
        assert_ne!(self.weak, Weak::Restarting, "weak");
    }
    fn draining(&mut self, _: Instant, _: &mut Scope<'_, Self>) -> Drain {
        self.life.borrow_mut().push("draining");
        assert_ne!(self.weak, Weak::Draining, "weak");
        let (weak, drains_for, life) = (self.weak, self.drains_for, Rc::clone(&self.life));
        Box::pin(async move {
            tokio::time::sleep(drains_for).await;
            assert_ne!(weak, Weak::Drain, "weak");
            life.borrow_mut().push("drained");
        })
    }
    fn stopped(&mut self) {
        self.life.borrow_mut().push("stopped");
        assert_ne!(self.weak, Weak::Stopped, "weak");
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        assert!(self.weak != Weak::Drop || std::thread::panicking(), "weak");
    }
}

impl Receive<Tell> for Counter {
    fn receive(
        &mut self,
        Tell(what): Tell,
        reply: &mut Reply<Result<usize, String>>,
        scope: &mut Scope<'_, Self>,
    ) -> Result<(), Failure> {
        match what {
            Do::Count => self.counted += 1,
            Do::Fail => return Err(Argument.into()),
            Do::FailIo => return Err(Io.into()),
            Do::Panic => panic!("boom"),
            Do::AnswerThenPanic => {
                reply.send(Ok(0));
                panic!("boom")
            }
            Do::PanicInFuture => scope.spawn(async { panic!("in a future") }),
            Do::PanicInPipe => scope.pipe(async { 7 }, |_, seven, _| panic!("in a pipe after {seven}")),
            Do::Spawn => scope.spawn(tokio::task::yield_now()),
            Do::TellFutures => {
                reply.send(Ok(scope.running_futures()));
                return Ok(());
            }
            Do::StopYourself => scope.stop(Duration::from_secs(1)),
        }
        reply.send(Ok(self.counted));
        Ok(())
    }
}

/// Hears of the tree, and of one child's end as its watcher.
#[derive(Default)]
struct Witness(Mutex<Vec<String>>);

impl Witness {
    fn note(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }
    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl SupervisionObserver for Witness {
    fn restarted(&self, kind: &'static str, name: &str, failure: &Failure) {
        self.note(format!("{kind} {name} restarted: {failure}"));
    }
    fn resumed(&self, kind: &'static str, name: &str, failure: &Failure) {
        self.note(format!("{kind} {name} resumed: {failure}"));
    }
    fn ended(&self, kind: &'static str, name: &str, termination: &Termination) {
        self.note(format!("{kind} {name} ended {termination}"));
    }
    fn dead_letter(&self, kind: &'static str, name: &str) {
        self.note(format!("{kind} {name} dead letter"));
    }
}

struct Watcher(Arc<Mutex<Vec<String>>>);

impl Actor for Watcher {
    type Context = Context<Self>;
}

impl Handler<Terminated> for Watcher {
    type Result = ();
    fn handle(&mut self, Terminated { child, termination }: Terminated, _: &mut Context<Self>) {
        self.0.lock().unwrap().push(format!("{child} {termination}"));
    }
}

struct Rig {
    child: Child<Counter>,
    life: Life,
    made: Rc<RefCell<usize>>,
    witness: Arc<Witness>,
    ends: Arc<Mutex<Vec<String>>>,
}

impl Rig {
    fn new(supervise: impl FnOnce(Supervise<Counter>) -> Supervise<Counter>) -> Self {
        Self::with(Weak::Nowhere, Duration::ZERO, supervise)
    }

    fn with(
        weak: Weak,
        drains_for: Duration,
        supervised: impl FnOnce(Supervise<Counter>) -> Supervise<Counter>,
    ) -> Self {
        let (life, made, witness, ends) =
            (Life::default(), Rc::new(RefCell::new(0)), Arc::new(Witness::default()), Arc::default());
        let factory = {
            let (life, made) = (Rc::clone(&life), Rc::clone(&made));
            move || {
                *made.borrow_mut() += 1;
                Ok(Counter { counted: 0, weak, life: Rc::clone(&life), drains_for })
            }
        };
        let watcher = Watcher(Arc::clone(&ends)).start();
        let surroundings =
            Surroundings { observer: Arc::clone(&witness) as Arc<dyn SupervisionObserver>, jitter: Jitter::fixed(0.0) };
        let child =
            supervised(supervise(factory).named("counter")).watched_by(watcher.recipient()).start(&surroundings);
        Self { child, life, made, witness, ends }
    }

    fn address(&self) -> Addr<Supervised<Counter>> {
        self.child.address().clone()
    }

    async fn tell(&self, what: Do) -> Result<usize, String> {
        self.address().send(Tell(what)).await.unwrap_or_else(|closed| Err(closed.to_string()))
    }

    async fn stop(&self, within: Duration) -> Option<Termination> {
        self.child.stop(Instant::now() + within).await
    }

    fn life(&self) -> Vec<&'static str> {
        self.life.borrow().clone()
    }

    async fn ends(&self) -> Vec<String> {
        settle().await;
        self.ends.lock().unwrap().clone()
    }
}

const MINUTE: Duration = Duration::from_secs(60);

fn restarting(supervised: Supervise<Counter>) -> Supervise<Counter> {
    supervised
        .on_failure::<Argument>(Strategy::restart().with_limit(3, MINUTE))
        .on_failure::<Panicked>(Strategy::restart().with_limit(3, MINUTE))
}

#[test]
fn a_restart_makes_a_new_value_behind_the_same_address_and_answers_the_message_that_failed() {
    paused(async {
        let rig = Rig::new(restarting);
        assert_eq!((rig.tell(Do::Count).await, rig.tell(Do::Count).await), (Ok(1), Ok(2)));
        assert_eq!(rig.tell(Do::Fail).await, Err("failed: bad argument".into()));
        assert_eq!(rig.tell(Do::Count).await, Ok(1), "the old count is gone");
        assert_eq!((rig.life(), *rig.made.borrow()), (vec!["started", "restarting", "started"], 2));
        assert_eq!(rig.witness.lines(), ["Counter counter restarted: bad argument"]);
        assert!(rig.ends().await.is_empty());
    });
}

#[test]
fn resume_keeps_the_value() {
    paused(async {
        let rig = Rig::new(|supervised| supervised.on_failure::<Argument>(Strategy::resume()));
        assert_eq!(rig.tell(Do::Count).await, Ok(1));
        assert_eq!(rig.tell(Do::Fail).await, Err("failed: bad argument".into()));
        assert_eq!(rig.tell(Do::Count).await, Ok(2));
        assert_eq!(rig.witness.lines(), ["Counter counter resumed: bad argument"]);
    });
}

#[test]
fn stop_ends_the_actor_and_its_watcher_learns_why_exactly_once() {
    paused(async {
        let rig = Rig::new(|supervised| supervised.on_failure::<Argument>(Strategy::stop()));
        assert_eq!(rig.tell(Do::Fail).await, Err("failed: bad argument".into()));
        assert_eq!(rig.child.ended().await.to_string(), "failed: bad argument");
        assert_eq!(rig.ends().await, ["counter failed: bad argument"]);
        assert_eq!(rig.life(), ["started", "stopped"]);
        assert!(rig.tell(Do::Count).await.is_err());
    });
}

#[test]
fn a_failure_that_no_strategy_matches_stops_the_actor() {
    paused(async {
        let rig = Rig::new(restarting);
        assert_eq!(rig.tell(Do::FailIo).await, Err("failed: i/o".into()));
        assert_eq!(rig.ends().await, ["counter failed: i/o"]);
    });
}

#[test]
fn over_the_limit_the_actor_stops_and_the_window_slides() {
    paused(async {
        let rig = Rig::new(restarting);
        for _ in 0..3 {
            rig.tell(Do::Fail).await.unwrap_err();
        }
        advance(MINUTE).await;
        rig.tell(Do::Fail).await.unwrap_err();
        assert!(rig.ends().await.is_empty(), "the first three are a minute old");
        for _ in 0..3 {
            rig.tell(Do::Fail).await.unwrap_err();
        }
        assert_eq!(rig.ends().await, ["counter failed: bad argument"]);
    });
}

#[test]
fn a_panic_in_a_handler_is_a_failure_like_any_other() {
    paused(async {
        let rig = Rig::new(restarting);
        assert_eq!(rig.tell(Do::Panic).await, Err("failed: panicked: boom".into()));
        assert_eq!(rig.tell(Do::AnswerThenPanic).await, Ok(0), "an answer that was given stands");
        assert_eq!(rig.tell(Do::Count).await, Ok(1));
        assert_eq!(*rig.made.borrow(), 3);
    });
}

#[test]
fn a_panic_in_a_spawned_future_or_in_what_follows_it_is_a_failure_too() {
    paused(async {
        let rig = Rig::new(restarting);
        rig.tell(Do::PanicInFuture).await.unwrap();
        settle().await;
        rig.tell(Do::PanicInPipe).await.unwrap();
        settle().await;
        assert_eq!(rig.tell(Do::Count).await, Ok(1));
        assert_eq!(
            rig.witness.lines(),
            [
                "Counter counter restarted: panicked: in a future",
                "Counter counter restarted: panicked: in a pipe after 7"
            ]
        );
    });
}

#[test]
fn a_panic_in_a_hook_is_caught_wherever_it_is() {
    for (weak, expected) in [
        (Weak::Restarting, "counter stopped"),
        (Weak::Stopped, "counter stopped"),
        (Weak::Drop, "counter stopped"),
        (Weak::Draining, "counter failed: panicked: "),
        (Weak::Drain, "counter failed: panicked: "),
    ] {
        paused(async {
            let rig = Rig::with(weak, Duration::ZERO, restarting);
            rig.tell(Do::Fail).await.unwrap_err();
            assert_eq!(rig.tell(Do::Count).await, Ok(1), "{weak:?}");
            rig.stop(Duration::from_secs(1)).await.unwrap_or_else(|| panic!("{weak:?} ends"));
            let ends = rig.ends().await;
            assert!(ends.len() == 1 && ends[0].starts_with(expected), "{weak:?}: {ends:?}");
        });
    }
}

#[test]
fn a_value_that_cannot_start_is_made_anew_within_the_limit_and_then_given_up() {
    paused(async {
        let rig = Rig::with(Weak::Started, Duration::ZERO, restarting);
        let ends = rig.ends().await;
        assert!(ends.len() == 1 && ends[0].starts_with("counter failed: panicked: "), "{ends:?}");
        assert_eq!(*rig.made.borrow(), 4, "once, and three restarts");
    });
}

#[test]
fn a_restart_without_limit_does_not_spin_on_a_value_that_cannot_start() {
    paused(async {
        let rig = Rig::with(Weak::Started, Duration::ZERO, |supervised| {
            supervised.on_failure::<Panicked>(Strategy::restart())
        });
        assert_eq!((rig.ends().await.len(), *rig.made.borrow()), (1, 1));
    });
}

const BACKOFF: Backoff = Backoff { min: Duration::from_millis(300), max: Duration::from_secs(5), random_factor: 0.0 };

fn backing_off(supervised: Supervise<Counter>) -> Supervise<Counter> {
    supervised.on_failure::<Argument>(Strategy::restart().with_limit(3, MINUTE).with_backoff(BACKOFF))
}

#[test]
fn messages_that_arrive_during_a_backoff_are_handled_after_it_in_order() {
    paused(async {
        let rig = Rig::new(backing_off);
        rig.tell(Do::Fail).await.unwrap_err();
        let begun = Instant::now();
        let answers: Vec<_> = (0..50).map(|_| rig.address().send(Tell(Do::Count))).collect();
        let sent: Vec<_> = answers.into_iter().map(|answer| tokio::task::spawn_local(answer)).collect();
        settle().await;
        advance(Duration::from_millis(299)).await;
        settle().await;
        assert_eq!(*rig.made.borrow(), 1, "the pause is not over");
        for (place, answer) in sent.into_iter().enumerate() {
            assert_eq!(answer.await.unwrap().unwrap(), Ok(place + 1));
        }
        assert!(begun.elapsed() < Duration::from_millis(310), "{:?}", begun.elapsed());
    });
}

#[test]
fn a_stop_ends_a_backoff_at_once_and_what_waited_is_refused() {
    paused(async {
        let rig = Rig::new(backing_off);
        for _ in 0..2 {
            rig.tell(Do::Fail).await.unwrap_err();
        }
        let waiting = tokio::task::spawn_local(rig.address().send(Tell(Do::Count)));
        settle().await;
        let begun = Instant::now();
        assert_eq!(rig.stop(Duration::from_secs(10)).await.unwrap().to_string(), "stopped");
        assert_eq!(begun.elapsed(), Duration::ZERO);
        assert!(!matches!(waiting.await.unwrap(), Ok(Ok(_))), "nothing is handled after a stop");
        assert_eq!(rig.ends().await, ["counter stopped"]);
    });
}

#[test]
fn a_stop_in_a_backoff_still_drains_what_lives_outside() {
    paused(async {
        let rig = Rig::with(Weak::Nowhere, Duration::from_millis(700), backing_off);
        rig.tell(Do::Fail).await.unwrap_err();
        let begun = Instant::now();
        assert_eq!(rig.stop(Duration::from_secs(2)).await.unwrap().to_string(), "stopped");
        assert_eq!(rig.life(), ["started", "restarting", "draining", "drained", "stopped"]);
        assert!(begun.elapsed() < Duration::from_millis(710), "only the drain takes time: {:?}", begun.elapsed());
    });
}

#[test]
fn a_future_that_is_over_is_not_remembered() {
    paused(async {
        let rig = Rig::new(|supervised| supervised.on_failure::<Panicked>(Strategy::resume()));
        for what in [Do::Spawn, Do::Spawn, Do::PanicInFuture, Do::PanicInPipe] {
            rig.tell(what).await.unwrap();
        }
        settle().await;
        assert_eq!(rig.tell(Do::TellFutures).await, Ok(0));
        rig.tell(Do::Spawn).await.unwrap();
        assert_eq!(rig.tell(Do::TellFutures).await, Ok(1), "the one that still runs");
    });
}

#[test]
fn a_stop_drains_first_and_refuses_what_comes_meanwhile() {
    paused(async {
        let rig = Rig::with(Weak::Nowhere, Duration::from_secs(2), restarting);
        rig.tell(Do::Count).await.unwrap();
        let (begun, stopping) = (Instant::now(), rig.child.stop(Instant::now() + Duration::from_secs(5)));
        settle().await;
        assert_eq!(rig.tell(Do::Count).await, Err("stopping".into()));
        assert_eq!(stopping.await.unwrap().to_string(), "stopped");
        assert!(begun.elapsed() >= Duration::from_secs(2) && begun.elapsed() < Duration::from_millis(2010));
        assert_eq!(rig.life(), ["started", "draining", "drained", "stopped"]);
        assert_eq!(rig.witness.lines(), ["Counter counter dead letter", "Counter counter ended stopped"]);
    });
}

#[test]
fn a_dead_letter_is_logged_with_its_actor_and_its_type() {
    let lines = logged(async {
        let rig = Rig::with(Weak::Nowhere, Duration::from_secs(1), restarting);
        let stopping = rig.child.stop(Instant::now() + Duration::from_secs(5));
        settle().await;
        assert_eq!(rig.tell(Do::Count).await, Err("stopping".into()));
        stopping.await.unwrap();
    });
    let wanted = r#"DEBUG message="a message came too late for an actor that stops" actor="counter""#;
    let line = lines.iter().find(|line| line.starts_with("DEBUG") && line.contains("too late"));
    let line = line.unwrap_or_else(|| panic!("{wanted} is not among {lines:#?}"));
    assert!(line.contains(r#"actor="counter""#) && line.contains("supervision::tests::Tell"), "{line}");
}

#[test]
fn a_drain_that_takes_too_long_is_cut_off_at_the_deadline() {
    paused(async {
        let rig = Rig::with(Weak::Nowhere, Duration::from_secs(3600), restarting);
        let begun = Instant::now();
        assert_eq!(rig.stop(Duration::from_secs(2)).await.unwrap().to_string(), "stopped");
        assert!(begun.elapsed() < Duration::from_millis(2010), "{:?}", begun.elapsed());
        assert_eq!(rig.life(), ["started", "draining", "stopped"]);
    });
}

#[test]
fn a_second_wish_that_is_sooner_cuts_a_drain_off_in_the_whole_tree() {
    paused(async {
        let family = family_with(Duration::from_secs(3600), false, true, restarting, |parent| parent);
        settle().await;
        let begun = Instant::now();
        drop(family.parent.stop(begun + Duration::from_secs(60)));
        settle().await;
        assert_eq!(family.parent.stop(begun + Duration::from_secs(1)).await.unwrap().to_string(), "stopped");
        assert!(begun.elapsed() < Duration::from_millis(1010), "{:?}", begun.elapsed());
    });
}

#[test]
fn an_actor_can_stop_itself_and_a_second_wish_changes_nothing() {
    paused(async {
        let rig = Rig::new(restarting);
        rig.tell(Do::StopYourself).await.unwrap();
        assert_eq!(rig.stop(Duration::from_secs(9)).await.unwrap().to_string(), "stopped");
        assert_eq!(rig.ends().await, ["counter stopped"]);
    });
}

#[test]
fn who_watches_after_the_end_is_told_at_once() {
    paused(async {
        let rig = Rig::new(restarting);
        rig.stop(Duration::from_secs(1)).await.unwrap();
        let later = Arc::new(Mutex::new(Vec::new()));
        rig.child.watch(Watcher(Arc::clone(&later)).start().recipient());
        settle().await;
        assert_eq!(*later.lock().unwrap(), ["counter stopped"]);
    });
}

#[test]
fn an_actor_whose_thread_ends_under_it_is_lost_and_not_forgotten() {
    let surroundings = Surroundings::new(Arc::new(Unobserved));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let set = tokio::task::LocalSet::new();
    let child = set.block_on(&runtime, async {
        let counter =
            || Ok(Counter { counted: 0, weak: Weak::Nowhere, life: Life::default(), drains_for: Duration::ZERO });
        let child = supervise(counter).start(&surroundings);
        settle().await;
        child
    });
    drop(set);
    assert_eq!(runtime.block_on(child.ended()).to_string(), "lost");
}

/// A parent of one counter. It handles ends or makes the death pact.
struct Parent {
    child: Option<Addr<Supervised<Counter>>>,
    make: Box<dyn FnMut() -> Supervise<Counter>>,
    handles_ends: Option<Arc<Mutex<Vec<String>>>>,
    life: Life,
    /// A place where nothing runs: a child that is started there hangs from its first moment.
    limbo: Option<tokio::task::LocalSet>,
}

impl Behaviour for Parent {
    const KIND: &'static str = "Parent";

    fn started(&mut self, scope: &mut Scope<'_, Self>) -> Result<(), Failure> {
        let _limbo = self.limbo.as_ref().map(tokio::task::LocalSet::enter);
        self.child = Some(scope.start((self.make)()));
        Ok(())
    }
    fn terminated(&mut self, terminated: &Terminated, _: &mut Scope<'_, Self>) -> Result<(), Failure> {
        let Terminated { child, termination } = terminated;
        match &self.handles_ends {
            Some(ends) => ends.lock().unwrap().push(format!("{child} {termination}")),
            None => return Err(DeathPact { child: child.to_string(), termination: termination.to_string() }.into()),
        }
        Ok(())
    }
    fn draining(&mut self, _: Instant, _: &mut Scope<'_, Self>) -> Drain {
        self.life.borrow_mut().push("parent draining");
        Box::pin(std::future::ready(()))
    }
    fn stopped(&mut self) {
        self.life.borrow_mut().push("parent stopped");
    }
}

#[derive(Message)]
#[rtype(result = "Addr<Supervised<Counter>>")]
struct GetChild;
impl Request for GetChild {}

impl Receive<GetChild> for Parent {
    fn receive(
        &mut self,
        _: GetChild,
        reply: &mut Reply<Addr<Supervised<Counter>>>,
        _: &mut Scope<'_, Self>,
    ) -> Result<(), Failure> {
        self.child.clone().into_iter().for_each(|child| reply.send(child));
        Ok(())
    }
}

#[derive(Message)]
#[rtype(result = "()")]
struct Stumble;
impl Request for Stumble {}

impl Receive<Stumble> for Parent {
    fn receive(&mut self, _: Stumble, _: &mut Reply<()>, _: &mut Scope<'_, Self>) -> Result<(), Failure> {
        Err(Argument.into())
    }
}

struct Family {
    parent: Child<Parent>,
    life: Life,
    ends: Arc<Mutex<Vec<String>>>,
}

fn family(
    handles_ends: bool,
    child: impl Fn(Supervise<Counter>) -> Supervise<Counter> + 'static,
    parent: impl FnOnce(Supervise<Parent>) -> Supervise<Parent>,
) -> Family {
    family_with(Duration::from_secs(1), false, handles_ends, child, parent)
}

fn family_with(
    drains_for: Duration,
    in_limbo: bool,
    handles_ends: bool,
    child: impl Fn(Supervise<Counter>) -> Supervise<Counter> + 'static,
    parent: impl FnOnce(Supervise<Parent>) -> Supervise<Parent>,
) -> Family {
    let (life, ends) = (Life::default(), Arc::default());
    let child = Rc::new(child);
    let factory = {
        let (life, ends) = (Rc::clone(&life), Arc::clone(&ends));
        move || {
            let (counters, child, life) = (Rc::clone(&life), Rc::clone(&child), Rc::clone(&life));
            let make = move || {
                let life = Rc::clone(&counters);
                let counter =
                    move || Ok(Counter { counted: 0, weak: Weak::Nowhere, life: Rc::clone(&life), drains_for });
                child(supervise(counter).named("child"))
            };
            let handles_ends = handles_ends.then(|| Arc::clone(&ends));
            let limbo = in_limbo.then(tokio::task::LocalSet::new);
            Ok(Parent { child: None, make: Box::new(make), handles_ends, life, limbo })
        }
    };
    let parent = parent(supervise(factory).named("parent")).start(&Surroundings::new(Arc::new(Unobserved)));
    Family { parent, life, ends }
}

impl Family {
    async fn tell_child(&self, what: Do) {
        let child = self.parent.address().send(GetChild).await.unwrap();
        drop(child.send(Tell(what)).await);
        settle().await;
    }
}

#[test]
fn a_stop_goes_down_the_tree_and_waits_for_the_children_before_the_parent_drains() {
    paused(async {
        let family = family(true, restarting, |parent| parent);
        settle().await;
        let begun = Instant::now();
        family.parent.stop(begun + Duration::from_secs(5)).await.unwrap();
        assert!(begun.elapsed() >= Duration::from_secs(1), "the child drains for a second");
        let life = family.life.borrow().clone();
        assert_eq!(life, ["started", "draining", "drained", "stopped", "parent draining", "parent stopped"]);
        assert!(family.ends.lock().unwrap().is_empty(), "a child that ends with its parent is no news to it");
    });
}

#[test]
fn a_stop_in_the_middle_of_a_restart_does_not_wait_for_what_the_restart_waits_for() {
    paused(async {
        let parent = |parent: Supervise<Parent>| parent.on_failure::<Argument>(Strategy::restart());
        let family = family_with(Duration::from_secs(4), false, true, restarting, parent);
        settle().await;
        let begun = Instant::now();
        assert!(family.parent.address().send(Stumble).await.is_err());
        settle().await;
        assert_eq!(family.life.borrow().last(), Some(&"draining"), "the restart waits for the child");
        family.parent.stop(begun + Duration::from_secs(1)).await.unwrap();
        assert!(begun.elapsed() < Duration::from_millis(1010), "{:?}", begun.elapsed());
        let life = family.life.borrow().clone();
        assert_eq!(life, ["started", "draining", "stopped", "parent draining", "parent stopped"]);
    });
}

#[test]
fn a_child_that_hangs_does_not_make_its_parent_look_hung() {
    paused(async {
        let family = family_with(Duration::ZERO, true, true, restarting, |parent| parent);
        settle().await;
        let begun = Instant::now();
        let end = family.parent.stop(begun + Duration::from_secs(2)).await.map(|end| end.to_string());
        assert_eq!(end.as_deref(), Some("stopped"));
        assert!(begun.elapsed() < Duration::from_millis(2600), "{:?}", begun.elapsed());
    });
}

#[test]
fn a_parent_that_handles_ends_goes_on() {
    paused(async {
        let family = family(true, |child| child, |parent| parent);
        family.tell_child(Do::Fail).await;
        assert_eq!(*family.ends.lock().unwrap(), ["child failed: bad argument"]);
        assert!(family.parent.address().connected());
    });
}

#[test]
fn a_parent_that_does_not_handle_ends_fails_with_the_child() {
    paused(async {
        let family = family(false, |child| child, |parent| parent);
        family.tell_child(Do::Fail).await;
        let end = family.parent.ended().await.to_string();
        assert_eq!(end, "failed: child child ended (failed: bad argument) and its parent does not handle that");
    });
}

#[test]
fn escalation_fails_the_parent_with_the_childs_own_failure() {
    paused(async {
        let family = family(
            true,
            |child| child.on_failure::<Argument>(Strategy::escalate()),
            |parent| parent.on_failure::<Argument>(Strategy::restart().with_limit(1, MINUTE)),
        );
        let first = family.parent.address().send(GetChild).await.unwrap();
        family.tell_child(Do::Fail).await;
        let second = family.parent.address().send(GetChild).await.unwrap();
        assert_ne!(first, second, "the parent was restarted and has a new child");
        family.tell_child(Do::Fail).await;
        assert_eq!(family.parent.ended().await.to_string(), "failed: bad argument");
    });
}

#[test]
fn a_restart_ends_the_children_of_the_old_value_before_the_new_one_is_made() {
    paused(async {
        let family = family(
            true,
            |child| child.on_failure::<Argument>(Strategy::escalate()).on_failure::<Io>(Strategy::escalate()),
            |parent| parent.on_failure::<Argument>(Strategy::restart().with_limit(1, MINUTE)),
        );
        family.tell_child(Do::Fail).await;
        settle().await;
        assert_eq!(*family.life.borrow(), ["started", "stopped", "started"]);
        assert!(family.ends.lock().unwrap().is_empty());
    });
}

#[test]
fn a_child_that_is_dropped_by_its_owner_ends() {
    paused(async {
        let Rig { child, life, ends, .. } = Rig::new(restarting);
        settle().await;
        let ended = child.ended();
        drop(child);
        assert_eq!(ended.await.to_string(), "stopped");
        assert_eq!(life.borrow().last(), Some(&"stopped"));
        settle().await;
        assert_eq!(*ends.lock().unwrap(), ["counter stopped"]);
    });
}

#[test]
fn a_flood_of_messages_does_not_keep_a_stop_waiting() {
    paused(async {
        let rig = Rig::new(|supervised| supervised.mailbox(100_000));
        settle().await;
        let answers: Vec<_> = (0..10_000).map(|_| rig.address().send(Tell(Do::Count))).collect();
        assert_eq!(rig.stop(Duration::from_secs(1)).await.unwrap().to_string(), "stopped");
        for answer in answers {
            assert!(!matches!(answer.await, Ok(Ok(_))), "a message was handled after the wish to stop");
        }
    });
}
