//! From what a configuration says to what it means, key by key, by the rule of the key's kind.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use test_probe_directives::{BootstrapServers, SaslMechanism, Secret, SecurityProtocol, TopicName};

use crate::hocon::{Scalar, Value, ValueKind};
use crate::issue::{Findings, Issue};
use crate::keys::{KeySpec, Kind};
use crate::{ClientProperties, FunctionUrl, NamedTexts, Origin, SchemaRegistryUrl};

mod addresses;
mod client_properties;
mod lists;
mod named_texts;
mod numbers;
mod refusal;
mod security;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use client_properties::KEYED;
pub(crate) use client_properties::leaves;
use refusal::Refusal;

/// A value that keeps its key's rule.
#[derive(Clone, Debug)]
pub(crate) enum Checked {
    Text(String),
    /// One of the words that the key allows.
    Choice(&'static str),
    File(Option<PathBuf>),
    BootstrapServers(BootstrapServers),
    SchemaRegistryUrl(SchemaRegistryUrl),
    Boolean(bool),
    Integer(u32),
    Fraction(f64),
    Duration(Duration),
    Size(u64),
    ClientProperties(ClientProperties),
    FunctionUrl(Option<FunctionUrl>),
    Secret(Secret),
    TextList(Vec<String>),
    SecurityProtocol(Option<SecurityProtocol>),
    SaslMechanism(SaslMechanism),
    NamedTexts(NamedTexts),
}

impl Checked {
    /// Whether the value says nothing, where its key allows that.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::File(file) => file.is_none(),
            Self::FunctionUrl(url) => url.is_none(),
            Self::Secret(secret) => secret.is_empty(),
            Self::TextList(texts) => texts.is_empty(),
            Self::SecurityProtocol(protocol) => protocol.is_none(),
            Self::NamedTexts(texts) => texts.as_map().is_empty(),
            _ => false,
        }
    }
}

/// Checks the value of a key. Nothing comes back if it breaks the rule; what there is to say goes to `findings`.
pub(crate) fn check(spec: &KeySpec, value: Option<&Value>, findings: &mut Findings) -> Option<Checked> {
    let Some(value) = value else {
        findings.add(missing(spec));
        return None;
    };
    let result = match spec.kind {
        Kind::Text => not_blank(spec, value).map(|text| Checked::Text(text.into_owned())),
        Kind::FreeText => text_of(spec, value).map(|text| Checked::Text(text.trim().to_owned())),
        Kind::Secret => text_of(spec, value).map(|text| Checked::Secret(Secret::new(text.trim()))),
        Kind::TextList => lists::texts(spec, value).map(Checked::TextList),
        Kind::RetryAfter => retry_after(spec, value),
        Kind::TopicSuffix => topic_suffix(spec, value),
        Kind::File => text_of(spec, value).map(|text| Checked::File(file(&text, &value.origin))),
        Kind::BootstrapServers => addresses::bootstrap_servers(spec, value),
        Kind::SchemaRegistryUrl => addresses::schema_registry_url(spec, value),
        Kind::Endpoint { optional } => addresses::endpoint(spec, value, optional),
        Kind::FunctionUrl => addresses::function_url(spec, value),
        Kind::Choice { allowed, unavailable } => choice(spec, value, allowed, unavailable),
        Kind::Boolean => boolean(spec, value),
        Kind::Integer(bounds) => numbers::integer(spec, value, bounds, findings),
        Kind::Positive(bounds) => numbers::positive(spec, value, bounds, findings),
        Kind::Fraction => numbers::fraction(spec, value),
        Kind::Duration(bounds) => numbers::duration(spec, value, bounds, findings),
        Kind::Size(bounds) => numbers::size(spec, value, bounds, findings),
        Kind::ClientProperties => return client_properties::check(spec, value, findings),
        Kind::SecurityProtocol => security::protocol(spec, value),
        Kind::SaslMechanism => security::mechanism(spec, value),
        Kind::SaslExtensions => return named_texts::check(spec, value, security::extension, findings),
        Kind::TokenParameters => return named_texts::check(spec, value, security::token_parameter, findings),
    };
    result.map_err(|refusal| findings.add(refusal.at(spec.path, &value.origin))).ok()
}

fn missing(spec: &KeySpec) -> Issue {
    let example = match spec.kind {
        Kind::Duration(_) => "<duration>",
        Kind::Integer(_) | Kind::Positive(_) => "<integer>",
        Kind::Fraction => "<number>",
        Kind::Size(_) => "<size>",
        Kind::Boolean => "<true or false>",
        Kind::TextList => "[\"<value>\"]",
        kind if kind.has_free_names() => "{}",
        _ => "\"<value>\"",
    };
    let KeySpec { path, description, .. } = spec;
    Issue::error(path, format!("Required field '{description}' is missing"), format!("Add '{path} = {example}'"))
}

