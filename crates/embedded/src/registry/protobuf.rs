use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use prost::Message;
use prost_types::FileDescriptorProto;
use protox::Compiler;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};

use super::refusal::Refusal;
use super::schema::Dependency;

/// The name under which a schema is compiled; its own is known to those alone who refer to it.
const NAME: &str = "registered-schema.proto";

/// Compiles a schema, with what it imports, to the descriptor of its file.
pub(super) fn compile(text: &str, dependencies: &[Dependency]) -> Result<Vec<u8>, Refusal> {
    let mut resolver = ChainFileResolver::new();
    resolver.add(Registered { text: text.to_owned(), dependencies: dependencies.to_vec() });
    resolver.add(GoogleFileResolver::new());
    let mut compiler = Compiler::with_file_resolver(resolver);
    compiler.include_imports(false).include_source_info(false);
    compiler.open_file(NAME).map_err(|error| Refusal::InvalidSchema(error.to_string()))?;
    Ok(compiler.file_descriptor_set().file.first().map(Message::encode_to_vec).unwrap_or_default())
}

struct Registered {
    text: String,
    dependencies: Vec<Dependency>,
}

impl FileResolver for Registered {
    fn resolve_path(&self, path: &std::path::Path) -> Option<String> {
        path.to_str().map(str::to_owned)
    }

    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        if name == NAME {
            return open(NAME, &self.text);
        }
        let known = self.dependencies.iter().find(|dependency| dependency.name == name);
        known.map_or_else(|| Err(protox::Error::file_not_found(name)), |known| open(name, &known.text))
    }
}

/// Reads a `.proto` text, or the descriptor of a file in Base64, which Confluent's client for Python sends.
fn open(name: &str, text: &str) -> Result<File, protox::Error> {
    match descriptor(text) {
        Some(descriptor) => {
            Ok(File::from_file_descriptor_proto(FileDescriptorProto { name: Some(name.to_owned()), ..descriptor }))
        }
        None => File::from_source(name, text),
    }
}

/// No `.proto` text that says anything is Base64, since each has a character that Base64 has not.
fn descriptor(text: &str) -> Option<FileDescriptorProto> {
    let bytes = STANDARD.decode(text.trim()).ok().filter(|bytes| !bytes.is_empty())?;
    FileDescriptorProto::decode(&*bytes).ok()
}
