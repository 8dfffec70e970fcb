use std::sync::Arc;

use prost::Message;
use prost_reflect::{DescriptorPool, FileDescriptor};
use prost_types::FileDescriptorProto;
use protox::Compiler;
use protox::file::{File, FileResolver, GoogleFileResolver};

use super::base64;
use crate::codec::{BoxError, Dependency};

/// The files that Confluent's clients know without a reference, by their import paths.
const CONFLUENT: [(&str, &str); 2] = [
    ("confluent/meta.proto", include_str!("compile/confluent-meta.proto")),
    ("confluent/type/decimal.proto", include_str!("compile/confluent-decimal.proto")),
];

/// A text that does not compile: the file, the line, the column and what is wrong there, in the compiler's words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct DoesNotCompile(String);

/// Compiles a `.proto` text, or the serialized descriptor that stands for one, together with its dependencies.
///
/// # Errors
/// The place and the problem, in one line.
pub(super) fn compile(text: &str, dependencies: &[Dependency]) -> Result<FileDescriptor, BoxError> {
    let path = path_apart_from(dependencies);
    let mut files: Vec<(String, Arc<str>)> =
        dependencies.iter().map(|dependency| (dependency.name.clone(), Arc::clone(&dependency.text))).collect();
    files.push((path.clone(), Arc::from(text)));
    let mut compiler = Compiler::with_file_resolver(Files { given: files, known: GoogleFileResolver::new() });
    compiler.include_imports(true).open_file(&path).map_err(|error| one_line(&error))?;
    // The compiler's own pool was filled before it read the options, so it does not know which lists are packed.
    let pool = DescriptorPool::decode(compiler.encode_file_descriptor_set().as_slice())?;
    let compiled = pool.get_file_by_name(&path);
    compiled.ok_or_else(|| DoesNotCompile(format!("{path}: the compiler has lost the file")).into())
}

/// The paths that a text imports, in its order, but for those that every compiler knows.
///
/// # Errors
/// The place and the problem, in one line.
pub(super) fn imports(text: &str) -> Result<Vec<String>, BoxError> {
    let file = open("schema.proto", text).map_err(|error| one_line(&error))?;
    let known = GoogleFileResolver::new();
    Ok(file
        .file_descriptor_proto()
        .dependency
        .iter()
        .filter(|path| known_text(path).is_none() && known.open_file(path).is_err())
        .cloned()
        .collect())
}

/// What the text itself is called in messages: a name that none of its dependencies has.
fn path_apart_from(dependencies: &[Dependency]) -> String {
    let mut path = "schema.proto".to_owned();
    let mut number = 1;
    while dependencies.iter().any(|dependency| dependency.name == path) {
        number += 1;
        path = format!("schema-{number}.proto");
    }
    path
}

fn known_text(path: &str) -> Option<&'static str> {
    CONFLUENT.iter().find(|(known, _)| *known == path).map(|(_, text)| *text)
}

/// The files that one compilation can see.
struct Files {
    given: Vec<(String, Arc<str>)>,
    known: GoogleFileResolver,
}

impl FileResolver for Files {
    fn open_file(&self, path: &str) -> Result<File, protox::Error> {
        if let Some(text) = known_text(path) {
            return open(path, text);
        }
        match self.known.open_file(path) {
            Err(error) if error.is_file_not_found() => {}
            known => return known,
        }
        match self.given.iter().find(|(given, _)| given == path) {
            Some((_, text)) => open(path, text),
            None => Err(protox::Error::file_not_found(path)),
        }
    }
}

fn open(path: &str, text: &str) -> Result<File, protox::Error> {
    match serialized(text) {
        Some(file) => Ok(File::from_file_descriptor_proto(FileDescriptorProto { name: Some(path.to_owned()), ..file })),
        None => File::from_source(path, text),
    }
}

/// The descriptor that a text holds in base64, as the Python client registers it. No source reads so: there is no
/// statement without a space, a quotation mark or a semicolon.
fn serialized(text: &str) -> Option<FileDescriptorProto> {
    let bytes = base64::decode(text.trim()).filter(|bytes| !bytes.is_empty())?;
    FileDescriptorProto::decode(bytes.as_slice()).ok()
}

/// The compiler's error in one line. Its `Debug` form is the one that tells the line and the column.
fn one_line(error: &protox::Error) -> DoesNotCompile {
    let told = format!("{error:?}").split_whitespace().collect::<Vec<_>>().join(" ");
    match error.file() {
        Some(file) if !told.contains(file) => DoesNotCompile(format!("{file}: {told}")),
        _ => DoesNotCompile(told),
    }
}
