mod grant;
mod routes;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use test_probe_directives::Secret;

use self::grant::Clients;
use self::routes::TokenService;
use crate::faults::Faults;
use crate::server::{Server, StartError};

/// A token endpoint on 127.0.0.1 for the client credentials grant of RFC 6749 (section 4.4), whose tokens are random
/// texts that mean nothing.
///
/// It can go down and come back, with nothing listening in between, so that clients meet a refused connection as they
/// do when a real one is restarted.
#[derive(Debug)]
pub struct EmbeddedTokenEndpoint {
    server: Mutex<Option<Server>>,
    port: u16,
    service: Arc<TokenService>,
}

impl EmbeddedTokenEndpoint {
    /// The name by which errors call it.
    const NAME: &'static str = "token endpoint";

    /// Starts an endpoint on a port that is free. It knows these clients by their ids, and its tokens are good for
    /// `lifetime`, in whole seconds.
    ///
    /// # Errors
    /// [`StartError`] when the system allows no listening or no threads.
    pub fn start(clients: impl IntoIterator<Item = (String, Secret)>, lifetime: Duration) -> Result<Self, StartError> {
        let clients = Clients::new(clients.into_iter().collect::<BTreeMap<_, _>>());
        let service = Arc::new(TokenService { clients, lifetime, faults: Faults::default() });
        let server = serve(&service, 0)?;
        let port = server.address().port();
        Ok(Self { server: Mutex::new(Some(server)), port, service })
    }

    /// Where tokens are asked for, such as `http://127.0.0.1:40123/token`; the same through a fall and a return.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/token", self.port)
    }

    /// Closes the port and all connections. Nothing happens when it is down already. Takes milliseconds, in which the
    /// calling thread waits.
    pub fn go_down(&self) {
        // Taken out first, so that the lock is not held while the server ends.
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(server);
    }

    /// Listens on the same port again. Nothing happens when it is up already. Takes milliseconds, in which the calling
    /// thread waits.
    ///
    /// # Errors
    /// [`StartError::Listen`] when something else took the port in the meantime.
    pub fn come_back(&self) -> Result<(), StartError> {
        let mut server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        if server.is_none() {
            *server = Some(serve(&self.service, self.port)?);
        }
        Ok(())
    }

    /// Lets the next `count` requests be answered with this HTTP status. A later call takes the place of an earlier
    /// one; 0 ends it.
    pub fn fail_next(&self, status: u16, count: u32) {
        self.service.faults.fail_next(status, count);
    }

    /// How many requests there were, failed ones among them.
    pub fn requests(&self) -> u64 {
        self.service.faults.requests()
    }
}

fn serve(service: &Arc<TokenService>, port: u16) -> Result<Server, StartError> {
    let service = Arc::clone(service);
    Server::start(EmbeddedTokenEndpoint::NAME, port, move |config| routes::configure(config, &service))
}

#[cfg(test)]
mod tests;
