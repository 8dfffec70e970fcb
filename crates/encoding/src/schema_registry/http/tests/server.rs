use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// What a [`TestServer`] answers to a request.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// These bytes.
    Whole(String),
    /// These bytes, after a while.
    Late(Duration, String),
    /// A part of an answer, and the end of the connection.
    Cut,
    /// A body without an end.
    Endless,
}

/// An answer 200 with this body.
pub(super) fn ok(body: &str) -> Answer {
    Answer::Whole(text(200, "", body))
}

/// An answer with this status and body.
pub(super) fn refusal(status: u16, body: &str) -> Answer {
    Answer::Whole(text(status, "", body))
}

/// An answer with this status and these headers, each ended by `\r\n`.
pub(super) fn with_headers(status: u16, headers: &str) -> Answer {
    Answer::Whole(text(status, headers, r#"{"message":"m"}"#))
}

pub(super) fn text(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

/// A server that answers one request a connection, as it is told to, and writes down what it was asked. It ends with the
/// test's runtime.
pub(super) struct TestServer {
    pub(super) url: String,
    asked: mpsc::UnboundedReceiver<String>,
    connections: Arc<Mutex<usize>>,
    /// How many bytes of endless bodies were sent.
    pub(super) sent: Arc<AtomicUsize>,
}

impl TestServer {
    pub(super) async fn always(answer: Answer) -> Self {
        Self::start([answer]).await
    }

    /// Gives these answers one after the other, and the last one from then on.
    pub(super) async fn start(answers: impl Into<Vec<Answer>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (record, asked) = mpsc::unbounded_channel();
        let connections = Arc::new(Mutex::new(0));
        let sent = Arc::<AtomicUsize>::default();
        let (counted, sending, mut answers) = (Arc::clone(&connections), Arc::clone(&sent), answers.into());
        #[allow(clippy::disallowed_methods, reason = "the server ends with the test's runtime")]
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                *counted.lock().unwrap() += 1;
                let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
                tokio::spawn(serve(connection, answer, record.clone(), Arc::clone(&sending)));
            }
        });
        Self { url, asked, connections, sent }
    }

    /// The next request that was not looked at, its head and its body.
    pub(super) async fn request(&mut self) -> String {
        self.asked.recv().await.unwrap()
    }

    pub(super) async fn first_line(&mut self) -> String {
        self.request().await.lines().next().unwrap().to_owned()
    }

    /// The value of a header of the next request.
    pub(super) async fn header(&mut self, name: &str) -> Option<String> {
        let request = self.request().await;
        let mut headers = request.lines().filter_map(|line| line.split_once(": "));
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    }

    pub(super) fn requests(&self) -> usize {
        *self.connections.lock().unwrap()
    }
}

async fn serve(
    mut connection: TcpStream,
    answer: Answer,
    record: mpsc::UnboundedSender<String>,
    sent: Arc<AtomicUsize>,
) {
    let mut request = vec![0; 65_536];
    let length = connection.read(&mut request).await.unwrap();
    // Most tests do not listen.
    record.send(String::from_utf8(request[..length].to_vec()).unwrap()).ok();
    match answer {
        Answer::Whole(text) => connection.write_all(text.as_bytes()).await.unwrap(),
        Answer::Late(pause, text) => {
            tokio::time::sleep(pause).await;
            // Nobody may be there any more.
            connection.write_all(text.as_bytes()).await.ok();
        }
        Answer::Cut => connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[").await.unwrap(),
        Answer::Endless => {
            connection.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await.unwrap();
            while connection.write_all(&[b' '; 65_536]).await.is_ok() {
                sent.fetch_add(65_536, Ordering::Relaxed);
            }
        }
    }
}
