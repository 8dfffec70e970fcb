//! Fields that were called otherwise. The library compares names alone.

use apache_avro::schema::{RecordSchema, ResolvedSchema, Schema, UnionSchema};

use crate::codec::BoxError;
use crate::record_name::simple_name;

/// Calls the fields of a writer's schema as the reader's schema does, where it knows them by an alias.
///
/// # Errors
/// What the Avro library says about the schemas.
pub(super) fn call_as(writer: &mut Schema, reader: &Schema) -> Result<(), BoxError> {
    let resolved = ResolvedSchema::new(reader)?;
    let named = resolved.get_names().values().filter_map(|schema| as_record(schema));
    let with_aliases = named.filter(|record| record.fields.iter().any(|field| !field.aliases.is_empty()));
    let records: Vec<&RecordSchema> = with_aliases.collect();
    if records.is_empty() {
        return Ok(());
    }
    if let (Schema::Record(writer), Schema::Record(reader)) = (&mut *writer, reader) {
        // These two belong together, however they are called.
        rename_fields(writer, reader);
    }
    rename(writer, &records)
}

fn as_record(schema: &Schema) -> Option<&RecordSchema> {
    match schema {
        Schema::Record(record) => Some(record),
        _ => None,
    }
}

fn rename(schema: &mut Schema, readers: &[&RecordSchema]) -> Result<(), BoxError> {
    match schema {
        Schema::Record(record) => {
            if let Some(reader) = readers.iter().find(|reader| is_called_as(record, reader)) {
                rename_fields(record, reader);
            }
            record.fields.iter_mut().try_for_each(|field| rename(&mut field.schema, readers))
        }
        Schema::Array(array) => rename(&mut array.items, readers),
        Schema::Map(map) => rename(&mut map.types, readers),
        Schema::Union(union) => {
            let mut variants = union.variants().to_vec();
            variants.iter_mut().try_for_each(|variant| rename(variant, readers))?;
            *union = UnionSchema::new(variants)?;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Whether a record is the reader's: by its name, be it without the name space, or by one that the reader's had before.
fn is_called_as(writer: &RecordSchema, reader: &RecordSchema) -> bool {
    let name = writer.name.to_string();
    let before = reader.aliases.iter().flatten();
    let before = before.map(|alias| alias.fully_qualified_name(reader.name.namespace()).to_string());
    simple_name(&name) == reader.name.name() || before.into_iter().any(|alias| alias == name)
}

fn rename_fields(writer: &mut RecordSchema, reader: &RecordSchema) {
    for field in &reader.fields {
        if writer.fields.iter().any(|written| written.name == field.name) {
            continue;
        }
        let was_called = |name: &String| field.aliases.contains(name);
        if let Some(written) = writer.fields.iter_mut().find(|written| was_called(&written.name)) {
            written.name.clone_from(&field.name);
        }
    }
}
