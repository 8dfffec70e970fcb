//! Bearer tokens: where they come from, who may read them, and when they are renewed.
//!
//! ```text
//!   TokenRequest ──▶ TokenSources ──▶ TokenSource ──fetch──▶ BearerToken
//!                                                               │ put / fail
//!                                        TokenWriter (one) ◀────┘   when: RefreshPolicy
//!                                            │
//!                                        TokenCell (many): read without waiting, or be told of each change
//! ```
//!
//! One token serves every producer, consumer, admin call and registry call of one [`TokenIdentity`].
//!
//! What is *not* here: the actor that renews (`OAuthTokenRefresherActor`), and Kafka's and the registry's way of carrying a
//! token.

mod bearer_token;
#[cfg(feature = "http")]
mod claims;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "msk-iam")]
pub mod msk_iam;
mod refresh_policy;
mod token_cell;
mod token_error;
mod token_request;
mod token_source;

#[cfg(feature = "http")]
pub use self::http::{CaCertificates, HttpTokenSettings, HttpTokenSources, TokenSettingsError};
pub use bearer_token::BearerToken;
#[cfg(feature = "http")]
pub use claims::{Claims, MeasuredSkew};
pub use refresh_policy::RefreshPolicy;
pub use token_cell::{TokenCell, TokenState, TokenSubscription, TokenUnavailable, TokenWriter};
pub use token_error::{TokenError, TokenFailure};
pub use token_request::{ClientCredentialsRequest, ClientProof, MskIamRequest, TokenIdentity, TokenRequest};
pub use token_source::{TokenSource, TokenSources};
