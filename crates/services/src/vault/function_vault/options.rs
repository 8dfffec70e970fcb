use std::time::Duration;

use crate::vault::{CLIENT_ID, CLIENT_SECRET, OAuthOptions, RosettaConfig, Variables};

/// How a function is called: the keys `timeout`, `retry-attempts` and `required-fields` of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallOptions {
    /// How long one try may take, from connecting to the last byte of the answer.
    pub timeout: Duration,
    /// How often a call is repeated after the first try, where that may help.
    pub retry_attempts: usize,
    /// The pause before the first repetition; each further one is twice as long, plus a random part.
    pub retry_delay: Duration,
    /// The fields without which credentials are not complete.
    pub required_fields: Vec<String>,
}

impl Default for CallOptions {
    /// The Scala system's defaults: 10 s, three repetitions from 1 s on, `clientId` and `clientSecret`.
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(10),
            retry_attempts: 3,
            retry_delay: Duration::from_secs(1),
            required_fields: vec![CLIENT_ID.to_owned(), CLIENT_SECRET.to_owned()],
        }
    }
}

/// How topic directives become requests, and answers become credentials.
#[derive(Clone, Debug)]
pub struct CredentialsRecipe {
    /// The template of requests, and where in answers the credentials stand.
    pub rosetta: RosettaConfig,
    /// What templates may ask for as `{{$^request-params.a.b}}`; it is asked for the whole path.
    pub request_params: Variables,
    /// Where the clients get their tokens.
    pub oauth: OAuthOptions,
}
