use std::sync::Arc;
use std::time::Duration;

use reqsign_aws_v4::{AssumeRoleGrant, AssumeRoleGranter, Credential};
use reqsign_core::{Context, Error, ErrorKind, GrantCredential};

use super::outside::Environment;
use crate::{TokenError, TokenIdentity};

/// A role that is assumed with the credentials that were found.
pub(super) struct Role {
    arn: String,
    granter: AssumeRoleGranter,
}

impl Role {
    const FIX: &str = "see that the role exists, that its trust policy names the caller, and that the caller may \
                       sts:AssumeRole it";

    /// A role that is asked for at the token service of `region`; or what is wrong with it, and the fix.
    pub(super) fn new(arn: String, region: &str, environment: &Environment) -> Result<Self, (String, &'static str)> {
        let parts: Vec<_> = arn.splitn(6, ':').collect();
        let is_role = matches!(&parts[..], ["arn", _, "iam", "", account, name]
            if account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()) && name.len() > 5 && name.starts_with("role/"));
        if !is_role {
            let fix = "set it to such as arn:aws:iam::123456789012:role/kafka";
            return Err((format!("the role '{arn}' is no ARN of a role"), fix));
        }
        let partition = partition(region);
        if parts.get(1) != Some(&partition) {
            let reason = format!(
                "the role '{arn}' cannot be assumed for the region '{region}', whose ARNs begin arn:{partition}:"
            );
            return Err((reason, "name a role of the part of AWS in which the cluster is"));
        }
        let session = environment.get("AWS_ROLE_SESSION_NAME").unwrap_or_else(|| "test-probe".to_owned());
        let granter = AssumeRoleGranter::new(region, AssumeRoleGrant::new(&arn, session));
        Ok(Self { arn, granter })
    }

    pub(super) fn arn(&self) -> &str {
        &self.arn
    }

    /// Asks for credentials of the role. The error is for [`failure`](Self::failure) alone.
    pub(super) async fn assume(&self, context: &Context, credential: &Credential) -> Result<Credential, Error> {
        self.granter.grant_credential(context, credential, None).await
    }

    /// Why the role was not given, when the token service answered with this status, or did not answer.
    pub(super) fn failure(&self, identity: &Arc<TokenIdentity>, error: &Error, status: Option<u16>) -> TokenError {
        let identity = Arc::clone(identity);
        let not_assumed = format!("the role '{}' is not given", self.arn);
        match status {
            Some(200..=299) => TokenError::Malformed {
                identity,
                reason: format!("{not_assumed}, AWS STS answers with no credentials"),
                fix: Self::FIX,
            },
            // What it asks for comes with status 400, which would be taken for the last word.
            Some(_) if error.kind() == ErrorKind::RateLimited => TokenError::Unreachable {
                identity,
                reason: format!("{not_assumed}, AWS STS is asked too often"),
                fix: "ask less often, or raise the account's limit",
                source: None,
            },
            Some(status) => TokenError::Refused {
                identity,
                status,
                error: code(error),
                description: Some(not_assumed),
                retry_after: None,
                fix: Self::FIX,
            },
            None if error.is_retryable() => TokenError::Unreachable {
                identity,
                reason: format!("{not_assumed}, AWS STS does not answer"),
                fix: "see that the region's AWS STS can be reached, such as by a VPC endpoint or a proxy",
                source: None,
            },
            None => TokenError::Settings {
                identity,
                reason: format!("the role '{}' cannot be asked for with these AWS credentials", self.arn),
                fix: "see that they are whole and have not ended, and that AWS_ROLE_SESSION_NAME is a plain word",
            },
        }
    }

    /// The token service took longer than `within`.
    pub(super) fn silence(&self, identity: &Arc<TokenIdentity>, within: Duration) -> TokenError {
        TokenError::Unreachable {
            identity: Arc::clone(identity),
            reason: format!("the role '{}' is not given, no answer of AWS STS within {} s", self.arn, within.as_secs()),
            fix: "see that the region's AWS STS can be reached, such as by a VPC endpoint or a proxy",
            source: None,
        }
    }
}

/// The part of AWS in which a region lies, as ARNs name it.
fn partition(region: &str) -> &'static str {
    const BY_PREFIX: [(&str, &str); 7] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("eusc-", "aws-eusc"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("eu-isoe-", "aws-iso-e"),
        ("us-isof-", "aws-iso-f"),
    ];
    BY_PREFIX.iter().find(|(prefix, _)| region.starts_with(prefix)).map_or("aws", |(_, partition)| partition)
}

/// AWS's word for what went wrong, such as `AccessDenied`.
fn code(error: &Error) -> Option<String> {
    let code = error.context().iter().find_map(|note| note.strip_prefix("error_code: "))?;
    let is_word = !code.is_empty() && code.len() <= 64 && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    is_word.then(|| code.to_owned())
}
