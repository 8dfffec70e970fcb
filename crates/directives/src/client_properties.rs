use std::collections::BTreeMap;
use std::fmt;

/// Properties that go to librdkafka as they are, by name. Values that look secret do not print.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ClientProperties(BTreeMap<String, String>);

impl ClientProperties {
    /// The properties, sorted by name. Do not log a value without asking [`is_secret`](Self::is_secret).
    pub fn as_map(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// Whether a property of this name holds something that must not be seen: a password, a private key, a token.
    pub fn is_secret(name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        let is_address = name.ends_with(".url") || name.ends_with(".location");
        let marks = ["password", "secret", "token", "credential", "jaas", "key.pem", "oauthbearer.config", "assertion"];
        !is_address && marks.iter().any(|mark| name.contains(mark))
    }
}

impl ClientProperties {
    /// Sets one.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }
}

impl From<BTreeMap<String, String>> for ClientProperties {
    fn from(properties: BTreeMap<String, String>) -> Self {
        Self(properties)
    }
}

impl fmt::Debug for ClientProperties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |(name, value): (&'_ String, &'_ String)| {
            (name.clone(), if Self::is_secret(name) { "***".to_owned() } else { value.clone() })
        };
        f.debug_map().entries(self.0.iter().map(shown)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_print_and_the_rest_does() {
        let properties = ClientProperties::from(
            [("sasl.password", "hunter2"), ("ssl.key.pem", "hunter2"), ("sasl.mechanism", "PLAIN")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into_iter()
                .collect::<BTreeMap<_, _>>(),
        );
        let shown = r#"{"sasl.mechanism": "PLAIN", "sasl.password": "***", "ssl.key.pem": "***"}"#;
        assert_eq!(format!("{properties:?}"), shown);
        assert_eq!(properties.as_map()["sasl.password"], "hunter2");
    }

    #[test]
    fn names_of_librdkafka_are_judged_rightly() {
        for name in [
            "sasl.password",
            "ssl.key.password",
            "ssl.keystore.password",
            "ssl.key.pem",
            "sasl.oauthbearer.client.secret",
            "sasl.oauthbearer.client.credentials.client.secret",
            "sasl.oauthbearer.config",
            "sasl.oauthbearer.assertion.private.key.passphrase",
        ] {
            assert!(ClientProperties::is_secret(name), "{name}");
        }
        for name in
            ["sasl.username", "ssl.ca.location", "ssl.key.location", "sasl.oauthbearer.token.endpoint.url", "debug"]
        {
            assert!(!ClientProperties::is_secret(name), "{name}");
        }
    }
}
