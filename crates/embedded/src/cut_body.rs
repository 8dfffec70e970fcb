use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;

/// A body that promises more than comes before the connection ends.
pub(crate) struct CutBody {
    beginning: Option<&'static str>,
    is_on_its_way: bool,
}

impl CutBody {
    /// All that comes is `beginning`.
    pub(crate) fn after(beginning: &'static str) -> Self {
        Self { beginning: Some(beginning), is_on_its_way: false }
    }

    /// Nothing comes, not even the answer's head.
    pub(crate) fn at_once() -> Self {
        Self { beginning: None, is_on_its_way: true }
    }
}

impl MessageBody for CutBody {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(1000)
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, io::Error>>> {
        if let Some(beginning) = self.beginning.take() {
            return Poll::Ready(Some(Ok(Bytes::from_static(beginning.as_bytes()))));
        }
        // The server writes what it has only when there is nothing more at the moment, and drops it when there is an error.
        if !std::mem::replace(&mut self.is_on_its_way, true) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::Error::other("the connection is cut as ordered"))))
    }
}
