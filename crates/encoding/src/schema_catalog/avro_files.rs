use std::collections::BTreeMap;
use std::error::Error;

use apache_avro::error::Details;
use apache_avro::schema::Schema;
use serde_json::Value;
use test_probe_directives::{Format, nearest};

use super::file_name::SchemaFileName;
use super::imports::File;
use super::{LocalSchema, SchemaProblem};
use crate::avro::AvroCodec;
use crate::codec::{Codec, Part};
use crate::{RecordName, SchemaText};

/// Reads Avro schema files, which may name each other's types.
pub(super) fn read(files: Vec<File>, schemas: &mut Vec<LocalSchema>, problems: &mut Vec<SchemaProblem>) {
    let types = newest_types(&files);
    for File { name: SchemaFileName { file, stem, version, .. }, text } in &files {
        match parse(text, &types).and_then(|(schema, text)| Ok((described(schema)?, text))) {
            Ok(((name, records), text)) => {
                schemas.push(LocalSchema {
                    file: file.clone(),
                    stem: stem.clone(),
                    version: *version,
                    records,
                    name: name.unwrap_or_else(|| RecordName::new(stem.as_str())),
                    schema: SchemaText::new(Format::Avro, text),
                    imports: Vec::new(),
                });
            }
            Err(reason) => problems.push(SchemaProblem { file: file.clone(), reason }),
        }
    }
}

/// The name of what a schema defines, and all records that it describes: those of its branches, where it is a union.
fn described(schema: Schema) -> Result<(Option<RecordName>, Vec<RecordName>), String> {
    let codec = AvroCodec::new(schema).map_err(|error| with_causes(&*error))?;
    Ok((codec.record(Part::WHOLE).cloned(), codec.records().into_iter().cloned().collect()))
}

/// The text that defines each named type; of several versions, the newest.
fn newest_types(files: &[File]) -> BTreeMap<String, &str> {
    let mut newest: BTreeMap<String, (u32, &str)> = BTreeMap::new();
    for File { name: file, text } in files {
        let Some(name) = defined_name(text) else { continue };
        let known = newest.entry(name).or_insert((file.version, text));
        if known.0 < file.version {
            *known = (file.version, text);
        }
    }
    newest.into_iter().map(|(name, (_, text))| (name, text)).collect()
}

/// The full name of the type that a text defines.
fn defined_name(text: &str) -> Option<String> {
    let schema: Value = serde_json::from_str(text).ok()?;
    let name = schema.get("name")?.as_str()?;
    match schema.get("namespace").and_then(Value::as_str) {
        Some(namespace) if !name.contains('.') && !namespace.is_empty() => Some(format!("{namespace}.{name}")),
        _ => Some(name.to_owned()),
    }
}

/// The schema of a text, and the text of the schema with everything that it names in it.
fn parse(text: &str, types: &BTreeMap<String, &str>) -> Result<(Schema, String), String> {
    let own_name = defined_name(text);
    let mut needed: BTreeMap<&str, &str> = BTreeMap::new();
    loop {
        let unknown = match Schema::parse_str_with_list(text, needed.values()) {
            Ok((schema, _)) if needed.is_empty() => return Ok((schema, text.to_owned())),
            Ok((mut schema, others)) => {
                schema.denormalize(&others).map_err(|error| with_causes(&error))?;
                let text = serde_json::to_string(&schema).map_err(|error| error.to_string())?;
                return Ok((schema, text));
            }
            Err(error) => match error.into_details() {
                Details::ParsePrimitive(name) => name,
                details => return Err(with_causes(&details)),
            },
        };
        match types.get_key_value(&unknown) {
            Some((name, text)) if own_name.as_ref() != Some(name) && !needed.contains_key(name.as_str()) => {
                needed.insert(name, text);
            }
            Some((name, _)) if own_name.as_ref() == Some(name) => {
                return Err(format!(
                    "the files that define {name} and what it names go round in a circle; put them in one file"
                ));
            }
            _ => return Err(unknown_type(&unknown, types)),
        }
    }
}

fn unknown_type(name: &str, types: &BTreeMap<String, &str>) -> String {
    const PRIMITIVES: [&str; 8] = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];
    let hint = nearest(name, PRIMITIVES.into_iter().chain(types.keys().map(String::as_str)))
        .map(|known| format!("; did you mean {known}?"))
        .unwrap_or_default();
    format!("it names the type {name}, which is none of Avro's and which no file beside it defines{hint}")
}

/// A message with those of its causes: what is wrong with the JSON is only a cause.
fn with_causes(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        message = format!("{message}: {error}");
        cause = error.source();
    }
    message
}
