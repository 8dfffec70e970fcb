mod problem;

use std::fmt;

use serde_json::{Map, Value};
use test_probe_directives::TopicDirective;

pub use self::problem::{InvalidTemplate, TemplateProblem};
use super::{RosettaConfig, Variables, VaultError};

#[cfg(test)]
mod tests;

/// Makes what a vault function is asked from the template of a Rosetta file.
///
/// Placeholders are replaced wherever a text has them, keys of objects included: `{{topic}}`, `{{role}}`,
/// `{{clientPrincipal}}`; `{{'key'}}` for the directive's metadata; `{{$^request-params.a.b}}` for a value of the
/// application's configuration. Anything else in double braces stays as it is, and so does what a placeholder brings in.
/// `Debug` does not show the template, which may hold a secret.
#[derive(Clone)]
pub struct RequestBodyBuilder {
    template: Value,
    parameters: Variables,
}

impl RequestBodyBuilder {
    /// Takes the template. `parameters` answers to the whole path, such as `request-params.a.b`.
    ///
    /// # Errors
    /// [`VaultError::Configuration`] when the Rosetta file has no template.
    pub fn new(rosetta: &RosettaConfig, parameters: Variables) -> Result<Self, VaultError> {
        let template = rosetta.request_template.clone().ok_or_else(|| VaultError::Configuration {
            reason: "Request template is required in Rosetta config; add `request-template:` to the Rosetta file"
                .to_owned(),
        })?;
        Ok(Self { template, parameters })
    }

    /// The request for a topic's credentials, as compact JSON.
    ///
    /// # Errors
    /// [`InvalidTemplate`] with all placeholders that have no value.
    pub fn build(&self, directive: &TopicDirective) -> Result<String, InvalidTemplate> {
        let mut filling = Filling { directive, parameters: &self.parameters, problems: Vec::new() };
        let body = filling.value(&self.template);
        let problems = filling.problems;
        if problems.is_empty() {
            return Ok(body.to_string());
        }
        Err(InvalidTemplate { topic: directive.topic.clone(), problems })
    }
}

impl fmt::Debug for RequestBodyBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestBodyBuilder").finish_non_exhaustive()
    }
}

/// A template being filled, and what is wrong with it so far.
struct Filling<'a> {
    directive: &'a TopicDirective,
    parameters: &'a Variables,
    problems: Vec<TemplateProblem>,
}

impl Filling<'_> {
    fn value(&mut self, template: &Value) -> Value {
        match template {
            Value::String(text) => self.text(text).into(),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(members) => {
                let mut filled = Map::new();
                for (key, member) in members {
                    let key = self.text(key);
                    let member = self.value(member);
                    if filled.contains_key(&key) {
                        self.problems.push(TemplateProblem::SameKey { key: key.clone() });
                    }
                    filled.insert(key, member);
                }
                Value::Object(filled)
            }
            other => other.clone(),
        }
    }

    fn text(&mut self, template: &str) -> String {
        let mut filled = String::new();
        let mut rest = template;
        while let Some(start) = rest.find("{{") {
            filled.push_str(&rest[..start]);
            rest = &rest[start..];
            let inside = rest[2..].split_once("}}").map(|(inside, _)| inside);
            match inside.and_then(|inside| Some((inside, self.placeholder(inside)?))) {
                Some((inside, value)) => {
                    match value {
                        Ok(value) => filled.push_str(&value),
                        Err(problem) => self.problems.push(problem),
                    }
                    rest = &rest[inside.len() + 4..];
                }
                // Only one brace is passed over: in `{{{topic}}}` the placeholder begins at the second.
                None => {
                    filled.push('{');
                    rest = &rest[1..];
                }
            }
        }
        filled + rest
    }

    /// The value of what stands between double braces; nothing where that is no placeholder.
    fn placeholder(&self, inside: &str) -> Option<Result<String, TemplateProblem>> {
        if !inside.is_empty() && inside.chars().all(|c| c.is_ascii_alphabetic()) {
            return Some(self.field(inside));
        }
        if let Some(key) = inside.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            return Some(self.metadata(key));
        }
        inside.strip_prefix("$^").map(|path| self.parameter(path))
    }

    fn field(&self, name: &str) -> Result<String, TemplateProblem> {
        match name {
            "topic" => Ok(self.directive.topic.to_string()),
            "role" => Ok(self.directive.role.to_string()),
            "clientPrincipal" => Ok(self.directive.client_principal.clone()),
            _ => Err(TemplateProblem::UnknownField { name: name.to_owned() }),
        }
    }

    fn metadata(&self, key: &str) -> Result<String, TemplateProblem> {
        self.directive.metadata.get(key).cloned().ok_or_else(|| TemplateProblem::NoMetadata {
            key: key.to_owned(),
            topic: self.directive.topic.clone(),
            known: self.directive.metadata.keys().cloned().collect(),
        })
    }

    fn parameter(&self, path: &str) -> Result<String, TemplateProblem> {
        let path = path.to_owned();
        let allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let rest = path.strip_prefix("request-params.").unwrap_or_default();
        if rest.is_empty() || !rest.chars().all(allowed) {
            return Err(TemplateProblem::InvalidParameter { path });
        }
        let value = self.parameters.get(&path);
        value.ok_or_else(|| TemplateProblem::NoParameter { path, topic: self.directive.topic.clone() })
    }
}
