/// Where clients get their tokens: `test-probe.services.vault.oauth` of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuthOptions {
    /// The token endpoint, an `http:` or `https:` URL.
    pub token_endpoint: String,
    /// The scopes to ask for, separated by blanks; the endpoint's own choice where there are none.
    pub scope: Option<String>,
}

impl OAuthOptions {
    /// Tokens of this endpoint, with the scopes that it gives of its own accord.
    pub fn new(token_endpoint: impl Into<String>) -> Self {
        Self { token_endpoint: token_endpoint.into(), scope: None }
    }

    /// Asks for these scopes; none when the text is blank.
    #[must_use]
    pub fn with_scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into()).filter(|scope| !scope.trim().is_empty());
        self
    }
}
