use std::sync::Arc;
use std::time::Duration;

use test_probe_directives::WallClock;
use test_probe_encoding::BearerTokenSource;
use test_probe_oauth::{TokenCell, TokenError, TokenRequest, TokenSource, TokenSources, TokenWriter};
use tokio::sync::Mutex;

use crate::wiring::tokens::CellToken;

/// A token for one who asks now and then and has no actors: it is got when it is needed, and again when it is about to end.
#[derive(Debug)]
pub(crate) struct OwnToken {
    source: Arc<dyn TokenSource>,
    writer: Mutex<TokenWriter>,
    cell: TokenCell,
    clock: WallClock,
}

/// A token that ends so soon is not begun with.
const TOO_SHORT: Duration = Duration::from_secs(10);

impl OwnToken {
    pub(crate) fn new(
        sources: &dyn TokenSources,
        request: &TokenRequest,
        clock: WallClock,
    ) -> Result<Self, TokenError> {
        let source = sources.source(request)?;
        let (writer, cell) = TokenWriter::new(request.identity());
        Ok(Self { source, writer: Mutex::new(writer), cell, clock })
    }

    /// Where it is, once [`ready`](Self::ready) has put it there.
    pub(crate) fn cell(&self) -> TokenCell {
        self.cell.clone()
    }

    /// The same for a registry's client.
    pub(crate) fn for_registry(&self) -> Arc<dyn BearerTokenSource> {
        CellToken::source(self.cell(), self.clock)
    }

    /// Sees to it that there is a token that lasts a while.
    ///
    /// # Errors
    /// [`TokenError`].
    ///
    /// # Cancellation
    /// The request is given up.
    pub(crate) async fn ready(&self) -> Result<(), TokenError> {
        // Held while one is got, so that those who need it at the same time ask once.
        let writer = self.writer.lock().await;
        let lasts = self.cell.state().token.as_ref().is_some_and(|token| {
            let left = token.remaining(self.clock.now());
            left > TOO_SHORT.min(token.life() / 2)
        });
        if !lasts {
            writer.put(self.source.fetch().await?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use test_probe_directives::{ClientCredentials, Secret, Timestamp};
    use test_probe_testkit::{ScriptedTokens, TokenScript};

    use super::*;

    fn request() -> TokenRequest {
        let credentials = ClientCredentials {
            client_id: "svc".into(),
            client_secret: Secret::new("secret"),
            token_endpoint: "http://idp/token".into(),
            scope: None,
        };
        TokenRequest::ClientCredentials(credentials.into())
    }

    thread_local! {
        static NOW: std::cell::Cell<i64> = const { std::cell::Cell::new(0) };
    }

    fn clock() -> WallClock {
        WallClock::reading(|| Timestamp::from_millis(NOW.get() * 1000))
    }

    #[tokio::test]
    async fn a_token_is_got_once_and_again_when_it_is_about_to_end() {
        let endpoint = ScriptedTokens::answering(Duration::from_secs(60), clock());
        let token = OwnToken::new(&endpoint, &request(), clock()).unwrap();
        assert!(token.for_registry().bearer_token().is_err(), "nothing is asked before it is needed");
        for (second, calls) in [(0, 1), (1, 1), (49, 1), (51, 2), (100, 2), (102, 3)] {
            NOW.set(second);
            token.ready().await.unwrap();
            assert_eq!(endpoint.calls().len(), calls, "after {second} s");
            assert!(token.for_registry().bearer_token().is_ok());
        }
        NOW.set(170);
        endpoint.plays(TokenScript::Refuse);
        assert!(token.ready().await.is_err());
    }

    #[tokio::test]
    async fn whoever_needs_it_at_the_same_time_asks_once() {
        let endpoint = ScriptedTokens::answering(Duration::from_secs(60), clock());
        let token = OwnToken::new(&endpoint, &request(), clock()).unwrap();
        futures_util::future::join_all((0..100).map(|_| token.ready())).await;
        assert_eq!(endpoint.calls().len(), 1);
    }
}
