use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::{BearerToken, TokenError, TokenRequest};

/// Where one token comes from.
#[async_trait]
pub trait TokenSource: fmt::Debug + Send + Sync {
    /// Asks for a new token, once.
    ///
    /// # Errors
    /// [`TokenError`], whose text holds neither a secret nor a token.
    ///
    /// # Cancellation
    /// The request is given up; an endpoint that had it already has made a token that nobody gets.
    async fn fetch(&self) -> Result<BearerToken, TokenError>;
}

/// Makes the source of a token, before anything is asked.
pub trait TokenSources: fmt::Debug + Send + Sync {
    /// The source of what `request` describes.
    ///
    /// # Errors
    /// [`TokenError::Settings`] when the request cannot be made at all.
    fn source(&self, request: &TokenRequest) -> Result<Arc<dyn TokenSource>, TokenError>;
}
