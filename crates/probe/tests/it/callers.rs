//! The same functions from every sort of caller: the probe has threads of its own, and asks for no runtime of the
//! caller's.

use std::future::Future;
use std::sync::mpsc;
use std::thread;

use test_probe::responses::TestState;
use test_probe::{
    ActorSystem, DefaultStorageService, DefaultVaultService, Probe, ServiceDsl, ServiceError, ServiceInterfaceFunctions,
};

use crate::rig::settings;

fn probe() -> Probe {
    Probe::builder().settings(settings()).start().unwrap()
}

/// Makes a test, asks how it is, and cancels it.
async fn made_and_cancelled(services: ServiceInterfaceFunctions) {
    let test_id = services.initialize_test().await.unwrap().test_id;
    assert_eq!(services.test_status(test_id).await.unwrap().state, TestState::Setup);
    assert_eq!(services.queue_status(Some(test_id)).await.unwrap().setup_count, 1);
    assert!(services.cancel_test(test_id).await.unwrap().cancelled);
}

#[track_caller]
fn from(block_on: impl FnOnce(std::pin::Pin<Box<dyn Future<Output = ()> + Send>>)) {
    let probe = probe();
    block_on(Box::pin(made_and_cancelled(probe.services().clone())));
    let queue = probe.services().blocking().queue_status(None).unwrap();
    assert_eq!(queue.total_tests, 0, "{queue:?}");
    probe.shutdown();
}

#[test]
fn from_tokios_many_threads() {
    from(|work| tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap().block_on(work));
}

#[test]
fn from_tokios_one_thread() {
    from(|work| tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work));
}

#[test]
fn from_smol() {
    from(smol::block_on);
}

#[test]
fn from_no_runtime_at_all() {
    from(futures_executor::block_on);
}

#[test]
fn from_an_actix_arbiter_of_the_callers_own() {
    from(|work| {
        actix::System::new().block_on(async {
            let (arbiter, (tell, told)) = (actix::Arbiter::new(), tokio::sync::oneshot::channel());
            assert!(arbiter.spawn(async move {
                work.await;
                tell.send(()).unwrap();
            }));
            told.await.unwrap();
            arbiter.stop();
        });
    });
}

#[test]
fn from_plain_threads_that_block() {
    let probe = probe();
    let callers: Vec<_> = (0..4)
        .map(|_| {
            let services = probe.services().blocking();
            thread::spawn(move || {
                let test_id = services.initialize_test().unwrap().test_id;
                assert_eq!(services.test_status(test_id).unwrap().state, TestState::Setup);
                assert!(services.start_test(test_id, "/nowhere/orders", None).unwrap().accepted);
                test_id
            })
        })
        .collect();
    for caller in callers {
        let (test_id, services) = (caller.join().unwrap(), probe.services().blocking());
        crate::rig::until("the exception", || services.test_status(test_id).unwrap().state == TestState::Exception);
        assert_eq!(services.queue_status(Some(test_id)).unwrap().exception_count, 1);
    }
    probe.shutdown();
}

#[test]
fn a_blocking_call_on_a_thread_of_the_system_itself_is_refused_and_names_the_form_that_works() {
    let system = ActorSystem::start("own-thread").unwrap();
    let runtime = system.runtime().clone();
    let probe = ServiceDsl::new()
        .with_config(settings())
        .with_actor_system(system)
        .with_storage_service(DefaultStorageService)
        .with_vault_service_module(DefaultVaultService)
        .build()
        .unwrap();
    let (services, (tell, told)) = (probe.services().blocking(), mpsc::channel());
    runtime.run_blocking(async move { tell.send(services.initialize_test()).unwrap() }).unwrap();
    assert_eq!(told.recv().unwrap(), Err(ServiceError::WouldDeadlock { instead: "initialize_test" }));
    made_and_cancelled_in(&runtime, probe.services().clone());
    probe.shutdown();
}

/// The form that works.
fn made_and_cancelled_in(runtime: &test_probe_actors::SystemRuntime, services: ServiceInterfaceFunctions) {
    runtime.run_blocking(made_and_cancelled(services)).unwrap();
}
