mod deleting;
mod dependencies;
mod versions;

use std::collections::BTreeMap;

use super::compatibility::{Comparable, compare};
use super::level::{Level, Levels};
use super::refusal::Refusal;
use super::schema::{Draft, StoredSchema};
pub(super) use versions::{Listed, Place, WantedVersion};
use versions::{Version, WithDeleted};

/// What the registry keeps: schemas by id, and subjects as lists of ids. A pure value; HTTP is elsewhere.
#[derive(Debug, Default)]
pub(super) struct RegistryStore {
    /// The schema with id n at index n - 1.
    schemas: Vec<StoredSchema>,
    /// Each subject's versions, the oldest first. No list is empty.
    subjects: BTreeMap<String, Vec<Version>>,
    pub(super) levels: Levels,
}

impl RegistryStore {
    /// Registers a schema under a subject, unless it is there already.
    pub(super) fn register(&mut self, subject: &str, draft: Draft) -> Result<Place<'_>, Refusal> {
        let schema = self.checked(draft)?;
        let known = self.schemas.iter().position(|known| *known == schema).map(id_at);
        let versions = self.subjects.get(subject).map(Vec::as_slice).unwrap_or_default();
        let here = versions.iter().find(|version| !version.is_deleted && Some(version.id) == known);
        if let Some(version) = here.copied() {
            return self.place(subject, version);
        }
        let level = self.levels.in_force(subject);
        let reasons = self.reasons_against(&schema, &self.compared_with(subject, level), level)?;
        if !reasons.is_empty() {
            return Err(Refusal::Incompatible { subject: subject.to_owned(), reason: reasons.join(", ") });
        }
        let number = versions.last().map_or(1, |last| last.number.saturating_add(1));
        let id = known.unwrap_or_else(|| {
            self.schemas.push(schema);
            id_at(self.schemas.len() - 1)
        });
        let version = Version { number, id, is_deleted: false };
        self.subjects.entry(subject.to_owned()).or_default().push(version);
        self.place(subject, version)
    }

    /// Where a schema is registered under a subject.
    pub(super) fn look_up(&self, subject: &str, draft: Draft, with_deleted: bool) -> Result<Place<'_>, Refusal> {
        let with_deleted = WithDeleted(with_deleted);
        let versions = self.versions(subject, with_deleted)?;
        let schema = self.checked(draft)?;
        let same = |version: &Version| self.kept(version.id).is_some_and(|known| *known == schema);
        let version = versions.into_iter().find(same).ok_or(Refusal::SchemaNotFound)?;
        self.place(subject, version)
    }

    /// Why a schema may not follow after versions of a subject: all that the subject's level names, or a certain one. A
    /// subject that is not there, and a latest version that is not there, get along with everything.
    pub(super) fn incompatibilities(
        &self,
        subject: &str,
        wanted: Option<WantedVersion>,
        draft: Draft,
    ) -> Result<Vec<String>, Refusal> {
        let schema = self.checked(draft)?;
        let level = self.levels.in_force(subject);
        let earlier = match wanted {
            None => self.compared_with(subject, level),
            Some(WantedVersion::Latest) => self.compared_with(subject, Level { is_transitive: false, ..level }),
            Some(WantedVersion::Number(number)) => {
                let listed = self.versions(subject, WithDeleted(false)).unwrap_or_default();
                let version = listed.into_iter().find(|version| version.number == number);
                vec![version.ok_or(Refusal::VersionNotFound(number))?.id]
            }
        };
        self.reasons_against(&schema, &earlier, level)
    }

    /// The ids of the versions that a new one is compared with, the newest first.
    fn compared_with(&self, subject: &str, level: Level) -> Vec<u32> {
        let versions = self.versions(subject, WithDeleted(false)).unwrap_or_default();
        let most = if level.is_transitive { usize::MAX } else { 1 };
        versions.iter().rev().map(|version| version.id).take(most).collect()
    }

    fn reasons_against(&self, schema: &StoredSchema, earlier: &[u32], level: Level) -> Result<Vec<String>, Refusal> {
        let new = self.comparable(schema)?;
        let mut reasons = Vec::new();
        for old in earlier.iter().filter_map(|id| self.kept(*id)) {
            reasons.extend(compare(&self.comparable(old)?, &new, level).err());
        }
        Ok(reasons)
    }

    fn comparable<'a>(&self, schema: &'a StoredSchema) -> Result<Comparable<'a>, Refusal> {
        Ok(Comparable { schema, avro: self.whole_avro(schema)? })
    }

    /// The schema with an id that some version has.
    pub(super) fn schema(&self, id: u32) -> Result<&StoredSchema, Refusal> {
        let is_used = self.subjects.values().flatten().any(|version| version.id == id);
        self.kept(id).filter(|_| is_used).ok_or(Refusal::SchemaIdNotFound(id.to_string()))
    }

    /// The schema with a GUID, and its id.
    pub(super) fn schema_by_guid(&self, guid: &str) -> Result<(&StoredSchema, u32), Refusal> {
        let missing = || Refusal::SchemaIdNotFound(guid.to_owned());
        let wanted = uuid::Uuid::parse_str(guid).map_err(|_| missing())?;
        let position = self.schemas.iter().position(|schema| schema.guid == wanted).ok_or_else(missing)?;
        let id = id_at(position);
        Ok((self.schema(id).map_err(|_| missing())?, id))
    }

    fn kept(&self, id: u32) -> Option<&StoredSchema> {
        let index = usize::try_from(id).ok()?.checked_sub(1)?;
        self.schemas.get(index)
    }
}

/// Ids are counted from 1.
fn id_at(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests;
