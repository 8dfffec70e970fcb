//! Protobuf and JSON Schema files.

use test_probe_directives::{Format, nearest};

use super::imports::{File, Import, file_called};
use super::{LocalSchema, SchemaProblem};
use crate::codec::{AnyCodec, BoxError, Codec, Dependency, Part};
use crate::{RecordName, SchemaText, json_schema, protobuf};

/// Reads `.proto` and `.json` files, which may name each other.
pub(super) fn read(files: &[File], schemas: &mut Vec<LocalSchema>, problems: &mut Vec<SchemaProblem>) {
    for file in files {
        match imports(file, files) {
            Ok(imports) => schemas.push(LocalSchema {
                file: file.name.file.clone(),
                stem: file.name.stem.clone(),
                version: file.name.version,
                name: RecordName::new(file.name.stem.as_str()),
                records: Vec::new(),
                schema: SchemaText::new(file.name.format, file.text.as_str()),
                imports,
            }),
            Err(reason) => problems.push(SchemaProblem { file: file.name.file.clone(), reason }),
        }
    }
}

/// Finds out which records a file describes, and which of them it is called by.
///
/// # Errors
/// What is wrong with the file.
pub(super) fn records(
    schema: &SchemaText,
    dependencies: &[Dependency],
) -> Result<(Option<RecordName>, Vec<RecordName>), BoxError> {
    let codec = AnyCodec::of(schema, dependencies, true)?;
    Ok((codec.record(Part::WHOLE).cloned(), codec.records().into_iter().cloned().collect()))
}

fn imports(file: &File, files: &[File]) -> Result<Vec<Import>, String> {
    let named = match file.name.format {
        Format::Protobuf => protobuf::imports(&file.text),
        Format::Json => json_schema::references(&file.text),
        Format::Avro => Ok(Vec::new()),
    };
    let named = named.map_err(|error| error.to_string())?;
    named
        .into_iter()
        .map(|name| match file_called(files, &name) {
            Some(other) => Ok(Import { name, file: other.name.file.clone() }),
            None => Err(unknown_file(&name, files)),
        })
        .collect()
}

fn unknown_file(name: &str, files: &[File]) -> String {
    let hint = nearest(name, files.iter().map(|file| file.name.file.as_str()))
        .map(|known| format!("; did you mean {known}?"))
        .unwrap_or_default();
    format!("it names {name}, which is no file beside it{hint}")
}
