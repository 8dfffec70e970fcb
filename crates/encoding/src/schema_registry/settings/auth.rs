use std::fmt;
use std::sync::Arc;

use test_probe_directives::Secret;

use crate::codec::BoxError;

/// How one proves to a registry who one is. What it holds is never printed.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum RegistryAuth {
    /// Not at all, or by the user and the password in the address.
    #[default]
    None,
    /// With a user and a password, by HTTP's basic authentication: in Confluent Cloud, an API key and its secret.
    Basic {
        /// The user.
        user: String,
        /// The password.
        password: Secret,
    },
    /// With a token that stays the same.
    Bearer(Secret),
    /// With a token that is asked for anew before each request is sent, so that a renewed one is used at once.
    Source(Arc<dyn BearerTokenSource>),
}

/// Where the token for a registry comes from.
pub trait BearerTokenSource: fmt::Debug + Send + Sync {
    /// The token as it is now. It is asked for before each request, repetitions too, in the middle of asynchronous work:
    /// it gives what is at hand and waits for nothing.
    ///
    /// # Errors
    /// Why there is none. The question to the registry fails with
    /// [`RegistryFailure::NoToken`](crate::RegistryFailure::NoToken) then, and is repeated as after an outage.
    fn bearer_token(&self) -> Result<Secret, BoxError>;
}
