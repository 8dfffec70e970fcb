use std::collections::BTreeMap;

use super::refusal::Refusal;

/// What a new version of a subject must get along with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Level {
    /// The word for it in the API.
    pub(super) name: &'static str,
    /// The new version reads what earlier ones wrote.
    pub(super) is_backward: bool,
    /// Earlier versions read what the new one writes.
    pub(super) is_forward: bool,
    /// All earlier versions count, and not the latest alone.
    pub(super) is_transitive: bool,
}

impl Level {
    pub(super) const BACKWARD: Self = Self::of("BACKWARD", true, false, false);

    const ALL: [Self; 7] = [
        Self::of("NONE", false, false, false),
        Self::BACKWARD,
        Self::of("BACKWARD_TRANSITIVE", true, false, true),
        Self::of("FORWARD", false, true, false),
        Self::of("FORWARD_TRANSITIVE", false, true, true),
        Self::of("FULL", true, true, false),
        Self::of("FULL_TRANSITIVE", true, true, true),
    ];

    const fn of(name: &'static str, is_backward: bool, is_forward: bool, is_transitive: bool) -> Self {
        Self { name, is_backward, is_forward, is_transitive }
    }

    pub(super) fn parse(name: &str) -> Result<Self, Refusal> {
        let named = Self::ALL.into_iter().find(|level| level.name.eq_ignore_ascii_case(name));
        named.ok_or(Refusal::InvalidLevel)
    }
}

/// The level of the registry, and those of subjects that have one of their own.
#[derive(Debug)]
pub(super) struct Levels {
    of_registry: Level,
    of_subjects: BTreeMap<String, Level>,
}

impl Default for Levels {
    fn default() -> Self {
        Self { of_registry: Level::BACKWARD, of_subjects: BTreeMap::new() }
    }
}

impl Levels {
    /// The level that counts for a subject.
    pub(super) fn in_force(&self, subject: &str) -> Level {
        self.of_subjects.get(subject).copied().unwrap_or(self.of_registry)
    }

    pub(super) fn of_registry(&self) -> Level {
        self.of_registry
    }

    pub(super) fn own(&self, subject: &str) -> Result<Level, Refusal> {
        self.of_subjects.get(subject).copied().ok_or_else(|| Refusal::NoLevelOfItsOwn(subject.to_owned()))
    }

    pub(super) fn set(&mut self, subject: Option<&str>, level: Level) {
        match subject {
            None => self.of_registry = level,
            Some(subject) => drop(self.of_subjects.insert(subject.to_owned(), level)),
        }
    }

    /// Takes a level back, and gives what it was.
    pub(super) fn unset(&mut self, subject: Option<&str>) -> Result<Level, Refusal> {
        match subject {
            None => Ok(std::mem::replace(&mut self.of_registry, Level::BACKWARD)),
            Some(subject) => {
                self.of_subjects.remove(subject).ok_or_else(|| Refusal::SubjectNotFound(subject.to_owned()))
            }
        }
    }
}
