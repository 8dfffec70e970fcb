use apache_avro::Schema;
use apache_avro::schema_compatibility::SchemaCompatibility;
use test_probe_directives::Format;

use super::store::StoredSchema;

/// Whether `new` can read what `old` wrote (`BACKWARD`); if not, why. Formats other than Avro are not compared.
pub(super) fn backward(old: &StoredSchema, new: &StoredSchema) -> Result<(), String> {
    if old.format != new.format {
        return Err(format!("the schema is {}, the earlier one {}", new.format, old.format));
    }
    if new.format != Format::Avro {
        return Ok(());
    }
    let parse = |schema: &StoredSchema| Schema::parse_str(&schema.text).map_err(|error| error.to_string());
    let (old, new) = (parse(old)?, parse(new)?);
    SchemaCompatibility::can_read(&old, &new).map(drop).map_err(|error| error.to_string())
}