/// The refusal of a value that is not of the key's type.
fn wrong_type(spec: &KeySpec, type_name: &str, suggestion: impl Into<String>, cause: impl ToString) -> Refusal {
    Refusal::new(format!("Invalid {type_name} format for {}", spec.description), suggestion).caused_by(cause)
}

/// The text of a scalar as it was written. Numbers and booleans are texts too.
fn scalar_text(value: &Value) -> Result<Cow<'_, str>, String> {
    match &value.kind {
        ValueKind::Scalar(scalar) if *scalar != Scalar::Null => Ok(scalar.as_text()),
        _ => Err(format!("the value is {}", value.describe())),
    }
}

fn text_of<'a>(spec: &KeySpec, value: &'a Value) -> Result<Cow<'a, str>, Refusal> {
    let suggestion = || format!("Write a text, such as {} = \"value\"", spec.path);
    scalar_text(value).map_err(|cause| wrong_type(spec, "string", suggestion(), cause))
}

fn not_blank<'a>(spec: &KeySpec, value: &'a Value) -> Result<Cow<'a, str>, Refusal> {
    let text = text_of(spec, value)?;
    if text.trim().is_empty() {
        let suggestion = format!("Set '{}' to a non-empty value", spec.path);
        return Err(Refusal::new(format!("{} cannot be empty", spec.description), suggestion));
    }
    Ok(text)
}

/// A suffix is right when some topic's name with it is one.
fn topic_suffix(spec: &KeySpec, value: &Value) -> Result<Checked, Refusal> {
    let suffix = text_of(spec, value)?;
    let example = format!("topic{}", suffix.replace("{test-id}", "00000000"));
    TopicName::new(&example).map_err(|cause| {
        let message = format!("Invalid {} format: {suffix}", spec.description);
        let suggestion = "Use letters, digits, '.', '_' and '-'; '{test-id}' stands for the test's short id";
        Refusal::new(message, suggestion).caused_by(cause)
    })?;
    Ok(Checked::Text(suffix.into_owned()))
}

/// A path that a text gives is relative to that text's folder.
fn file(path: &str, origin: &Origin) -> Option<PathBuf> {
    if path.trim().is_empty() {
        return None;
    }
    let folder = origin.place().and_then(|place| Path::new(&*place.source).parent());
    Some(folder.unwrap_or(Path::new("")).join(path))
}

fn choice(
    spec: &KeySpec,
    value: &Value,
    allowed: &'static [&'static str],
    unavailable: &[&str],
) -> Result<Checked, Refusal> {
    let text = not_blank(spec, value)?;
    let (text, description) = (text.trim(), spec.description);
    if let Some(word) = allowed.iter().find(|word| **word == text) {
        return Ok(Checked::Choice(word));
    }
    let available = allowed.join(", ");
    if unavailable.contains(&text) {
        let message = format!("{description} '{text}' is not available in this version");
        return Err(Refusal::new(message, format!("Use one of: {available}")));
    }
    let message = format!("Invalid {description}: {text}. Must be one of: {available}");
    Err(Refusal::new(message, format!("Set '{}' to one of: {available}", spec.path)))
}

fn boolean(spec: &KeySpec, value: &Value) -> Result<Checked, Refusal> {
    let suggestion = "Write true or false";
    let text = scalar_text(value).map_err(|cause| wrong_type(spec, "boolean", suggestion, cause))?;
    match text.trim() {
        "true" | "yes" | "on" => Ok(Checked::Boolean(true)),
        "false" | "no" | "off" => Ok(Checked::Boolean(false)),
        other => Err(wrong_type(spec, "boolean", suggestion, format!("'{other}' is neither true nor false"))),
    }
}

/// What the Scala system's error answers name to a caller: digits, and `s`, `m` or `h`.
fn retry_after(spec: &KeySpec, value: &Value) -> Result<Checked, Refusal> {
    let text = not_blank(spec, value)?;
    let digits = text.strip_suffix(['s', 'm', 'h']).unwrap_or_default();
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Checked::Text(text.into_owned()));
    }
    let message = format!("{} must match '\\d+[smh]', got: {text}", spec.description);
    Err(Refusal::new(message, format!("Write digits and one of s, m and h, such as {} = \"30s\"", spec.path)))
}
