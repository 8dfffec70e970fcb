//! How clients show who they are: what Kafka and OAuth have names for.

use test_probe_directives::{SaslMechanism, SecurityProtocol, nearest};

use super::{Checked, KeySpec, Refusal, Value, not_blank, text_of};

/// The fields of a request for a token that other keys fill, and what to do instead.
const TOKEN_FIELDS: &[(&str, &str)] = &[
    ("grant_type", "Remove it; it is always client_credentials"),
    ("client_id", "Remove it and set 'test-probe.services.vault.oauth.client-id'"),
    ("client_secret", "Remove it and set 'test-probe.services.vault.oauth.client-secret'"),
    ("scope", "Remove it and set 'test-probe.services.vault.oauth.scope'"),
    ("audience", "Remove it and set 'test-probe.services.vault.oauth.audience'"),
    ("client_assertion", "Remove it and set 'test-probe.services.vault.oauth.private-key-file'"),
    ("client_assertion_type", "Remove it and set 'test-probe.services.vault.oauth.client-authentication'"),
];

pub(super) fn protocol(spec: &KeySpec, value: &Value) -> Result<Checked, Refusal> {
    let text = text_of(spec, value)?;
    if text.trim().is_empty() {
        return Ok(Checked::SecurityProtocol(None));
    }
    let names = SecurityProtocol::ALL.map(SecurityProtocol::as_str);
    let protocol = text.parse().map_err(|_| unknown(spec, &text, &names))?;
    Ok(Checked::SecurityProtocol(Some(protocol)))
}

pub(super) fn mechanism(spec: &KeySpec, value: &Value) -> Result<Checked, Refusal> {
    let text = not_blank(spec, value)?;
    let names = SaslMechanism::ALL.map(SaslMechanism::as_str);
    let mechanism = text.parse().map_err(|_| unknown(spec, &text, &names))?;
    Ok(Checked::SaslMechanism(mechanism))
}

fn unknown(spec: &KeySpec, text: &str, names: &[&'static str]) -> Refusal {
    let KeySpec { path, description, .. } = spec;
    let (text, all) = (text.trim(), names.join(", "));
    let suggestion = match nearest(text, names.iter().copied()) {
        Some(name) => format!("Did you mean {name}? Set '{path}' to one of: {all}"),
        None => format!("Set '{path}' to one of: {all}"),
    };
    Refusal::new(format!("Invalid {description}: {text}. Must be one of: {all}"), suggestion)
}

/// The grammar of RFC 7628, section 3.1, which librdkafka insists on.
pub(super) fn extension(name: &str, text: &str) -> Result<(), Refusal> {
    let has_letters_alone = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !has_letters_alone || name.eq_ignore_ascii_case("auth") {
        let message = format!("'{name}' cannot be the name of a Kafka SASL extension");
        let suggestion = "Use letters from a to z and A to Z alone, and not 'auth', which is the token itself";
        return Err(Refusal::new(message, suggestion));
    }
    let is_visible = |byte: u8| matches!(byte, b'!'..=b'~' | b' ' | b'\t' | b'\r' | b'\n');
    if text.is_empty() || !text.bytes().all(is_visible) {
        let message = format!("The value of Kafka SASL extension '{name}' is empty or holds what SASL has no room for");
        return Err(Refusal::new(message, "Write printable characters of ASCII, or take the extension away"));
    }
    Ok(())
}

pub(super) fn token_parameter(name: &str, _text: &str) -> Result<(), Refusal> {
    if name.trim().is_empty() {
        return Err(Refusal::new("An OAuth parameter has no name", "Write name = \"value\""));
    }
    let filled = TOKEN_FIELDS.iter().find(|(field, _)| *field == name);
    filled.map_or(Ok(()), |(_, suggestion)| {
        Err(Refusal::new(format!("OAuth parameter '{name}' is set by the probe itself"), *suggestion))
    })
}
