use std::fmt;
use std::time::Duration;

use test_probe_directives::{Secret, Timestamp};

/// A token that opens something to whoever bears it. It never prints.
///
/// Its times are this machine's: a life that an identity provider stated is counted from the moment the token was asked
/// for, so that a clock that runs ahead or behind makes a token neither too old nor too young.
#[derive(Clone)]
pub struct BearerToken {
    text: Secret,
    principal: String,
    obtained_at: Timestamp,
    expires_at: Timestamp,
}

impl BearerToken {
    /// A token that was asked for at `obtained_at` and opens nothing from `expires_at` on.
    pub fn new(text: Secret, principal: impl Into<String>, obtained_at: Timestamp, expires_at: Timestamp) -> Self {
        Self { text, principal: principal.into(), obtained_at, expires_at }
    }

    /// The text, for the one place that hands it to the outside world.
    pub fn text(&self) -> &Secret {
        &self.text
    }

    /// Who bears it, as the token says itself, or the client's id where the token says nothing.
    pub fn principal(&self) -> &str {
        &self.principal
    }

    /// When it was asked for.
    pub fn obtained_at(&self) -> Timestamp {
        self.obtained_at
    }

    /// When it ends.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// How long it is good for in all.
    pub fn life(&self) -> Duration {
        self.expires_at.since(self.obtained_at)
    }

    /// How long it has been good for at `now`.
    pub fn age(&self, now: Timestamp) -> Duration {
        now.since(self.obtained_at)
    }

    /// How long it is still good for at `now`; zero when it has ended.
    pub fn remaining(&self, now: Timestamp) -> Duration {
        self.expires_at.since(now)
    }

    /// Whether it opens anything at `now`.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }
}

impl fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BearerToken")
            .field("principal", &self.principal)
            .field("obtained_at", &self.obtained_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
