//! What the login modules and their options mean to the probe.

use std::collections::BTreeMap;

use super::entry::{Entry, simple_name};
use super::{IamLogin, InvalidJaasText, JaasLogin, OAuthBearerLogin, PasswordLogin};
use crate::{Secret, nearest};

/// How a text begins well.
pub(super) const EXAMPLE: &str = "'org.apache.kafka.common.security.plain.PlainLoginModule required'";

const OAUTH_BEARER: Module = Module {
    class: "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule",
    name: "OAuthBearerLoginModule",
    options: &[
        "oauth.client.id",
        "oauth.client.secret",
        "oauth.token.endpoint.uri",
        "oauth.scope",
        "clientId",
        "clientSecret",
        "scope",
    ],
};
const PLAIN: Module = Module {
    class: "org.apache.kafka.common.security.plain.PlainLoginModule",
    name: "PlainLoginModule",
    options: &["username", "password"],
};
const SCRAM: Module = Module {
    class: "org.apache.kafka.common.security.scram.ScramLoginModule",
    name: "ScramLoginModule",
    options: &["username", "password", "tokenauth"],
};
const IAM: Module = Module {
    class: "software.amazon.msk.auth.iam.IAMLoginModule",
    name: "IAMLoginModule",
    options: &["awsProfileName", "awsRoleArn", "awsStsRegion"],
};

const EXTENSION: &str = "extension_";

/// Options of other handlers, and what to write instead.
const INSTEAD: [(&str, &str); 12] = [
    ("oauth.audience", "set test-probe.services.vault.oauth.audience"),
    ("oauth.token.endpoint", "write oauth.token.endpoint.uri"),
    ("oauth.access.token", "give a client's id and secret, so that the token can be renewed"),
    ("oauth.refresh.token", "give a client's id and secret, so that the token can be renewed"),
    ("oauth.ssl.truststore.location", "set test-probe.services.vault.oauth.ca-file to the authority's PEM file"),
    ("oauth.ssl.truststore.certificates", "set test-probe.services.vault.oauth.ca-file to the authority's PEM file"),
    ("ssl.truststore.location", "set test-probe.services.vault.oauth.ca-file to the authority's PEM file"),
    ("oauth.client.assertion", "set test-probe.services.vault.oauth.client-authentication = private-key"),
    ("sasl.oauthbearer.token.endpoint.url", "write oauth.token.endpoint.uri"),
    ("awsRoleSessionName", "leave it out; the session is named after the probe"),
    ("awsRoleExternalId", "name a profile that assumes the role with its external id: awsProfileName"),
    ("awsDebugCreds", "leave it out"),
];

struct Module {
    class: &'static str,
    name: &'static str,
    options: &'static [&'static str],
}

impl Module {
    /// Whether this is the class's name; libraries that carry Kafka along put a package of their own in front.
    fn is(&self, class: &str) -> bool {
        class.strip_suffix(self.class).is_some_and(|package| package.is_empty() || package.ends_with('.'))
    }
}

/// The option as the probe's own text, if it is one of some login module: what an error may show of a broken text.
pub(super) fn known_option(option: &str) -> Option<&'static str> {
    let own = [&OAUTH_BEARER, &PLAIN, &SCRAM, &IAM].into_iter().flat_map(|module| module.options);
    own.copied().chain(INSTEAD.map(|(known, _)| known)).find(|known| *known == option)
}

pub(super) fn translate(entry: Entry) -> Result<JaasLogin, InvalidJaasText> {
    let Entry { module, options } = entry;
    if OAUTH_BEARER.is(&module) {
        Options { module: &OAUTH_BEARER, options }.oauth_bearer().map(JaasLogin::OAuthBearer)
    } else if PLAIN.is(&module) {
        Options { module: &PLAIN, options }.password().map(JaasLogin::Plain)
    } else if SCRAM.is(&module) {
        Options { module: &SCRAM, options }.scram().map(JaasLogin::Scram)
    } else if IAM.is(&module) {
        Options { module: &IAM, options }.iam().map(JaasLogin::Iam)
    } else {
        let instead = instead_of(simple_name(&module));
        Err(InvalidJaasText::UnknownModule { module, instead })
    }
}

fn instead_of(module: &str) -> &'static str {
    const SPOKEN: &str = "use OAuthBearerLoginModule, PlainLoginModule or ScramLoginModule of Kafka, or IAMLoginModule of \
                          AWS, by their whole class names";
    match module {
        "Krb5LoginModule" => {
            "the probe does not speak Kerberos (GSSAPI); use a listener with OAUTHBEARER, SCRAM or TLS"
        }
        "LdapLoginModule" => {
            "to the client LDAP behind a broker is PLAIN: use \
                              org.apache.kafka.common.security.plain.PlainLoginModule with username and password"
        }
        _ => SPOKEN,
    }
}

