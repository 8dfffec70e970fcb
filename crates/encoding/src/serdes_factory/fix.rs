//! What to do about a schema that is not registered.

use test_probe_directives::{Format, nearest};

use super::Inner;
use super::lane::LaneKey;
use crate::record_name::simple_name;
use crate::schema_catalog::LocalSchema;

/// How a user lets local schemas be registered.
const SWITCH_ON: &str = "switch auto-register on (test-probe.core.schema-registry.auto-register)";

impl Inner {
    /// The fix for a schema that is under none of its subjects, though `local` may be known.
    pub(super) fn fix(&self, key: &LaneKey, local: Option<&LocalSchema>) -> String {
        let record = match (local, &key.record) {
            // With auto-register on it would have been registered.
            (Some(local), _) => return format!("register {} there, or {SWITCH_ON}", local.file),
            (None, Some(record)) => record.as_str(),
            (None, None) => return "register the schema there, or name the record".to_owned(),
        };
        // A record that is known in another version is called right.
        let is_misspelt = !matches!(self.catalog.find(record, None, None), Ok(Some(_)));
        match self.known_record_like(record).filter(|_| is_misspelt) {
            Some(known) => format!("there is a local schema {known}; did you mean that?"),
            None if self.settings.auto_register => format!(
                "put {} into the test's `schemas/`, from where it is registered, or register the schema there yourself",
                file_of(record, key.version, key.format)
            ),
            None => format!(
                "register the schema there, or put {} into the test's `schemas/` and {SWITCH_ON}",
                file_of(record, key.version, key.format)
            ),
        }
    }

    /// The local record that was probably meant. Name spaces are not compared, since records of one have most of their
    /// names in common.
    fn known_record_like(&self, record: &str) -> Option<&str> {
        let near = nearest(simple_name(record), self.catalog.names().map(simple_name))?;
        self.catalog.names().find(|known| simple_name(known) == near)
    }
}

/// What the file of a record's schema is called, such as `OrderCreated.v2.avsc`.
fn file_of(record: &str, version: Option<u32>, format: Option<Format>) -> String {
    let (simple, extension) = (simple_name(record), format.unwrap_or(Format::Avro).schema_extension());
    match version {
        None | Some(1) => format!("{simple}.{extension}"),
        Some(version) => format!("{simple}.v{version}.{extension}"),
    }
}
