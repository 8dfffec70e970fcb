//! A Schema Registry on loopback that answers every question with one schema.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::ours::ID;

/// Runs `questions` with the server's address while it serves a schema; `schema_type` is the registry's name of the
/// language.
pub(super) async fn serving<R>(schema_type: &str, schema: &str, questions: impl AsyncFnOnce(String) -> R) -> R {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let body = json!({
        "subject": "any", "version": 1, "id": ID, "schema": schema, "schemaType": schema_type, "references": [],
    })
    .to_string();
    tokio::select! {
        answer = questions(url) => answer,
        () = serve(&listener, &body) => unreachable!("the server has no end"),
    }
}

/// One connection after the other, each for one question.
async fn serve(listener: &TcpListener, body: &str) {
    loop {
        let (mut connection, _) = listener.accept().await.unwrap();
        take_request(&mut connection).await;
        let answer = format!(
            "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        connection.write_all(answer.as_bytes()).await.unwrap();
        connection.shutdown().await.unwrap();
    }
}

/// Nothing is asked with a body.
async fn take_request(connection: &mut TcpStream) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(connection.read_u8().await.unwrap());
    }
}
