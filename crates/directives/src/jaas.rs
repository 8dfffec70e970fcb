//! JAAS text, as Kafka's `sasl.jaas.config` and the Scala system write it: read, and translated to what the probe speaks.
//!
//! ```text
//! org.apache.kafka.common.security.plain.PlainLoginModule required username="svc" password="…";
//! └── login module                                        └ flag   └ options, quoted       the end ┘
//! ```

use std::collections::BTreeMap;

use crate::Secret;

mod entry;
mod invalid;
mod login_module;
#[cfg(test)]
mod tests;
mod tokens;

pub use invalid::InvalidJaasText;

/// What one JAAS text says about who comes, and how that is proven. Its `Debug` shows no secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum JaasLogin {
    /// `OAuthBearerLoginModule`: with a bearer token that is asked for at a token endpoint.
    OAuthBearer(OAuthBearerLogin),
    /// `PlainLoginModule`: with a user name and a password, as they are.
    Plain(PasswordLogin),
    /// `ScramLoginModule`: with a user name and a password that is not sent. SHA-256 or SHA-512 is not said here.
    Scram(PasswordLogin),
    /// `IAMLoginModule`: with AWS credentials.
    Iam(IamLogin),
}

/// The options of `OAuthBearerLoginModule`, under the names of the Scala system (`oauth.client.id`) or of Kafka's own
/// handler (`clientId`).
#[derive(Clone, Debug)]
pub struct OAuthBearerLogin {
    /// The client's id at the token endpoint.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: Secret,
    /// Where tokens are asked for. Kafka's own handler takes it from elsewhere.
    pub token_endpoint: Option<String>,
    /// The scopes to ask for, separated by blanks.
    pub scope: Option<String>,
    /// The SASL extensions: options whose names begin with `extension_`, without that.
    pub extensions: BTreeMap<String, String>,
}

/// The options of `PlainLoginModule` and `ScramLoginModule`.
#[derive(Clone, Debug)]
pub struct PasswordLogin {
    /// The user's name.
    pub username: String,
    /// The password.
    pub password: Secret,
}

/// The options of `IAMLoginModule`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IamLogin {
    /// The profile of the shared credentials file; the default chain without one.
    pub profile: Option<String>,
    /// A role to be assumed first, by its ARN.
    pub role_arn: Option<String>,
    /// The region whose token service assumes the role.
    pub sts_region: Option<String>,
}

impl JaasLogin {
    /// Reads a JAAS text as Kafka does: one login module with its control flag and options, over as many lines as it
    /// likes, with `//` and `/* */` comments, and a semicolon at the end.
    ///
    /// # Errors
    /// [`InvalidJaasText`] when it is no JAAS text, or asks for what the probe does not speak; it names module and option,
    /// and repeats no value.
    pub fn parse(text: &Secret) -> Result<Self, InvalidJaasText> {
        login_module::translate(entry::parse(text.expose())?)
    }

    /// The login module's name without its package.
    pub fn module(&self) -> &'static str {
        match self {
            Self::OAuthBearer(_) => "OAuthBearerLoginModule",
            Self::Plain(_) => "PlainLoginModule",
            Self::Scram(_) => "ScramLoginModule",
            Self::Iam(_) => "IAMLoginModule",
        }
    }
}
