use apache_avro::schema_compatibility::SchemaCompatibility;
use test_probe_directives::Format;

use super::level::Level;
use super::schema::StoredSchema;

/// A schema to compare; of Avro what it means, with all that it refers to.
#[derive(Debug)]
pub(super) struct Comparable<'a> {
    pub(super) schema: &'a StoredSchema,
    pub(super) avro: Option<apache_avro::Schema>,
}

/// Whether `new` may follow after `old` by this level; if not, why. Formats other than Avro are not compared.
pub(super) fn compare(old: &Comparable<'_>, new: &Comparable<'_>, level: Level) -> Result<(), String> {
    if !level.is_backward && !level.is_forward {
        return Ok(());
    }
    if old.schema.format != new.schema.format {
        return Err(format!("the schema is {}, the earlier one {}", new.schema.format, old.schema.format));
    }
    let (Format::Avro, Some(old), Some(new)) = (new.schema.format, &old.avro, &new.avro) else { return Ok(()) };
    let reads = |written: &apache_avro::Schema, reader: &apache_avro::Schema| {
        SchemaCompatibility::can_read(written, reader).map(drop).map_err(|error| error.to_string())
    };
    if level.is_backward {
        reads(old, new)?;
    }
    if level.is_forward {
        reads(new, old).map_err(|reason| format!("the earlier schema cannot read the new one: {reason}"))?;
    }
    Ok(())
}
