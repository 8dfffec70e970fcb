use std::thread;

use super::*;
use crate::test_rig::{until, with_threads};

fn here() -> (thread::ThreadId, Option<String>) {
    (thread::current().id(), thread::current().name().map(str::to_owned))
}

#[test]
fn each_test_has_a_thread_of_its_own_and_all_its_work_runs_there() {
    let system = ActorSystem::start("quiet-1").unwrap();
    with_threads(async {
        let (one, other) = (system.arbiter().await.unwrap(), system.arbiter().await.unwrap());
        let first = one.run(|| async { here() }).await.unwrap();
        let elsewhere = one.run(|| async { actix_rt::spawn(async { here() }).await.unwrap() }).await.unwrap();
        let second = other.run(|| async { here() }).await.unwrap();
        let quiet = system.runtime().run(async { here() }).await.unwrap();
        assert_eq!(first, elsewhere);
        assert!(first.0 != second.0 && ![first.0, second.0].contains(&thread::current().id()));
        assert_eq!(quiet.1.as_deref(), Some("quiet-1"));
        assert!(![first.0, second.0].contains(&quiet.0));
    });
}

#[test]
fn the_threads_of_tests_are_the_systems_own_until_they_end() {
    let system = ActorSystem::start("quiet-2").unwrap();
    with_threads(async {
        let (runtime, before) = (system.runtime().clone(), system.runtime().own_threads());
        assert!(!runtime.is_own_thread());
        for _ in 0..3 {
            let mut arbiter = system.arbiter().await.unwrap();
            let asking = runtime.clone();
            assert!(arbiter.run(move || async move { asking.is_own_thread() }).await.unwrap());
            assert_eq!(runtime.own_threads(), before + 1);
            let thread = arbiter.arbiter.take().unwrap();
            drop(arbiter);
            thread.stop();
            thread.join().unwrap();
            assert_eq!(runtime.own_threads(), before, "a thread that has ended is nobody's");
        }
    });
}

#[test]
fn an_arbiter_that_is_dropped_ends_its_thread_and_lets_go_of_what_ran_there() {
    let system = ActorSystem::start("quiet-3").unwrap();
    let (alive, last_word) = oneshot::channel::<()>();
    with_threads(async {
        let arbiter = system.arbiter().await.unwrap();
        arbiter
            .run(move || async move {
                actix_rt::spawn(async move {
                    let _alive = alive;
                    std::future::pending::<()>().await;
                });
            })
            .await
            .unwrap();
        drop(arbiter);
        assert!(last_word.await.is_err(), "what held it was dropped");
        until(|| system.runtime().own_threads() == 1).await;
    });
}

#[test]
fn a_panic_in_the_work_of_one_test_is_an_error_for_its_caller_and_the_thread_goes_on() {
    let system = ActorSystem::start("quiet-4").unwrap();
    with_threads(async {
        let arbiter = system.arbiter().await.unwrap();
        let boom: Result<(), SystemGone> = arbiter.run(|| async { panic!("boom") }).await;
        assert_eq!(boom, Err(SystemGone));
        assert_eq!(arbiter.run(|| async { 7 }).await, Ok(7));
    });
}

#[test]
fn a_system_that_has_stopped_makes_no_arbiter_and_does_no_work() {
    let system = ActorSystem::start("quiet-5").unwrap();
    let (runtime, quiet) = (system.runtime().clone(), system.quiet.clone());
    system.shutdown();
    with_threads(async {
        assert_eq!(runtime.run(async { 7 }).await, Err(SystemGone));
        assert_eq!(on(&quiet, || 7).await, Err(SystemGone));
    });
}
