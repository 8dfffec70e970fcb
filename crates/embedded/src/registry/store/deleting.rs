use super::super::refusal::Refusal;
use super::versions::{Version, WantedVersion, WithDeleted};
use super::{Listed, RegistryStore};

impl RegistryStore {
    /// Deletes a subject, and gives the numbers of its versions. Its schemas are still found by id until it is deleted
    /// once more and for good.
    pub(in super::super) fn delete_subject(&mut self, subject: &str, for_good: bool) -> Result<Vec<u32>, Refusal> {
        let all = self.versions(subject, WithDeleted(true))?;
        let is_deleted = all.iter().all(|version| version.is_deleted);
        match (for_good, is_deleted) {
            (false, true) => return Err(Refusal::SubjectDeleted(subject.to_owned())),
            (true, false) => return Err(Refusal::SubjectNotDeleted(subject.to_owned())),
            (true, true) | (false, false) => {}
        }
        for version in &all {
            self.refuse_to_break_references(subject, *version)?;
        }
        let numbers = self.version_numbers(subject, if for_good { Listed::All } else { Listed::Living })?;
        if for_good {
            self.subjects.remove(subject);
        } else {
            let versions = self.subjects.get_mut(subject).into_iter().flatten();
            versions.for_each(|version| version.is_deleted = true);
        }
        Ok(numbers)
    }

    /// Deletes a version of a subject, and gives its number.
    pub(in super::super) fn delete_version(
        &mut self,
        subject: &str,
        wanted: WantedVersion,
        for_good: bool,
    ) -> Result<u32, Refusal> {
        let version = self.find(subject, wanted, WithDeleted(true))?;
        let number = version.number;
        match (for_good, version.is_deleted) {
            (false, true) => return Err(Refusal::VersionDeleted { subject: subject.to_owned(), version: number }),
            (true, false) => return Err(Refusal::VersionNotDeleted { subject: subject.to_owned(), version: number }),
            (true, true) | (false, false) => {}
        }
        self.refuse_to_break_references(subject, version)?;
        if let Some(versions) = self.subjects.get_mut(subject) {
            if for_good {
                versions.retain(|version| version.number != number);
            } else {
                versions.iter_mut().filter(|version| version.number == number).for_each(|it| it.is_deleted = true);
            }
            if versions.is_empty() {
                self.subjects.remove(subject);
            }
        }
        Ok(number)
    }

    fn refuse_to_break_references(&self, subject: &str, version: Version) -> Result<(), Refusal> {
        let number = version.number;
        if self.referrers(subject, WantedVersion::Number(number))?.is_empty() {
            return Ok(());
        }
        Err(Refusal::IsReferredTo { subject: subject.to_owned(), version: number })
    }
}
