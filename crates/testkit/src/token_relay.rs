use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Stands before a token endpoint that speaks plain HTTP: counts the requests, keeps the answers, and can go away and come
/// back as the endpoint itself does when its machine does.
///
/// The endpoint sees its own address in each request, since Keycloak names its tokens' issuer after it.
#[derive(Debug)]
pub struct TokenRelay {
    url: String,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    address: String,
    upstream: String,
    requests: AtomicUsize,
    answers: Mutex<Vec<Vec<u8>>>,
    is_down: AtomicBool,
    is_over: AtomicBool,
}

/// How long the relay takes to notice that it is to go away.
const NOTICE: Duration = Duration::from_millis(2);

impl TokenRelay {
    /// A relay on a free port before the endpoint at `url`.
    ///
    /// # Panics
    /// When the address is none of plain HTTP, or no port is free.
    #[allow(clippy::expect_used, reason = "a test that cannot go on fails")]
    pub fn start(url: &str) -> Self {
        let rest = url.strip_prefix("http://").expect("a relay speaks plain HTTP");
        let (upstream, path) = rest.split_once('/').expect("a token endpoint has a path");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let shared = Arc::new(Shared {
            address: address.clone(),
            upstream: upstream.to_owned(),
            requests: AtomicUsize::new(0),
            answers: Mutex::default(),
            is_down: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
        });
        let serving = Arc::clone(&shared);
        thread::spawn(move || serving.serve(listener));
        Self { url: format!("http://{address}/{path}"), shared }
    }

    /// Where tokens are asked for through the relay.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many requests came.
    pub fn requests(&self) -> usize {
        self.shared.requests.load(Ordering::Acquire)
    }

    /// What the endpoint answered, each answer with its head.
    pub fn answers(&self) -> Vec<Vec<u8>> {
        self.shared.answers().clone()
    }

    /// Closes the port, so that connections are refused.
    pub fn go_down(&self) {
        self.shared.is_down.store(true, Ordering::Release);
        // Noticed by then, so that the port is closed when this returns.
        thread::sleep(NOTICE * 20);
    }

    /// Listens on the same port again.
    pub fn come_back(&self) {
        self.shared.is_down.store(false, Ordering::Release);
        thread::sleep(NOTICE * 20);
    }
}

impl Drop for TokenRelay {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Release);
    }
}

impl Shared {
    fn serve(self: Arc<Self>, listener: TcpListener) {
        let mut listener = Some(listener);
        while !self.is_over.load(Ordering::Acquire) {
            if self.is_down.load(Ordering::Acquire) {
                listener = None;
                thread::sleep(NOTICE);
                continue;
            }
            let listening = listener.get_or_insert_with(|| self.listen());
            if listening.set_nonblocking(true).is_err() {
                return;
            }
            match listening.accept() {
                Ok((client, _)) => {
                    let relaying = Arc::clone(&self);
                    thread::spawn(move || relaying.relay(client));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(NOTICE),
                Err(_) => return,
            }
        }
    }

    #[allow(clippy::expect_used, reason = "a test that cannot go on fails")]
    fn listen(&self) -> TcpListener {
        TcpListener::bind(&self.address).expect("the port is still free")
    }

    /// Passes one request on, and its answer back. A client of a token endpoint keeps no connection.
    fn relay(&self, mut client: TcpStream) -> Option<()> {
        client.set_nonblocking(false).ok()?;
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            client.read_exact(&mut byte).ok()?;
            head.push(byte[0]);
        }
        self.requests.fetch_add(1, Ordering::AcqRel);
        let head = String::from_utf8(head).ok()?.replace(&self.address, &self.upstream);
        let length = head.to_lowercase().split("content-length: ").nth(1)?.split("\r\n").next()?.parse().ok()?;
        let mut body = vec![0; length];
        client.read_exact(&mut body).ok()?;
        let mut server = TcpStream::connect(&self.upstream).ok()?;
        // The end of the answer is then the end of the connection.
        let head = head.replacen("\r\n\r\n", "\r\nconnection: close\r\n\r\n", 1);
        server.write_all(head.as_bytes()).ok()?;
        server.write_all(&body).ok()?;
        let mut answer = Vec::new();
        server.read_to_end(&mut answer).ok()?;
        self.answers().push(answer.clone());
        client.write_all(&answer).ok()?;
        client.shutdown(Shutdown::Write).ok()
    }

    fn answers(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