/// The options of a module, taken one after the other.
struct Options {
    module: &'static Module,
    options: BTreeMap<String, Secret>,
}

impl Options {
    fn oauth_bearer(mut self) -> Result<OAuthBearerLogin, InvalidJaasText> {
        let login = OAuthBearerLogin {
            client_id: self.either("oauth.client.id", "clientId")?.expose().to_owned(),
            client_secret: self.either("oauth.client.secret", "clientSecret")?,
            token_endpoint: self.text("oauth.token.endpoint.uri"),
            scope: self.one_of("oauth.scope", "scope")?.map(|scope| scope.expose().to_owned()),
            extensions: self.extensions(),
        };
        self.nothing_else().map(|()| login)
    }

    fn password(mut self) -> Result<PasswordLogin, InvalidJaasText> {
        let username = self.required("username")?.expose().to_owned();
        let login = PasswordLogin { username, password: self.required("password")? };
        self.nothing_else().map(|()| login)
    }

    fn scram(mut self) -> Result<PasswordLogin, InvalidJaasText> {
        let wants_tokens =
            self.options.remove("tokenauth").is_some_and(|wish| !wish.expose().eq_ignore_ascii_case("false"));
        if wants_tokens {
            let instead = "the probe does not speak delegation tokens; give the user's own name and password";
            return Err(self.unknown("tokenauth", instead));
        }
        self.password()
    }

    fn iam(mut self) -> Result<IamLogin, InvalidJaasText> {
        let login = IamLogin {
            profile: self.text("awsProfileName"),
            role_arn: self.text("awsRoleArn"),
            sts_region: self.text("awsStsRegion"),
        };
        self.nothing_else().map(|()| login)
    }

    fn extensions(&mut self) -> BTreeMap<String, String> {
        let named = |(option, value): (&String, &Secret)| {
            option.strip_prefix(EXTENSION).map(|name| (name.to_owned(), value.expose().to_owned()))
        };
        let extensions = self.options.iter().filter_map(named).collect();
        self.options.retain(|option, _| !option.starts_with(EXTENSION));
        extensions
    }

    /// The option under either name, which must be there.
    fn either(&mut self, ours: &'static str, kafkas: &'static str) -> Result<Secret, InvalidJaasText> {
        self.one_of(ours, kafkas)?.ok_or(InvalidJaasText::MissingOption { module: self.module.name, option: ours })
    }

    fn one_of(&mut self, ours: &'static str, kafkas: &'static str) -> Result<Option<Secret>, InvalidJaasText> {
        match (self.filled(ours), self.filled(kafkas)) {
            (Some(_), Some(_)) => {
                Err(self.unknown(kafkas, &format!("'{ours}' is the same, and is there too: keep one of them")))
            }
            (Some(value), None) | (None, Some(value)) => Ok(Some(value)),
            (None, None) => Ok(None),
        }
    }

    fn required(&mut self, option: &'static str) -> Result<Secret, InvalidJaasText> {
        self.filled(option).ok_or(InvalidJaasText::MissingOption { module: self.module.name, option })
    }

    fn text(&mut self, option: &str) -> Option<String> {
        self.filled(option).map(|value| value.expose().to_owned())
    }

    fn filled(&mut self, option: &str) -> Option<Secret> {
        self.options.remove(option).filter(|value| !value.is_empty())
    }

    /// What was not taken is not understood: it would be ignored in silence.
    fn nothing_else(&self) -> Result<(), InvalidJaasText> {
        let Some(option) = self.options.keys().next() else { return Ok(()) };
        let known = INSTEAD.iter().find(|(other, _)| other == option).map(|(_, instead)| (*instead).to_owned());
        let instead = known.unwrap_or_else(|| {
            if option.starts_with("unsecuredLoginStringClaim_") || option.starts_with("unsecuredLogin") {
                return "unsigned tokens are for brokers that check none; give oauth.client.id, oauth.client.secret and \
                        oauth.token.endpoint.uri"
                    .to_owned();
            }
            match nearest(option, self.module.options.iter().copied()) {
                Some(near) => format!("did you mean '{near}'? Else leave it out"),
                None => format!("leave it out; known are {}", self.module.options.join(", ")),
            }
        });
        Err(self.unknown(option, &instead))
    }

    fn unknown(&self, option: &str, instead: &str) -> InvalidJaasText {
        InvalidJaasText::UnknownOption {
            module: self.module.name,
            option: option.to_owned(),
            instead: instead.to_owned(),
        }
    }
}
