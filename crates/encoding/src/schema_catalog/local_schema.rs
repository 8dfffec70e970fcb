use test_probe_directives::Format;

use super::imports::Import;
use crate::record_name::simple_name;
use crate::{CloudEvent, RecordName, SchemaText};

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
    /// All records that it describes.
    pub(crate) records: Vec<RecordName>,
    /// The schema, without where the files are registered that it names.
    pub(crate) schema: SchemaText,
    /// The files that it names.
    pub(crate) imports: Vec<Import>,
}

impl LocalSchema {
    /// The simple name of the record that keys are.
    pub(super) const KEY: &'static str = "CloudEvent";

    /// The CloudEvent key's, in each format.
    pub(super) fn built_in() -> [Self; 3] {
        [
            (Format::Avro, CloudEvent::AVRO_SCHEMA, CloudEvent::RECORD),
            (Format::Protobuf, CloudEvent::PROTO_SCHEMA, CloudEvent::RECORD),
            // A JSON Schema's record is its title, which has no name space.
            (Format::Json, CloudEvent::JSON_SCHEMA, Self::KEY),
        ]
        .map(|(format, text, record)| Self {
            file: format!("the built-in {}.{}", Self::KEY, format.schema_extension()),
            stem: Self::KEY.to_owned(),
            version: 1,
            name: RecordName::new(CloudEvent::RECORD),
            records: vec![RecordName::new(record)],
            schema: SchemaText::new(format, text),
            imports: Vec::new(),
        })
    }

    pub(super) fn format(&self) -> Format {
        self.schema.format
    }

    /// Tells it what its text describes, and by which of the records it is called.
    pub(super) fn describes(&mut self, main: Option<RecordName>, records: Vec<RecordName>) {
        if let Some(main) = main {
            self.name = main;
        }
        self.records = records;
    }

    /// Whether it is found by a name: the full or simple one of a record, or its file's. The title of a JSON Schema seldom
    /// has a name space, and is found in any then.
    pub(super) fn is_called(&self, name: &str) -> bool {
        let is_titled = self.format() == Format::Json && !self.name.has_namespace();
        let is_own = |record: &RecordName| {
            record.as_str() == name
                || (!name.contains('.') && record.simple() == name)
                || (is_titled && record.as_str() == simple_name(name))
        };
        is_own(&self.name) || self.records.iter().any(is_own) || (!name.contains('.') && self.stem == name)
    }

    /// The record that a name stands for: one of its own by its full or simple name, or else the one that the file is
    /// for.
    pub(crate) fn record_called(&self, name: &str) -> &RecordName {
        let simple = simple_name(name);
        let own = || self.records.iter();
        own()
            .find(|record| record.as_str() == name)
            .or_else(|| own().find(|record| record.simple() == simple))
            .unwrap_or(&self.name)
    }

    /// Whether one of the others names its file, so that it is there for them.
    pub(super) fn is_imported(&self, others: &[Self]) -> bool {
        others.iter().flat_map(|other| &other.imports).any(|import| import.file == self.file)
    }
}
