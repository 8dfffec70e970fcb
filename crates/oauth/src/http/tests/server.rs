use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// What a [`TestServer`] answers.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// These bytes.
    Whole(String),
    /// A part of an answer, and the end of the connection.
    Cut,
    /// The end of the connection.
    Nothing,
    /// Nothing, and the connection stays.
    Silence,
    /// A body without an end, with this status.
    Endless(u16),
}

pub(super) fn ok(body: &str) -> Answer {
    status(200, body)
}

pub(super) fn status(status: u16, body: &str) -> Answer {
    with_headers(status, "content-type: application/json\r\n", body)
}

/// An answer with these headers, each ended by `\r\n`.
pub(super) fn with_headers(status: u16, headers: &str, body: &str) -> Answer {
    Answer::Whole(text(status, headers, body))
}

pub(super) fn text(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

/// A request as it came.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) head: String,
    pub(super) body: String,
}

impl Asked {
    pub(super) fn first_line(&self) -> &str {
        self.head.lines().next().unwrap()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(": "));
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The fields of the form, in their order.
    pub(super) fn form(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }
}

/// A server that gives one answer to one request a connection, and writes down what it was asked. It ends with the test's
/// runtime.
pub(super) struct TestServer {
    pub(super) url: String,
    asked: mpsc::UnboundedReceiver<Asked>,
    /// How many bytes of endless bodies were sent.
    pub(super) sent: Arc<AtomicUsize>,
}

impl TestServer {
    pub(super) async fn always(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/token", listener.local_addr().unwrap());
        let (record, asked) = mpsc::unbounded_channel();
        let sent = Arc::<AtomicUsize>::default();
        let sending = Arc::clone(&sent);
        #[allow(clippy::disallowed_methods, reason = "the server ends with the test's runtime")]
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve(connection, answer.clone(), record.clone(), Arc::clone(&sending)));
            }
        });
        Self { url, asked, sent }
    }

    /// The next request that was not looked at. It is written down before it is answered.
    pub(super) fn request(&mut self) -> Asked {
        self.asked.try_recv().expect("a request")
    }

    /// Whether nobody asked anything that was not looked at.
    pub(super) fn is_unasked(&self) -> bool {
        self.asked.is_empty()
    }
}

async fn serve(
    mut connection: TcpStream,
    answer: Answer,
    record: mpsc::UnboundedSender<Asked>,
    sent: Arc<AtomicUsize>,
) {
    let Some(asked) = read(&mut connection).await else { return };
    // Most tests do not listen.
    record.send(asked).ok();
    match answer {
        Answer::Whole(text) => connection.write_all(text.as_bytes()).await.unwrap(),
        Answer::Cut => connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{").await.unwrap(),
        Answer::Nothing => {}
        Answer::Silence => std::future::pending().await,
        Answer::Endless(status) => {
            let head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\n\r\n");
            connection.write_all(head.as_bytes()).await.unwrap();
            while connection.write_all(&[b' '; 16_384]).await.is_ok() {
                sent.fetch_add(16_384, Ordering::Relaxed);
            }
        }
    }
}

async fn read(connection: &mut TcpStream) -> Option<Asked> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        let length = connection.read(&mut chunk).await.ok().filter(|length| *length > 0)?;
        bytes.extend_from_slice(&chunk[..length]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let asked = Asked { head: head.to_owned(), body: body.to_owned() };
        if asked.header("content-length").is_none_or(|length| body.len() >= length.parse().unwrap()) {
            return Some(asked);
        }
    }
}
