use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqsign_aws_v4::{Credential, EMPTY_STRING_SHA256};
use reqsign_core::hash::{hex_hmac_sha256, hex_sha256, hmac_sha256};
use test_probe_directives::{Secret, Timestamp};

const ACTION: &str = "kafka-cluster:Connect";
const SERVICE: &str = "kafka-cluster";
const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// Brokers take no token that claims to be good for longer.
const LIFE: Duration = Duration::from_secs(900);

/// A token, and how long it is good.
#[derive(Debug)]
pub(super) struct Presigned {
    pub(super) token: Secret,
    /// What `X-Amz-Date` says, from which the life is counted: a whole second.
    pub(super) signed_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

/// The credentials open nothing any more.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) at: Timestamp,
}

/// Makes the token of a caller at `now`.
///
/// The signed host ends in `amazonaws.com` in China too: nobody connects to it, and AWS's own signers write it so in every
/// region. A token does not outlive its credentials.
pub(super) fn presign(
    region: &str,
    credential: &Credential,
    now: Timestamp,
    user_agent: &str,
) -> Result<Presigned, Ended> {
    let signed_at = Timestamp::from_micros(now.as_micros() - now.as_micros().rem_euclid(1_000_000));
    let life = match &credential.expires_in {
        None => LIFE,
        Some(end) => {
            let at = Timestamp::from(end.as_system_time());
            let left = Duration::from_secs(at.since(signed_at).as_secs());
            if left.is_zero() {
                return Err(Ended { at });
            }
            left.min(LIFE)
        }
    };
    let date_time = date_time(signed_at);
    let date = date_time.get(..8).unwrap_or_default();
    let scope = format!("{date}/{region}/{SERVICE}/aws4_request");
    let host = format!("kafka.{region}.amazonaws.com");

    // In the order of their names, as they must stand when they are signed.
    let mut fields = vec![
        ("Action", ACTION.to_owned()),
        ("X-Amz-Algorithm", ALGORITHM.to_owned()),
        ("X-Amz-Credential", format!("{}/{scope}", credential.access_key_id)),
        ("X-Amz-Date", date_time.clone()),
        ("X-Amz-Expires", life.as_secs().to_string()),
    ];
    fields.extend(credential.session_token.iter().map(|token| ("X-Amz-Security-Token", token.clone())));
    fields.push(("X-Amz-SignedHeaders", "host".to_owned()));
    let query: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    let query = query.join("&");

    let request = format!("GET\n/\n{query}\nhost:{host}\n\nhost\n{EMPTY_STRING_SHA256}");
    let text = format!("{ALGORITHM}\n{date_time}\n{scope}\n{}", hex_sha256(request.as_bytes()));
    let key = format!("AWS4{}", credential.secret_access_key).into_bytes();
    let key = scope.split('/').fold(key, |key, part| hmac_sha256(&key, part.as_bytes()));
    let signature = hex_hmac_sha256(&key, text.as_bytes());

    // The last field came too late to be signed, as brokers expect it.
    let agent = escaped(user_agent);
    let address = format!("https://{host}/?{query}&X-Amz-Signature={signature}&User-Agent={agent}");
    let token = Secret::new(URL_SAFE_NO_PAD.encode(address));
    let life = i64::try_from(life.as_micros()).unwrap_or(i64::MAX);
    let expires_at = Timestamp::from_micros(signed_at.as_micros().saturating_add(life));
    Ok(Presigned { token, signed_at, expires_at })
}

/// Such as `20260131T080000Z`.
fn date_time(moment: Timestamp) -> String {
    let text = moment.to_string();
    let digits: String = text.chars().take(19).filter(|c| !matches!(c, '-' | ':')).collect();
    digits + "Z"
}

/// A value as it stands in a signed query: all but letters, digits and `-._~` as `%` and two digits.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests;
