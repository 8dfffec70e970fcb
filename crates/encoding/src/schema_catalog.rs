mod avro_files;
mod file_name;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use test_probe_directives::Format;

use self::file_name::SchemaFileName;
use crate::{CloudEvent, RecordName, SchemaText};

/// The schemas that a test brings along: the files of its `schemas/` folder, and the CloudEvent key's, which is built
/// in. Cheap to clone.
///
/// A file is called `OrderCreated.avsc` or `OrderCreated.v2.avsc`; without a number it is version 1. A schema is found
/// by its record's full or simple name, or by its file's name without version and extension. Avro files may name each
/// other's types; the newest version of such a type is meant. Files in other formats (`.proto`, `.json`) are kept and
/// not read; files with other extensions are none of the catalog's.
#[derive(Clone, Debug)]
pub struct SchemaCatalog {
    schemas: Arc<[LocalSchema]>,
}

/// One schema of a catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LocalSchema {
    /// The file's name.
    pub(crate) file: String,
    /// The file's name without version and extension.
    pub(crate) stem: String,
    /// The version, counted from 1.
    pub(crate) version: u32,
    /// The full name of the record, or of what else the file defines; the file's name where that has no name.
    pub(crate) name: RecordName,
    /// The self-contained schema.
    pub(crate) schema: SchemaText,
}

/// Schema files that cannot be used, with everything that is wrong with them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct InvalidSchemas {
    /// All problems, in the order of the files; never empty.
    pub problems: Vec<SchemaProblem>,
}

/// One thing that is wrong with a schema file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaProblem {
    /// The file's name as the caller gave it.
    pub file: String,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for InvalidSchemas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, SchemaProblem { file, reason }) in self.problems.iter().enumerate() {
            let line_break = if index > 0 { "\n" } else { "" };
            write!(f, "{line_break}{file}: {reason}")?;
        }
        Ok(())
    }
}

impl SchemaCatalog {
    /// Reads schema files, each given as its name and its text.
    ///
    /// # Errors
    /// [`InvalidSchemas`] with every file that is no schema, names a type that no file defines, or defines what another
    /// file defines too.
    pub fn parse<N: Into<String>, T: Into<String>>(
        files: impl IntoIterator<Item = (N, T)>,
    ) -> Result<Self, InvalidSchemas> {
        let mut problems = Vec::new();
        let mut avro = Vec::new();
        let mut schemas = Vec::new();
        for (file, text) in files {
            let (file, text) = (file.into(), text.into());
            match SchemaFileName::parse(&file) {
                Some(name) if name.format == Format::Avro => avro.push((name, text)),
                Some(name) => schemas.push(LocalSchema {
                    file,
                    name: RecordName::new(name.stem.as_str()),
                    stem: name.stem,
                    version: name.version,
                    schema: SchemaText::new(name.format, text),
                }),
                None => {}
            }
        }
        avro_files::read(avro, &mut schemas, &mut problems);
        refuse_duplicates(&schemas, &mut problems);
        if !problems.is_empty() {
            return Err(InvalidSchemas { problems });
        }
        if !schemas.iter().any(|schema| schema.name.as_str() == CloudEvent::RECORD) {
            schemas.push(cloud_event());
        }
        schemas.sort_by(|left, right| (&left.name, left.version).cmp(&(&right.name, right.version)));
        Ok(Self { schemas: schemas.into() })
    }

    /// The names by which the schemas can be asked for, each once, the built-in one among them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.schemas.iter().map(|schema| schema.name.as_str()).collect::<BTreeSet<_>>().into_iter()
    }

    /// The schema of this name and version; without a version the newest. Without a format, Avro goes before the others.
    ///
    /// # Errors
    /// The full names that all have this simple name.
    pub(crate) fn find(
        &self,
        name: &str,
        version: Option<u32>,
        format: Option<Format>,
    ) -> Result<Option<&LocalSchema>, Vec<String>> {
        let named: Vec<&LocalSchema> = self.schemas.iter().filter(|schema| schema.is_called(name)).collect();
        let full_names: BTreeSet<&RecordName> = named.iter().map(|schema| &schema.name).collect();
        if full_names.len() > 1 {
            return Err(full_names.into_iter().map(RecordName::to_string).collect());
        }
        Ok(named
            .into_iter()
            .filter(|schema| version.is_none_or(|version| schema.version == version))
            .filter(|schema| format.is_none_or(|format| schema.schema.format == format))
            .max_by_key(|schema| (schema.schema.format == Format::Avro, schema.version)))
    }

    /// A schema and its earlier versions, the earliest first.
    pub(crate) fn history<'a>(&'a self, schema: &'a LocalSchema) -> impl Iterator<Item = &'a LocalSchema> {
        self.schemas.iter().filter(|earlier| {
            earlier.name == schema.name
                && earlier.schema.format == schema.schema.format
                && earlier.version <= schema.version
        })
    }

    /// The one name that values can have, where there is only one.
    pub(crate) fn only_value_name(&self) -> Option<&RecordName> {
        let names: BTreeSet<&RecordName> =
            self.schemas.iter().map(|schema| &schema.name).filter(|name| name.as_str() != CloudEvent::RECORD).collect();
        let mut names = names.into_iter();
        names.next().filter(|_| names.next().is_none())
    }
}

/// Only what is built in.
impl Default for SchemaCatalog {
    fn default() -> Self {
        Self { schemas: Arc::new([cloud_event()]) }
    }
}

impl LocalSchema {
    fn is_called(&self, name: &str) -> bool {
        self.name.as_str() == name || (!name.contains('.') && (self.name.simple() == name || self.stem == name))
    }
}

fn cloud_event() -> LocalSchema {
    LocalSchema {
        file: "the built-in CloudEvent.avsc".into(),
        stem: "CloudEvent".into(),
        version: 1,
        name: RecordName::new(CloudEvent::RECORD),
        schema: SchemaText::new(Format::Avro, CloudEvent::AVRO_SCHEMA),
    }
}

fn refuse_duplicates(schemas: &[LocalSchema], problems: &mut Vec<SchemaProblem>) {
    for (index, schema) in schemas.iter().enumerate() {
        let same = |earlier: &&LocalSchema| {
            (&earlier.name, earlier.version, earlier.schema.format)
                == (&schema.name, schema.version, schema.schema.format)
        };
        if let Some(earlier) = schemas[..index].iter().find(same) {
            problems.push(SchemaProblem {
                file: schema.file.clone(),
                reason: format!(
                    "it defines version {} of {}, as {} does; give one of them another version, such as {}.v{}.{}",
                    schema.version,
                    schema.name,
                    earlier.file,
                    schema.stem,
                    schema.version + 1,
                    schema.schema.format.schema_extension()
                ),
            });
        }
    }
}

#[cfg(test)]
mod tests;
