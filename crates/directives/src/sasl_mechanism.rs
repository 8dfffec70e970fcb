use std::fmt;
use std::str::FromStr;

/// How a client proves by SASL who it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SaslMechanism {
    /// With a bearer token.
    #[default]
    OAuthBearer,
    /// With a user name and a password, as they are.
    Plain,
    /// With a user name and a password that is not sent, by SHA-256.
    ScramSha256,
    /// With a user name and a password that is not sent, by SHA-512.
    ScramSha512,
    /// With AWS credentials, as Amazon MSK takes them: a signed request that travels as a bearer token.
    AwsMskIam,
}

impl SaslMechanism {
    /// Every mechanism, for messages that list them.
    pub const ALL: [Self; 5] = [Self::OAuthBearer, Self::Plain, Self::ScramSha256, Self::ScramSha512, Self::AwsMskIam];

    /// The mechanism as Kafka's `sasl.mechanism` names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OAuthBearer => "OAUTHBEARER",
            Self::Plain => "PLAIN",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::ScramSha512 => "SCRAM-SHA-512",
            Self::AwsMskIam => "AWS_MSK_IAM",
        }
    }
}

impl fmt::Display for SaslMechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no mechanism that the probe speaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{text}' is no SASL mechanism that the probe speaks; use one of OAUTHBEARER, PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, \
     AWS_MSK_IAM"
)]
pub struct UnknownSaslMechanism {
    text: String,
}

/// Upper and lower case are the same.
impl FromStr for SaslMechanism {
    type Err = UnknownSaslMechanism;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|mechanism| mechanism.as_str().eq_ignore_ascii_case(text.trim()));
        found.ok_or_else(|| UnknownSaslMechanism { text: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mechanism_is_read_by_its_name() {
        for mechanism in SaslMechanism::ALL {
            assert_eq!(mechanism.to_string().to_lowercase().parse(), Ok(mechanism));
        }
        let message = "GSSAPI".parse::<SaslMechanism>().unwrap_err().to_string();
        assert!(message.starts_with("'GSSAPI' is no SASL mechanism that the probe speaks; use one of OAUTHBEARER,"));
        for mechanism in SaslMechanism::ALL {
            assert!(message.contains(mechanism.as_str()), "{message}");
        }
    }
}
