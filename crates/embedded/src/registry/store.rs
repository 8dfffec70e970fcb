use std::collections::BTreeMap;

use serde_json::Value;
use test_probe_directives::Format;

use super::compatibility;
use super::refusal::Refusal;

/// What the registry keeps: schemas by id, and subjects as lists of ids. A pure value; HTTP is elsewhere.
#[derive(Debug, Default)]
pub(super) struct RegistryStore {
    /// The schema with id n at index n - 1.
    schemas: Vec<StoredSchema>,
    /// The ids of each subject's versions, version n at index n - 1.
    subjects: BTreeMap<String, Vec<u32>>,
}

/// A schema as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StoredSchema {
    pub(super) format: Format,
    /// The text, without white space that means nothing.
    pub(super) text: String,
}

/// A version of a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place<'a> {
    pub(super) subject: String,
    pub(super) version: u32,
    pub(super) id: u32,
    pub(super) schema: &'a StoredSchema,
}

/// Which version is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WantedVersion {
    Latest,
    Number(u32),
}

impl StoredSchema {
    /// Checks a schema and brings it into the form in which texts are compared. With `normalize`, an Avro text is
    /// written anew from what it means, so that the order of its attributes means nothing either.
    pub(super) fn new(format: Format, text: &str, normalize: bool) -> Result<Self, Refusal> {
        let invalid = |reason: String| Refusal::InvalidSchema(reason);
        let text = match format {
            Format::Protobuf => text.to_owned(),
            Format::Json => compact(text)?,
            Format::Avro => {
                let schema = apache_avro::Schema::parse_str(text).map_err(|error| invalid(error.to_string()))?;
                if normalize {
                    serde_json::to_string(&schema).map_err(|error| invalid(error.to_string()))?
                } else {
                    compact(text)?
                }
            }
        };
        Ok(Self { format, text })
    }
}

fn compact(text: &str) -> Result<String, Refusal> {
    let value: Value = serde_json::from_str(text).map_err(|error| Refusal::InvalidSchema(error.to_string()))?;
    Ok(value.to_string())
}

impl WantedVersion {
    /// Reads a version as it stands in an address. -1 is another word for the latest.
    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        match text {
            "latest" | "-1" => Ok(Self::Latest),
            number => match number.parse::<i32>().map(u32::try_from) {
                Ok(Ok(number)) if number > 0 => Ok(Self::Number(number)),
                _ => Err(Refusal::InvalidVersion(text.to_owned())),
            },
        }
    }
}

impl RegistryStore {
    /// Registers a schema under a subject, unless it is there already, and gives its id.
    pub(super) fn register(&mut self, subject: &str, schema: StoredSchema) -> Result<u32, Refusal> {
        let known = self.schemas.iter().position(|known| *known == schema);
        let versions = self.subjects.get(subject).map(Vec::as_slice).unwrap_or_default();
        if let Some(id) = known.map(id_at).filter(|id| versions.contains(id)) {
            return Ok(id);
        }
        if let Some(latest) = versions.last().and_then(|id| self.schema(*id).ok()) {
            compatibility::backward(latest, &schema)
                .map_err(|reason| Refusal::Incompatible { subject: subject.to_owned(), reason })?;
        }
        let id = known.map_or_else(
            || {
                self.schemas.push(schema);
                id_at(self.schemas.len() - 1)
            },
            id_at,
        );
        self.subjects.entry(subject.to_owned()).or_default().push(id);
        Ok(id)
    }

    /// Where a schema is registered under a subject.
    pub(super) fn look_up(&self, subject: &str, schema: &StoredSchema) -> Result<Place<'_>, Refusal> {
        let same = |id: &&u32| self.schema(**id).is_ok_and(|known| known == schema);
        let versions = self.versions(subject)?;
        let position = versions.iter().position(|id| same(&id)).ok_or(Refusal::SchemaNotFound)?;
        self.place(subject, versions, position)
    }

    /// The schema with an id.
    pub(super) fn schema(&self, id: u32) -> Result<&StoredSchema, Refusal> {
        let index = usize::try_from(id).ok().and_then(|id| id.checked_sub(1));
        index.and_then(|index| self.schemas.get(index)).ok_or(Refusal::SchemaIdNotFound(id))
    }

    /// A version of a subject.
    pub(super) fn version(&self, subject: &str, wanted: WantedVersion) -> Result<Place<'_>, Refusal> {
        let versions = self.versions(subject)?;
        match wanted {
            WantedVersion::Latest => self.place(subject, versions, versions.len() - 1),
            WantedVersion::Number(number) => {
                let index = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
                self.place(subject, versions, index).map_err(|_| Refusal::VersionNotFound(number))
            }
        }
    }

    /// The numbers of a subject's versions.
    pub(super) fn version_numbers(&self, subject: &str) -> Result<Vec<u32>, Refusal> {
        Ok((0..self.versions(subject)?.len()).map(id_at).collect())
    }

    /// The subjects whose names start so, in the order of the alphabet.
    pub(super) fn subjects(&self, prefix: &str) -> Vec<&str> {
        self.subjects.keys().map(String::as_str).filter(|subject| subject.starts_with(prefix)).collect()
    }

    fn versions(&self, subject: &str) -> Result<&[u32], Refusal> {
        self.subjects.get(subject).map(Vec::as_slice).ok_or_else(|| Refusal::SubjectNotFound(subject.to_owned()))
    }

    fn place(&self, subject: &str, versions: &[u32], index: usize) -> Result<Place<'_>, Refusal> {
        let id = *versions.get(index).ok_or(Refusal::SchemaNotFound)?;
        Ok(Place { subject: subject.to_owned(), version: id_at(index), id, schema: self.schema(id)? })
    }
}

/// Ids and versions are counted from 1.
fn id_at(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests;
