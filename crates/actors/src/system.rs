use std::fmt;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use actix_rt::{Arbiter, ArbiterHandle, System};
use tokio::sync::oneshot;
use tracing::{debug, error};

use crate::SystemRuntime;
use crate::child_factories::{PlaceFactory, TestPlace};
use crate::runtime::SystemGone;
use crate::supervision::Place;

#[cfg(test)]
mod tests;

/// The threads that actors live on: a quiet one for the system itself, and an arbiter for each test.
///
/// It is made by a program, from whatever runtime that has, and lives until [`shutdown`](Self::shutdown) or drop. A test's
/// scenarios and its streaming actors share one arbiter: the hop to another thread costs more than the actor.
pub struct ActorSystem {
    runtime: SystemRuntime,
    quiet: ArbiterHandle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// The system could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The program was built to abort on panics.
    #[error(
        "this program is built with panic = \"abort\", under which no panic can be caught and no actor supervised; build \
         it with panic = \"unwind\""
    )]
    PanicsAbort,
    /// The machine gave no thread, or the runtime could not be made.
    #[error("the actor system could not start its thread")]
    NoThread(#[source] std::io::Error),
}

impl ActorSystem {
    /// Starts the system's own thread, named `name`.
    ///
    /// # Errors
    /// [`StartError`] when panics abort, or when the machine gives no thread.
    pub fn start(name: &str) -> Result<Self, StartError> {
        if cfg!(panic = "abort") {
            return Err(StartError::PanicsAbort);
        }
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = mpsc::channel();
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                let system = System::new();
                let quiet = system.block_on(async { System::current().arbiter().clone() });
                let runtime = system.block_on(async { SystemRuntime::here() });
                if tell.send((runtime, quiet)).is_ok() {
                    // A sender that is gone is a wish to stop as well.
                    drop(system.block_on(stopped));
                }
                debug!("the actor system's thread ends");
            })
            .map_err(StartError::NoThread)?;
        let gone = |_| StartError::NoThread(std::io::Error::other("its runtime could not be made"));
        let (runtime, quiet) = told.recv().map_err(gone)?;
        Ok(Self { runtime, quiet, stop: Some(stop), thread: Some(thread) })
    }

    /// Where the system does its own work.
    pub fn runtime(&self) -> &SystemRuntime {
        &self.runtime
    }

    /// Makes an arbiter: a thread of its own for one test and its streaming actors.
    ///
    /// # Errors
    /// [`SystemGone`] when the system has stopped.
    pub async fn arbiter(&self) -> Result<TestArbiter, SystemGone> {
        let runtime = self.runtime.clone();
        on(&self.quiet, move || new_arbiter(runtime)).await?
    }

    /// Makes the threads of tests for a tree that lives on the system's own thread, where alone it works.
    pub fn place_factory(&self) -> PlaceFactory {
        let runtime = self.runtime.clone();
        Arc::new(move || {
            let arbiter = new_arbiter(runtime.clone())?;
            let place = Place::on(arbiter.handle()?);
            Ok(TestPlace { place, arbiter: Some(arbiter) })
        })
    }

    /// Runs a closure on the system's own thread, where the tree's upper half lives, and waits for what it returns. It
    /// blocks for as long as the thread is busy, which is moments.
    ///
    /// # Errors
    /// [`SystemGone`] when the system has stopped.
    pub fn on_quiet_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, SystemGone> {
        let (tell, told) = mpsc::channel();
        if !self.quiet.spawn_fn(move || drop(tell.send(work()))) {
            return Err(SystemGone);
        }
        told.recv().map_err(|_| SystemGone)
    }

    /// Ends the system's thread and waits for it. Actors that still live there are lost; stop them first.
    pub fn shutdown(mut self) {
        self.end();
    }

    fn end(&mut self) {
        drop(self.stop.take());
        let Some(thread) = self.thread.take() else { return };
        if thread.thread().id() == thread::current().id() {
            // The last owner lives on the thread itself; it ends when its runtime is left.
            return;
        }
        if thread.join().is_err() {
            error!("the actor system's thread panicked");
        }
    }
}

impl Drop for ActorSystem {
    fn drop(&mut self) {
        self.end();
    }
}

impl fmt::Debug for ActorSystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActorSystem").finish_non_exhaustive()
    }
}

/// The thread of one test. It ends when this is dropped; stop the actors on it first.
pub struct TestArbiter {
    arbiter: Option<Arbiter>,
}

impl TestArbiter {
    fn handle(&self) -> Result<ArbiterHandle, SystemGone> {
        self.arbiter.as_ref().map(Arbiter::handle).ok_or(SystemGone)
    }

    /// Runs `work` on the test's thread and yields what it yields. Actors are started here.
    ///
    /// # Errors
    /// [`SystemGone`] when the thread has ended.
    pub async fn run<T: Send + 'static, F: Future<Output = T> + 'static>(
        &self,
        work: impl FnOnce() -> F + Send + 'static,
    ) -> Result<T, SystemGone> {
        let handle = self.handle()?;
        let (tell, told) = oneshot::channel();
        let begun = handle.spawn_fn(move || {
            actix_rt::spawn(async move {
                // A caller that gave up has dropped its end.
                drop(tell.send(work().await));
            });
        });
        if !begun {
            return Err(SystemGone);
        }
        told.await.map_err(|_| SystemGone)
    }
}

impl Drop for TestArbiter {
    fn drop(&mut self) {
        if let Some(arbiter) = self.arbiter.take() {
            arbiter.stop();
        }
    }
}

impl fmt::Debug for TestArbiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestArbiter").finish_non_exhaustive()
    }
}

/// A thread for one test. To be called on the system's own thread.
fn new_arbiter(runtime: SystemRuntime) -> Result<TestArbiter, SystemGone> {
    let arbiter = Arbiter::new();
    let adopted = arbiter.spawn_fn(move || {
        let own_thread = runtime.adopt_this_thread();
        // A task that never ends is dropped with its thread, which is forgotten then.
        actix_rt::spawn(async move {
            let _own_thread = own_thread;
            std::future::pending::<()>().await;
        });
    });
    if adopted { Ok(TestArbiter { arbiter: Some(arbiter) }) } else { Err(SystemGone) }
}

/// Runs a closure on an arbiter and yields what it returns.
async fn on<T: Send + 'static>(
    place: &ArbiterHandle,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, SystemGone> {
    let (tell, told) = oneshot::channel();
    if !place.spawn_fn(move || drop(tell.send(work()))) {
        return Err(SystemGone);
    }
    told.await.map_err(|_| SystemGone)
}
