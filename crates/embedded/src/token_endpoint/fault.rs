use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::web::Bytes;
use serde_json::json;

use super::grant::Asked;
use super::routes::{answer, refusal};
use crate::cut_body::CutBody;

/// What a token endpoint does instead of answering as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenFault {
    /// It refuses with an HTTP status.
    Status {
        /// The status.
        status: u16,
        /// How long it wants to be left alone, in whole seconds; with none it does not say.
        retry_after: Option<Duration>,
    },
    /// It answers as it should, after a while.
    Slow(Duration),
    /// It answers 200 with a page for a browser.
    HtmlPage,
    /// It answers 200 without a body.
    EmptyBody,
    /// It answers 200 with JSON that holds no token.
    NoToken,
    /// It answers nothing for so long, and then ends the connection. The connection stays open meanwhile.
    Silence(Duration),
    /// It ends the connection without an answer.
    HangUp,
    /// It begins to answer 200 and ends the connection.
    Cut,
    /// It answers 200 with a token of so many bytes, whose length it does not announce.
    OversizedBody {
        /// How many bytes the token alone has.
        bytes: u64,
    },
    /// It refuses the client with 401, and its `error_description` repeats what the client proved itself with: the secret,
    /// and the `Authorization` header as it came.
    EchoedSecret,
}

impl TokenFault {
    /// The answer that is given instead, if there is one.
    pub(super) async fn answer(self, authorization: Option<&str>, asked: Option<&Asked<'_>>) -> Option<HttpResponse> {
        let json = || {
            let mut answer = answer(StatusCode::OK);
            answer.content_type("application/json");
            answer
        };
        Some(match self {
            Self::Slow(pause) => {
                actix_rt::time::sleep(pause).await;
                return None;
            }
            Self::Silence(pause) => {
                actix_rt::time::sleep(pause).await;
                json().body(CutBody::at_once())
            }
            Self::Status { status, retry_after } => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                let mut answer = answer(status);
                if let Some(wish) = retry_after {
                    answer.insert_header((RETRY_AFTER, wish.as_secs()));
                }
                refusal(&mut answer, "temporarily_unavailable", "this failure was asked for")
            }
            Self::HtmlPage => answer(StatusCode::OK)
                .content_type("text/html; charset=utf-8")
                .body("<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in</body></html>"),
            Self::EmptyBody => json().finish(),
            Self::NoToken => answer(StatusCode::OK).json(json!({"token_type": "Bearer", "expires_in": 300})),
            Self::HangUp => json().body(CutBody::at_once()),
            Self::Cut => json().body(CutBody::after("{\"access_token\":\"")),
            Self::OversizedBody { bytes } => json().body(OversizedBody { part: Part::Beginning, left: bytes }),
            Self::EchoedSecret => {
                let secret = asked.map(|asked| asked.credentials.spoken()).unwrap_or_default();
                let header = authorization.unwrap_or("none");
                let description = format!("the secret '{secret}' is wrong (Authorization: {header})");
                refusal(&mut answer(StatusCode::UNAUTHORIZED), "invalid_client", &description)
            }
        })
    }
}

/// An answer that would be whole, if anybody read it to its end. It is never in memory as a whole.
struct OversizedBody {
    part: Part,
    left: u64,
}

enum Part {
    Beginning,
    Middle,
    End,
}

impl MessageBody for OversizedBody {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        const CHUNK: &[u8] = &[b'a'; 16 * 1024];
        Poll::Ready(match self.part {
            Part::Beginning => {
                self.part = Part::Middle;
                Some(Ok(Bytes::from_static(b"{\"token_type\":\"Bearer\",\"expires_in\":300,\"access_token\":\"")))
            }
            Part::Middle if self.left > 0 => {
                let now = usize::try_from(self.left).unwrap_or(usize::MAX).min(CHUNK.len());
                self.left -= u64::try_from(now).unwrap_or(self.left);
                CHUNK.get(..now).map(|chunk| Ok(Bytes::from_static(chunk)))
            }
            Part::Middle => {
                self.part = Part::End;
                Some(Ok(Bytes::from_static(b"\"}")))
            }
            Part::End => None,
        })
    }
}
