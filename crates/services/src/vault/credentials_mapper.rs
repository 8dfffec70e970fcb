use std::fmt;

use serde_json::Value;
use test_probe_directives::{Secret, TopicDirective};

use super::{Mapping, MappingProblem, RosettaConfig, VaultError};

#[cfg(test)]
mod tests;

/// The field with the client's id.
pub const CLIENT_ID: &str = "clientId";
/// The field with the client's secret.
pub const CLIENT_SECRET: &str = "clientSecret";

/// Finds credentials in a vault's answer, by the mappings of a Rosetta file.
#[derive(Clone, Debug)]
pub struct VaultCredentialsMapper {
    mappings: Vec<Mapping>,
}

/// What a vault's answer holds.
#[derive(Clone, Debug)]
pub struct MappedCredentials {
    /// The client's id.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: Secret,
}

/// An answer without all that is needed; it repeats nothing of the answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct InvalidAnswer {
    /// The fields that were not found as they should be, and why; never empty.
    pub problems: Vec<(String, MappingProblem)>,
}

impl VaultCredentialsMapper {
    /// Takes the mappings of the required fields, of `clientSecret`, and of `clientId` where there is one.
    ///
    /// # Errors
    /// [`VaultError::Configuration`], with all required fields that have no mapping.
    pub fn new(rosetta: &RosettaConfig, required_fields: &[String]) -> Result<Self, VaultError> {
        let mut fields: Vec<&str> = Vec::new();
        let implied = rosetta.mapping(CLIENT_ID).map(|_| CLIENT_ID).into_iter().chain([CLIENT_SECRET]);
        for field in required_fields.iter().map(String::as_str).chain(implied) {
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
        let missing: Vec<_> = fields.iter().copied().filter(|field| rosetta.mapping(field).is_none()).collect();
        if !missing.is_empty() {
            let what = if missing.len() == 1 { "mapping" } else { "mappings" };
            let reason = format!(
                "Missing required field {what}: {}; add a targetField for each to the Rosetta file",
                missing.join(", ")
            );
            return Err(VaultError::Configuration { reason });
        }
        let mappings = fields.iter().filter_map(|field| rosetta.mapping(field)).cloned().collect();
        Ok(Self { mappings })
    }

    /// The credentials in `answer`. Where it has no `clientId`, or null, the directive's `clientPrincipal` is the id.
    ///
    /// # Errors
    /// [`InvalidAnswer`] with all fields that do not fit.
    pub fn map(&self, answer: &Value, directive: &TopicDirective) -> Result<MappedCredentials, InvalidAnswer> {
        let (mut client_id, mut client_secret) = (Secret::new(&*directive.client_principal), None);
        let mut problems = Vec::new();
        for mapping in &self.mappings {
            let field = mapping.target_field.as_str();
            match mapping.value(answer) {
                Ok(value) if value.is_empty() && [CLIENT_ID, CLIENT_SECRET].contains(&field) => {
                    problems.push((field.to_owned(), MappingProblem::Empty));
                }
                Ok(value) if field == CLIENT_ID => client_id = value,
                Ok(value) if field == CLIENT_SECRET => client_secret = Some(value),
                Ok(_) => {}
                Err(absent) if field == CLIENT_ID && absent.is_absence() => {
                    tracing::debug!(topic = %directive.topic, "the vault gives no clientId; clientPrincipal is taken");
                }
                Err(problem) => problems.push((field.to_owned(), problem)),
            }
        }
        match client_secret {
            Some(client_secret) if problems.is_empty() => {
                Ok(MappedCredentials { client_id: client_id.expose().to_owned(), client_secret })
            }
            _ => Err(InvalidAnswer { problems }),
        }
    }
}

impl fmt::Display for InvalidAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (field, problem)) in self.problems.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}Field '{field}': {problem}")?;
        }
        Ok(())
    }
}
