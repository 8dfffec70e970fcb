//! SASL extensions, as RFC 7628 (section 3.1) has them.

use std::collections::BTreeMap;

use super::UnavailableSecurity;

/// Checks names and values before anything connects: librdkafka refuses the token together with a bad extension.
pub(super) fn check(extensions: &BTreeMap<String, String>) -> Result<(), UnavailableSecurity> {
    for (name, value) in extensions {
        let rule = if name == "auth" {
            "'auth' is the token's own name; leave it out"
        } else if name.is_empty() || !name.chars().all(|character| character.is_ascii_alphabetic()) {
            "a name has the letters A-Z and a-z only, such as logicalCluster or identityPoolId"
        } else if !value.chars().all(|c| matches!(c, '\t' | '\r' | '\n' | ' '..='~')) {
            "a value has printable ASCII characters only"
        } else {
            continue;
        };
        return Err(UnavailableSecurity::Extension { name: name.clone(), rule });
    }
    Ok(())
}
