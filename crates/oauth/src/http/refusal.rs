use std::sync::Arc;

use super::answer::Said;
use super::cleaner::Cleaner;
use super::exchange::Head;
use super::grant::Proof;
use crate::{TokenError, TokenIdentity};

/// What is shown of an error's code, and of what is said about it, at most; in characters.
const LONGEST_CODE: usize = 64;
const LONGEST_DESCRIPTION: usize = 400;

/// The error of an endpoint that answered, and said no.
pub(super) fn refusal(
    identity: &Arc<TokenIdentity>,
    head: &Head,
    said: Option<&Said>,
    proof: &Proof,
    cleaner: &Cleaner,
) -> TokenError {
    let part = |text: Option<&String>, longest| text.and_then(|text| cleaner.clean(text, longest));
    let error = part(said.and_then(|said| said.error.as_ref()), LONGEST_CODE);
    let mut description = part(said.and_then(|said| said.description.as_ref()), LONGEST_DESCRIPTION);
    if said.is_none() && head.is_page {
        description = Some("the answer is a web page".to_owned());
    }
    let fix = fix(head.status, error.as_deref(), proof, head.is_page);
    let (identity, status, retry_after) = (Arc::clone(identity), head.status, head.retry_after);
    TokenError::Refused { identity, status, error, description, retry_after, fix }
}

/// The error of an endpoint that sends the request on.
pub(super) fn redirection(
    identity: &Arc<TokenIdentity>,
    status: u16,
    to: Option<&str>,
    cleaner: &Cleaner,
) -> TokenError {
    let to = to.and_then(|to| cleaner.clean(to, LONGEST_DESCRIPTION));
    let to = to.unwrap_or_else(|| "an address that it does not name".to_owned());
    TokenError::Refused {
        identity: Arc::clone(identity),
        status,
        error: None,
        description: Some(format!("it sends the request on to {to}, where the secret does not follow")),
        retry_after: None,
        fix: "set the token endpoint to the address that answers itself",
    }
}

fn fix(status: u16, error: Option<&str>, proof: &Proof, is_page: bool) -> &'static str {
    match (error, status) {
        (Some("invalid_scope"), _) => "ask for a scope that the identity provider knows and allows this client",
        (Some("unsupported_grant_type"), _) => {
            "let the identity provider allow the client-credentials grant, or set another token endpoint"
        }
        (Some("invalid_target"), _) => "check the audience (and the resource, where one is given)",
        // Keycloak says so of a wrong secret, others of a right one.
        (Some("unauthorized_client"), 401) => match proof {
            Proof::Key(_) => {
                "check client id, private key and key id; if they are right, allow the client the client-credentials grant"
            }
            _ => "check client id and secret; if they are right, allow the client the client-credentials grant",
        },
        (Some("unauthorized_client"), _) => {
            "allow the client the client-credentials grant at the identity provider (in Keycloak: service accounts)"
        }
        (Some("access_denied"), _) => "allow the client this audience and scope at the identity provider",
        (Some("invalid_request"), _) => {
            "check scope, audience and parameters, and whether the secret belongs in the header or in the form"
        }
        (Some("invalid_client"), _) | (None, 400 | 401) if !is_page => match proof {
            Proof::Header(_) => {
                "check client id and secret, and whether the endpoint takes the secret in the form rather than the header"
            }
            Proof::Form(_) => {
                "check client id and secret, and whether the endpoint takes the secret in the header rather than the form"
            }
            Proof::Key(_) => {
                "check client id, private key and key id, and that the identity provider has the public key"
            }
        },
        (_, 403) => "check that the client may ask there, and that no proxy or firewall stands between",
        (_, 404) => "check the path of the token endpoint, and the realm or tenant in it",
        (_, 405) => "check the token endpoint: what is there takes no POST",
        (_, 407) => "give the proxy's user and password in HTTPS_PROXY or HTTP_PROXY",
        (_, 429) => "ask less often: let fewer probes run at once, or raise the limit at the identity provider",
        (_, 500..) => "see what the identity provider's own log says; it is asked again",
        (_, _) if is_page => "check the token endpoint: a page for people is not where tokens are given",
        (_, _) => "check token endpoint, client id and secret",
    }
}
