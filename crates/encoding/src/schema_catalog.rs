mod avro_files;
mod file_name;
mod imports;
mod local_schema;
mod other_files;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use test_probe_directives::Format;

use self::file_name::SchemaFileName;
use self::imports::File;
pub(crate) use self::local_schema::LocalSchema;
use crate::RecordName;
use crate::codec::Dependency;

/// The schemas that a test brings along: the files of its `schemas/` folder, and the CloudEvent key's, which is built
/// in, in each format. Cheap to clone.
///
/// A file is called `OrderCreated.avsc`, `OrderCreated.proto` or `OrderCreated.json`; `OrderCreated.v2.avsc` is version
/// 2, and without a number it is version 1. A schema is found by the full or simple name of a record that it describes,
/// or by its file's name without version and extension.
///
/// - **Avro**: files may name each other's types; the newest version of such a type is meant, and is written into the text
///   that is registered.
/// - **Protobuf**: each message is a record, the first is the one that the file is for. An `import` names a file beside it
///   by its last part; it is registered under the path that the import gives.
/// - **JSON Schema**: the record is the `title`; without one it is the file's name. A `$ref` to a file beside it is
///   registered under the text of the reference.
///
/// Files with other extensions are none of the catalog's.
#[derive(Clone, Debug)]
pub struct SchemaCatalog {
    schemas: Arc<[LocalSchema]>,
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
    /// [`InvalidSchemas`] with every file that is no schema, names what no file defines, or defines what another file
    /// defines too.
    pub fn parse<N: Into<String>, T: Into<String>>(
        files: impl IntoIterator<Item = (N, T)>,
    ) -> Result<Self, InvalidSchemas> {
        let mut problems = Vec::new();
        let files = files.into_iter().filter_map(|(file, text)| {
            let name = SchemaFileName::parse(&file.into())?;
            Some(File { name, text: text.into() })
        });
        let (avro, others): (Vec<File>, Vec<File>) = files.partition(|file| file.name.format == Format::Avro);
        let mut schemas = Vec::new();
        avro_files::read(avro, &mut schemas, &mut problems);
        other_files::read(&others, &mut schemas, &mut problems);
        imports::refuse_circles(&schemas, &mut problems);
        // What a file describes can be told once the files that it names are known to be there.
        if problems.is_empty() {
            let known = Self { schemas: schemas.as_slice().into() };
            for schema in schemas.iter_mut().filter(|schema| schema.schema.format != Format::Avro) {
                match other_files::records(&schema.schema, &known.dependencies(schema)) {
                    Ok((main, records)) => schema.describes(main, records),
                    Err(error) => {
                        problems.push(SchemaProblem { file: schema.file.clone(), reason: error.to_string() });
                    }
                }
            }
        }
        refuse_duplicates(&schemas, &mut problems);
        if !problems.is_empty() {
            return Err(InvalidSchemas { problems });
        }
        let missing = LocalSchema::built_in().into_iter().filter(|built_in| {
            !schemas.iter().any(|own| own.name.simple() == built_in.name.simple() && own.format() == built_in.format())
        });
        let missing: Vec<LocalSchema> = missing.collect();
        schemas.extend(missing);
        schemas.sort_by(|left, right| (&left.name, left.version).cmp(&(&right.name, right.version)));
        Ok(Self { schemas: schemas.into() })
    }

