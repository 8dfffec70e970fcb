use std::fmt;
use std::str::FromStr;

/// How a connection to a broker is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SecurityProtocol {
    /// Neither encrypted nor authenticated.
    Plaintext,
    /// TLS; a client certificate is the only proof of who comes.
    Ssl,
    /// SASL without encryption: whoever listens sees what is proven with.
    SaslPlaintext,
    /// TLS with SASL inside it.
    SaslSsl,
}

impl SecurityProtocol {
    /// Every protocol, for messages that list them.
    pub const ALL: [Self; 4] = [Self::Plaintext, Self::Ssl, Self::SaslPlaintext, Self::SaslSsl];

    /// The value of Kafka's `security.protocol`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plaintext => "PLAINTEXT",
            Self::Ssl => "SSL",
            Self::SaslPlaintext => "SASL_PLAINTEXT",
            Self::SaslSsl => "SASL_SSL",
        }
    }

    /// Whether the client proves by SASL who it is.
    pub const fn has_sasl(self) -> bool {
        matches!(self, Self::SaslPlaintext | Self::SaslSsl)
    }

    /// Whether the connection is encrypted.
    pub const fn has_tls(self) -> bool {
        matches!(self, Self::Ssl | Self::SaslSsl)
    }
}

impl fmt::Display for SecurityProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no security protocol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is no security protocol; use one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL")]
pub struct UnknownSecurityProtocol {
    text: String,
}

/// Upper and lower case are the same.
impl FromStr for SecurityProtocol {
    type Err = UnknownSecurityProtocol;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|protocol| protocol.as_str().eq_ignore_ascii_case(text.trim()));
        found.ok_or_else(|| UnknownSecurityProtocol { text: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_protocol_is_read_by_its_name_and_says_what_it_consists_of() {
        for protocol in SecurityProtocol::ALL {
            assert_eq!(protocol.to_string().to_lowercase().parse(), Ok(protocol));
            assert_eq!(protocol.has_sasl(), protocol.as_str().contains("SASL"), "{protocol}");
            assert_eq!(protocol.has_tls(), protocol.as_str().ends_with("SSL"), "{protocol}");
        }
        let message = "SASL".parse::<SecurityProtocol>().unwrap_err().to_string();
        assert_eq!(message, "'SASL' is no security protocol; use one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL");
    }
}
