use std::sync::Arc;
use std::time::Duration;

use test_probe_oauth::{TokenError, TokenUnavailable};

/// There is no token to begin with.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoToken {
    /// Waiting does not help: the endpoint refuses the client, the request cannot be made, or nobody asks for tokens any
    /// more.
    #[error(transparent)]
    Unobtainable(Arc<TokenError>),
    /// None came in time.
    #[error("no token came within {within:?}")]
    Late {
        /// The time.
        within: Duration,
        /// What is known about it.
        #[source]
        unavailable: TokenUnavailable,
    },
}