    /// The names by which the schemas can be asked for, each once, the built-in one among them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.schemas.iter().map(|schema| schema.name.as_str()).collect::<BTreeSet<_>>().into_iter()
    }

    /// What a schema file's name says: its name without version and extension, and the version. Nothing when it is none.
    pub fn file_name(file: &str) -> Option<(String, u32)> {
        SchemaFileName::parse(file).map(|name| (name.stem, name.version))
    }

    /// The full names of the records that a name stands for, by their simple name or their file's.
    pub fn names_of(&self, name: &str) -> Vec<&str> {
        let called = self.schemas.iter().filter(|schema| schema.is_called(name));
        called.map(|schema| schema.record_called(name).as_str()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The schema of this name and version; without a version the newest. Without a format, Avro goes before Protobuf, and
    /// Protobuf before JSON Schema. A file for the record itself goes before a union that has it among others.
    ///
    /// # Errors
    /// The full names that all have this simple name.
    pub(crate) fn find(
        &self,
        name: &str,
        version: Option<u32>,
        format: Option<Format>,
    ) -> Result<Option<&LocalSchema>, Vec<String>> {
        let named = self.called(name, format)?;
        Ok(newest(&named, version, |schema| schema.record_called(name) == &schema.name))
    }

    /// As [`find`](Self::find) does it where one schema serves all of a topic: a union goes before the file for the record
    /// itself.
    ///
    /// # Errors
    /// The full names that all have this simple name.
    pub(crate) fn find_for_topic(
        &self,
        name: &str,
        version: Option<u32>,
        format: Option<Format>,
    ) -> Result<Option<&LocalSchema>, Vec<String>> {
        let named = self.called(name, format)?;
        Ok(newest(&named, version, |schema| schema.record_called(name) != &schema.name))
    }

    /// The schemas that a name may mean, all in one format.
    fn called(&self, name: &str, format: Option<Format>) -> Result<Vec<&LocalSchema>, Vec<String>> {
        let fits = |schema: &&LocalSchema| format.is_none_or(|format| schema.format() == format);
        let mut named: Vec<&LocalSchema> =
            self.schemas.iter().filter(|schema| schema.is_called(name)).filter(fits).collect();
        if let Some(first) = named.iter().map(|schema| schema.format()).min_by_key(|format| rank(*format)) {
            named.retain(|schema| schema.format() == first);
        }
        let full_names: BTreeSet<&RecordName> = named.iter().map(|schema| schema.record_called(name)).collect();
        if full_names.len() > 1 {
            return Err(full_names.into_iter().map(RecordName::to_string).collect());
        }
        Ok(named)
    }

    /// A schema and its earlier versions, the earliest first.
    pub(crate) fn history<'a>(&'a self, schema: &'a LocalSchema) -> impl Iterator<Item = &'a LocalSchema> {
        self.schemas.iter().filter(|earlier| {
            earlier.name == schema.name
                && earlier.schema.format == schema.schema.format
                && earlier.version <= schema.version
        })
    }

    /// The one name that values of a format can have, where there is only one.
    pub(crate) fn only_value_name(&self, format: Option<Format>) -> Option<&RecordName> {
        let names: BTreeSet<&RecordName> = self
            .schemas
            .iter()
            .filter(|schema| format.is_none_or(|format| schema.format() == format))
            .filter(|schema| !schema.is_imported(&self.schemas))
            .map(|schema| &schema.name)
            .filter(|name| name.simple() != LocalSchema::KEY)
            .collect();
        let mut names = names.into_iter();
        names.next().filter(|_| names.next().is_none())
    }

    /// Whether a file of this name describes one of these records.
    pub(crate) fn is_file_of(&self, stem: &str, described: &[&RecordName]) -> bool {
        self.schemas.iter().any(|schema| {
            schema.stem == stem
                && (described.contains(&&schema.name) || schema.records.iter().any(|own| described.contains(&own)))
        })
    }

    /// The files that a schema names, each with the name by which it is called, after the ones that it names itself.
    pub(crate) fn named_by<'a>(&'a self, schema: &'a LocalSchema) -> impl Iterator<Item = (&'a str, &'a LocalSchema)> {
        let imports_of = |file: &str| self.file(file).map_or(&[][..], |schema| schema.imports.as_slice());
        // Circles were refused when the files were read.
        let imports = imports::in_order(&schema.imports, imports_of).unwrap_or_default();
        imports.into_iter().filter_map(|import| Some((import.name.as_str(), self.file(&import.file)?)))
    }

    /// The texts that a schema's codec needs besides its own.
    pub(crate) fn dependencies(&self, schema: &LocalSchema) -> Vec<Dependency> {
        self.named_by(schema)
            .map(|(name, other)| Dependency { name: name.to_owned(), text: Arc::clone(&other.schema.text) })
            .collect()
    }

    fn file(&self, file: &str) -> Option<&LocalSchema> {
        self.schemas.iter().find(|schema| schema.file == file)
    }
}

/// The schema of a version, or the newest; of those that are preferred, where there are any.
fn newest<'a>(
    named: &[&'a LocalSchema],
    version: Option<u32>,
    is_preferred: impl Fn(&LocalSchema) -> bool,
) -> Option<&'a LocalSchema> {
    let any_is_preferred = named.iter().any(|schema| is_preferred(schema));
    let wanted = named.iter().filter(|schema| is_preferred(schema) == any_is_preferred);
    wanted
        .filter(|schema| version.is_none_or(|version| schema.version == version))
        .max_by_key(|schema| schema.version)
        .copied()
}

/// Which format goes first where none is named.
const fn rank(format: Format) -> u8 {
    match format {
        Format::Avro => 0,
        Format::Protobuf => 1,
        Format::Json => 2,
    }
}

/// Only what is built in.
impl Default for SchemaCatalog {
    fn default() -> Self {
        Self { schemas: LocalSchema::built_in().into() }
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
