use std::fmt;

use reqsign_aws_v4::{
    AssumeRoleWithWebIdentityCredentialProvider, Credential, ECSCredentialProvider, EnvCredentialProvider,
    IMDSv2CredentialProvider, ProcessCredentialProvider, ProfileCredentialProvider, SSOCredentialProvider,
};
use reqsign_core::{Context, ProvideCredentialDyn};

/// A place where credentials may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Environment,
    Files,
    Sso,
    WebIdentity,
    Process,
    Container,
    Instance,
}

impl Place {
    fn name(self) -> &'static str {
        match self {
            Self::Environment => "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            Self::Files => "the keys of the profile in ~/.aws/credentials and ~/.aws/config",
            Self::Sso => "its SSO session",
            Self::WebIdentity => "AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN",
            Self::Process => "its credential_process",
            Self::Container => "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI",
            Self::Instance => "the instance's metadata service",
        }
    }
}

type Provider = Box<dyn ProvideCredentialDyn<Credential = Credential>>;

/// The places where credentials are looked for, in their order. The first that has some wins.
///
/// It is a loop of its own since that of `reqsign` logs its providers and their errors, and with them a metadata service's
/// token and what a service answered.
pub(super) struct Chain {
    profile: Option<String>,
    places: Vec<(Place, Provider)>,
}

impl Chain {
    /// The default chain, or that of one profile. A web identity is shown to the token service of `region`.
    pub(super) fn new(profile: Option<String>, region: &str) -> Self {
        let mut places: Vec<(Place, Provider)> = Vec::new();
        let files = ProfileCredentialProvider::new();
        let (sso, process) = (SSOCredentialProvider::new(), ProcessCredentialProvider::new());
        match &profile {
            Some(name) => {
                places.push((Place::Files, Box::new(files.with_profile(name))));
                places.push((Place::Sso, Box::new(sso.with_profile(name))));
                places.push((Place::Process, Box::new(process.with_profile(name))));
            }
            None => {
                let web_identity = AssumeRoleWithWebIdentityCredentialProvider::new();
                let web_identity = web_identity.with_region(region.to_owned()).with_regional_sts_endpoint();
                places.push((Place::Environment, Box::new(EnvCredentialProvider::new())));
                places.push((Place::Files, Box::new(files)));
                places.push((Place::Sso, Box::new(sso)));
                places.push((Place::WebIdentity, Box::new(web_identity)));
                places.push((Place::Process, Box::new(process)));
                places.push((Place::Container, Box::new(ECSCredentialProvider::new())));
                places.push((Place::Instance, Box::new(IMDSv2CredentialProvider::new())));
            }
        }
        Self { profile, places }
    }

    pub(super) async fn find(&self, context: &Context) -> Result<Credential, Nowhere> {
        let mut looked_at = Vec::new();
        for (place, provider) in &self.places {
            let found = provider.provide_credential_dyn(context).await;
            // An error is not handed on: it may repeat what a service or a file said.
            looked_at.push((*place, found.is_err()));
            match found {
                Ok(Some(found)) if !found.access_key_id.is_empty() && !found.secret_access_key.is_empty() => {
                    return Ok(found);
                }
                _ => {}
            }
        }
        Err(Nowhere { profile: self.profile.clone(), looked_at })
    }
}

/// There are no credentials.
#[derive(Debug)]
pub(super) struct Nowhere {
    profile: Option<String>,
    /// Each place, and whether it failed: there is something, but it gives nothing.
    looked_at: Vec<(Place, bool)>,
}

impl Nowhere {
    pub(super) fn fix(&self) -> &'static str {
        match self.profile {
            Some(_) => {
                "give the profile keys or a credential_process, or log in by 'aws sso login'; a profile that assumes a role \
                 is not followed: name its source_profile and its role_arn instead"
            }
            None => {
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, log in by 'aws sso login', or run where a \
                 role is given"
            }
        }
    }

    /// Whether a service that was named did not give what it has. That there is no metadata service is what most machines
    /// have in common.
    pub(super) fn is_worth_a_retry(&self) -> bool {
        let services = [Place::WebIdentity, Place::Process, Place::Container];
        self.looked_at.iter().any(|(place, has_failed)| *has_failed && services.contains(place))
    }
}

impl fmt::Display for Nowhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.profile {
            Some(profile) => write!(f, "the profile '{profile}' has no AWS credentials; looked for ")?,
            None => f.write_str("there are no AWS credentials; looked for ")?,
        }
        for (index, (place, has_failed)) in self.looked_at.iter().enumerate() {
            let (comma, failed) = (if index == 0 { "" } else { ", " }, if *has_failed { " (failed)" } else { "" });
            write!(f, "{comma}{}{failed}", place.name())?;
        }
        Ok(())
    }
}
