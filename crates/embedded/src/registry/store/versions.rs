use super::super::refusal::Refusal;
use super::super::schema::StoredSchema;
use super::RegistryStore;

/// A version of a subject as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) number: u32,
    pub(super) id: u32,
    /// It is shown to those alone who ask for deleted ones.
    pub(super) is_deleted: bool,
}

/// Whether deleted versions count.
#[derive(Clone, Copy, Debug)]
pub(super) struct WithDeleted(pub(super) bool);

/// Which versions are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Listed {
    Living,
    All,
    Deleted,
}

/// A version of a subject with its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Place<'a> {
    pub(in super::super) subject: String,
    pub(in super::super) version: u32,
    pub(in super::super) id: u32,
    pub(in super::super) schema: &'a StoredSchema,
}

/// Which version is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum WantedVersion {
    Latest,
    Number(u32),
}

impl WantedVersion {
    /// Reads a version as it stands in an address. -1 is another word for the latest.
    pub(in super::super) fn parse(text: &str) -> Result<Self, Refusal> {
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
    /// A version of a subject.
    pub(in super::super) fn version(
        &self,
        subject: &str,
        wanted: WantedVersion,
        with_deleted: bool,
    ) -> Result<Place<'_>, Refusal> {
        let version = self.find(subject, wanted, WithDeleted(with_deleted))?;
        self.place(subject, version)
    }

    /// The numbers of a subject's versions.
    pub(in super::super) fn version_numbers(&self, subject: &str, listed: Listed) -> Result<Vec<u32>, Refusal> {
        let versions = self.versions(subject, WithDeleted(listed != Listed::Living))?;
        let wanted = versions.iter().filter(|version| listed != Listed::Deleted || version.is_deleted);
        Ok(wanted.map(|version| version.number).collect())
    }

    /// The subjects whose names start so, in the order of the alphabet.
    pub(in super::super) fn subjects(&self, prefix: &str, listed: Listed) -> Vec<&str> {
        let wanted = |versions: &[Version]| {
            let is_deleted = versions.iter().all(|version| version.is_deleted);
            match listed {
                Listed::All => true,
                Listed::Living => !is_deleted,
                Listed::Deleted => is_deleted,
            }
        };
        let subjects = self.subjects.iter().filter(|(name, versions)| name.starts_with(prefix) && wanted(versions));
        subjects.map(|(name, _)| name.as_str()).collect()
    }

    /// Every version that has this id, by subject and number.
    pub(in super::super) fn places_of(&self, id: u32, with_deleted: bool) -> Result<Vec<(&str, u32)>, Refusal> {
        self.schema(id)?;
        let all = self.subjects.iter().flat_map(|(name, versions)| versions.iter().map(move |version| (name, version)));
        let wanted = all.filter(|(_, version)| version.id == id && (with_deleted || !version.is_deleted));
        Ok(wanted.map(|(name, version)| (name.as_str(), version.number)).collect())
    }

    /// The ids of the living versions that refer to a version.
    pub(in super::super) fn referrers(&self, subject: &str, wanted: WantedVersion) -> Result<Vec<u32>, Refusal> {
        let number = self.find(subject, wanted, WithDeleted(true))?.number;
        let living = self.subjects.values().flatten().filter(|version| !version.is_deleted);
        let refers = |id: &u32| {
            self.kept(*id).is_some_and(|schema| {
                let refers = |version| u32::try_from(version).is_ok_and(|version| version == number);
                schema.references.iter().any(|reference| reference.subject == subject && refers(reference.version))
            })
        };
        let mut ids: Vec<u32> = living.map(|version| version.id).filter(refers).collect();
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    pub(super) fn find(
        &self,
        subject: &str,
        wanted: WantedVersion,
        with_deleted: WithDeleted,
    ) -> Result<Version, Refusal> {
        let versions = self.versions(subject, with_deleted)?;
        let found = match wanted {
            WantedVersion::Latest => versions.last(),
            WantedVersion::Number(number) => versions.iter().find(|version| version.number == number),
        };
        found.copied().ok_or(match wanted {
            WantedVersion::Latest => Refusal::SubjectNotFound(subject.to_owned()),
            WantedVersion::Number(number) => Refusal::VersionNotFound(number),
        })
    }

    /// The versions of a subject that has any.
    pub(super) fn versions(&self, subject: &str, with_deleted: WithDeleted) -> Result<Vec<Version>, Refusal> {
        let all = self.subjects.get(subject).into_iter().flatten();
        let wanted: Vec<Version> = all.filter(|version| with_deleted.0 || !version.is_deleted).copied().collect();
        if wanted.is_empty() { Err(Refusal::SubjectNotFound(subject.to_owned())) } else { Ok(wanted) }
    }

    pub(super) fn place(&self, subject: &str, version: Version) -> Result<Place<'_>, Refusal> {
        let Version { number, id, .. } = version;
        let schema = self.kept(id).ok_or(Refusal::SchemaNotFound)?;
        Ok(Place { subject: subject.to_owned(), version: number, id, schema })
    }
}
