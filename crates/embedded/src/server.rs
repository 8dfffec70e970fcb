use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web::ServiceConfig;
use actix_web::{App, HttpServer};

use crate::SigningKeyError;

/// A server of this room that did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address is taken, or the system allows no listening there. Asking again may help.
    #[error("the embedded {name} cannot listen on {address}")]
    Listen {
        /// Which server it is.
        name: &'static str,
        /// Where it was to listen; port 0 is any that is free.
        address: SocketAddr,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The server's threads could not be started.
    #[error("the embedded {name} cannot start its threads")]
    Threads {
        /// Which server it is.
        name: &'static str,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// A server that signs could not make its key.
    #[error("the embedded {name} cannot make a key to sign with")]
    SigningKey {
        /// Which server it is.
        name: &'static str,
        /// What the library for it says.
        #[source]
        source: SigningKeyError,
    },
}

/// An HTTP server on a thread of its own, with an Actix system of its own; it ends when the value is dropped.
///
/// Nothing of it depends on the runtime, if any, of whoever starts it, so that a busy or stopped arbiter does not take
/// the world down with it.
#[derive(Debug)]
pub(crate) struct Server {
    handle: ServerHandle,
    thread: Option<JoinHandle<io::Result<()>>>,
    /// Ends when the last connection and the last worker have ended; nothing is ever sent. Behind a lock only because the
    /// receiving end cannot be shared between threads.
    all_gone: Mutex<mpsc::Receiver<()>>,
    address: SocketAddr,
}

impl Server {
    /// Starts a server on 127.0.0.1 with these routes. Port 0 means any that is free.
    pub(crate) fn start(
        name: &'static str,
        port: u16,
        routes: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
    ) -> Result<Self, StartError> {
        let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let cannot_listen = |source| StartError::Listen { name, address: wanted, source };
        let listener = TcpListener::bind(wanted).map_err(cannot_listen)?;
        let address = listener.local_addr().map_err(cannot_listen)?;
        let (started, handle) = mpsc::sync_channel(1);
        let (alive, all_gone) = mpsc::channel::<()>();
        let serve = move || {
            actix_rt::System::new().block_on(async move {
                let server = HttpServer::new(move || App::new().app_data(alive.clone()).configure(routes.clone()))
                    .workers(1)
                    .disable_signals()
                    .shutdown_timeout(0)
                    .listen(listener)?
                    .run();
                // Whoever started the server waits for this; without them there is nothing to serve.
                if started.send(server.handle()).is_err() {
                    return Ok(());
                }
                server.await
            })
        };
        let no_threads = |source| StartError::Threads { name, source };
        let thread = std::thread::Builder::new().name(format!("embedded {name}")).spawn(serve).map_err(no_threads)?;
        match handle.recv() {
            Ok(handle) => Ok(Self { handle, thread: Some(thread), all_gone: Mutex::new(all_gone), address }),
            Err(mpsc::RecvError) => Err(no_threads(match thread.join() {
                Ok(Err(error)) => error,
                Ok(Ok(())) | Err(_) => io::Error::other("the server's thread ended at once"),
            })),
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Closes the port and all connections, and waits for it, which takes milliseconds.
impl Drop for Server {
    fn drop(&mut self) {
        // The order is on its way as soon as the future is made; the thread's end is what is waited for.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            // A panic on the thread was printed there, and there is nobody to hand it to.
            drop(thread.join());
        }
        // The workers are told to end and not waited for, so that a connection could be served for a moment longer. A
        // handler that does not end is left behind after a while.
        const LONGEST_FAREWELL: Duration = Duration::from_secs(5);
        let all_gone = self.all_gone.get_mut().unwrap_or_else(PoisonError::into_inner);
        all_gone.recv_timeout(LONGEST_FAREWELL).ok();
    }
}
