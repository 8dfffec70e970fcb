use std::collections::HashMap;
use std::time::Duration;

use futures_util::future::try_join_all;
use test_probe_directives::{KafkaSecurityDirective, Role, TopicDirective};
use test_probe_encoding::SerdesFactory;
use test_probe_kafka::{ClientIdentity, Security};
use test_probe_oauth::{TokenCell, TokenIdentity, TokenRequest};

use crate::error::DirectiveError;
use crate::{KafkaSettings, TokenRefreshers};

/// A topic directive with everything that opening it needs. `T` is what its token is known by: a [`TokenRequest`] until the
/// token is there.
#[derive(Clone, Debug)]
pub(crate) struct Opening<T = TokenCell> {
    pub(crate) directive: TopicDirective,
    pub(crate) identity: ClientIdentity,
    pub(crate) security: Security<T>,
    pub(crate) serdes: Option<SerdesFactory>,
}

/// Matches the directives of one role with their credentials: for each the first security directive of the same topic and
/// role. A directive without one is an error, where the Scala system opened nothing and said nothing.
pub(crate) fn openings(
    role: Role,
    topics: &[TopicDirective],
    credentials: &[KafkaSecurityDirective],
    settings: &KafkaSettings,
) -> Result<Vec<Opening<TokenRequest>>, DirectiveError> {
    let open = |directive: &TopicDirective| {
        let security = credentials.iter().find(|security| security.opens(directive));
        let security = security.ok_or_else(|| DirectiveError::NoCredentials(directive.identity()))?;
        let security = settings.clusters.security(&directive.cluster).open(security);
        let security = security.map_err(|unavailable| DirectiveError::Security(directive.identity(), unavailable))?;
        let (identity, serdes) = settings.identity(directive, security.fingerprint())?;
        Ok(Opening { directive: directive.clone(), identity, security, serdes })
    };
    topics.iter().filter(|directive| directive.role == role).map(open).collect()
}

/// Waits for the tokens that these are opened with, each asked for once.
///
/// # Errors
/// [`DirectiveError::NoToken`] for the first token that does not come.
///
/// # Cancellation
/// Safe.
pub(crate) async fn with_tokens(
    openings: Vec<Opening<TokenRequest>>,
    tokens: TokenRefreshers,
    within: Duration,
) -> Result<Vec<Opening>, DirectiveError> {
    let mut wanted = HashMap::<TokenIdentity, (&TokenRequest, &TopicDirective)>::new();
    for Opening { directive, security, .. } in &openings {
        if let Some(request) = security.token_request() {
            wanted.entry(request.identity()).or_insert((request, directive));
        }
    }
    let asked = wanted.into_iter().map(|(identity, (request, directive))| {
        let tokens = &tokens;
        async move {
            match tokens.first_token(request, within).await {
                Ok(cell) => Ok((identity, cell)),
                Err(cause) => Err(DirectiveError::NoToken { topic: directive.identity(), cause }),
            }
        }
    });
    let cells: HashMap<TokenIdentity, TokenCell> = try_join_all(asked).await?.into_iter().collect();
    let with_its_token = |opening: Opening<TokenRequest>| {
        let request = opening.security.token_request();
        let cell = request.and_then(|request| cells.get(&request.identity()).cloned());
        opening.with_token(cell)
    };
    openings.into_iter().map(with_its_token).collect()
}

impl Opening<TokenRequest> {
    /// Puts the token in the place of the request for it.
    ///
    /// # Errors
    /// [`DirectiveError::Security`] where a token is wanted and there is none.
    pub(crate) fn with_token(self, cell: Option<TokenCell>) -> Result<Opening, DirectiveError> {
        let Self { directive, identity, security, serdes } = self;
        match security.with_token(cell) {
            Ok(security) => Ok(Opening { directive, identity, security, serdes }),
            Err(unavailable) => Err(DirectiveError::Security(directive.identity(), unavailable)),
        }
    }
}

#[cfg(test)]
mod tests;
