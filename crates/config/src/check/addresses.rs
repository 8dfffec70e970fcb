//! Where somebody is to be reached.

use super::{Checked, KeySpec, Refusal, Value, not_blank, text_of};
use crate::service_endpoint::{endpoint_of, shown};

pub(super) fn bootstrap_servers(spec: &KeySpec, value: &Value) -> Result<Checked, Refusal> {
    let suggestion = format!("Set '{}' to a list such as \"host1:9092,host2:9092\"", spec.path);
    let servers = not_blank(spec, value)?.parse().map_err(|error| {
        let error: test_probe_directives::InvalidBootstrapServers = error;
        Refusal::new(error.to_string(), suggestion)
    })?;
    Ok(Checked::BootstrapServers(servers))
}

pub(super) fn schema_registry_url(spec: &KeySpec, value: &Value) -> Result<Checked, Refusal> {
    let url = not_blank(spec, value)?.parse().map_err(|error: crate::InvalidSchemaRegistryUrl| {
        let suggestion = match error {
            crate::InvalidSchemaRegistryUrl::Empty { .. } => "Write an address there, or take the comma away",
            _ => "Use a URL that starts with 'http://' or 'https://', such as http://localhost:8081",
        };
        let refusal = Refusal::new(error.to_string(), suggestion);
        if let Some(cause) = std::error::Error::source(&error) { refusal.caused_by(cause) } else { refusal }
    })?;
    Ok(Checked::SchemaRegistryUrl(url))
}

/// Only a service's own address may be left out, and only a token endpoint is asked with a query.
pub(super) fn endpoint(spec: &KeySpec, value: &Value, optional: bool) -> Result<Checked, Refusal> {
    let text = if optional { text_of(spec, value)? } else { not_blank(spec, value)? };
    if text.trim().is_empty() {
        return Ok(Checked::Text(String::new()));
    }
    endpoint_of(&text, !optional).map(Checked::Text).map_err(|cause| {
        let message = format!("Invalid {} format: {}", spec.description, shown(&text));
        let suggestion = "Use a URL that starts with 'http://' or 'https://', without user and password";
        Refusal::new(message, suggestion).caused_by(cause)
    })
}

pub(super) fn function_url(spec: &KeySpec, value: &Value) -> Result<Checked, Refusal> {
    let text = text_of(spec, value)?;
    if text.trim().is_empty() {
        return Ok(Checked::FunctionUrl(None));
    }
    let url = text.parse().map_err(|error: crate::InvalidFunctionUrl| {
        let message = format!("Invalid {} format: {}", spec.description, shown(&text));
        let refusal = Refusal::new(message, "Use the function's URL, which starts with 'http://' or 'https://'");
        if let Some(cause) = std::error::Error::source(&error) { refusal.caused_by(cause) } else { refusal }
    })?;
    Ok(Checked::FunctionUrl(Some(url)))
}
