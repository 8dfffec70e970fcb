use std::fmt;

use crate::RecordName;
use crate::record_name::simple_name;

/// A record's name as it is asked for: in one piece, or with its package apart. Nothing is put together for asking.
#[derive(Clone, Copy)]
pub(super) struct AskedRecord<'a> {
    package: &'a str,
    /// The rest of the name; all of it, where it is in one piece.
    name: &'a str,
}

impl<'a> AskedRecord<'a> {
    pub(super) fn in_one_piece(name: &'a str) -> Self {
        Self { package: "", name }
    }

    /// The name without its package and the messages around it.
    pub(super) fn simple(&self) -> &'a str {
        simple_name(self.name)
    }

    pub(super) fn in_package(package: &'a str, name: &'a str) -> Self {
        Self { package, name }
    }
}

impl<'a> From<&'a RecordName> for AskedRecord<'a> {
    fn from(record: &'a RecordName) -> Self {
        Self { package: "", name: record.as_str() }
    }
}

impl fmt::Display for AskedRecord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.package {
            "" => f.write_str(self.name),
            package => write!(f, "{package}.{}", self.name),
        }
    }
}

impl PartialEq<RecordName> for AskedRecord<'_> {
    #[inline]
    fn eq(&self, record: &RecordName) -> bool {
        record.is_in_package(self.package, self.name)
    }
}
