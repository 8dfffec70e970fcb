use std::error::Error;
use std::sync::Arc;

use jsonschema::{Draft, Retrieve, Uri, uri};
use serde_json::Value;

use super::invalid::InvalidJsonSchema;
use crate::codec::Dependency;

/// The address of a schema without one, against which its references are resolved.
pub(super) const BASE: &str = "schema:///";

/// The draft of a schema that does not say.
pub(super) const DEFAULT_DRAFT: Draft = Draft::Draft7;

/// A schema's text as JSON, with its address.
#[derive(Clone)]
pub(super) struct Document {
    pub(super) contents: Value,
    pub(super) draft: Draft,
    /// The address that it gives itself, as it is written but for the fragment.
    pub(super) id: Option<String>,
}

impl Document {
    /// Reads a text that is called `name` in errors, and is of the draft `otherwise` where it names none.
    pub(super) fn parse(text: &str, name: &str, otherwise: Draft) -> Result<Self, InvalidJsonSchema> {
        let mut contents: Value = serde_json::from_str(text)
            .map_err(|error| InvalidJsonSchema::NotJson { document: name.to_owned(), problem: error.to_string() })?;
        let mut draft = contents.get("$schema").and_then(Value::as_str).map_or(otherwise, Draft::from_schema_uri);
        // What names no draft says nothing; to the library it would be one more document to look for.
        if draft == Draft::Unknown {
            contents.as_object_mut().and_then(|members| members.shift_remove("$schema"));
            draft = otherwise;
        }
        let id = id_of(&contents, draft).map(|id| without_fragment(id).to_owned());
        Ok(Self { contents, draft, id })
    }

    /// The absolute address, where it is one that references can be relative to; otherwise `root`.
    pub(super) fn base(&self, root: &Uri<String>) -> Uri<String> {
        let base = self.id.as_deref().and_then(|id| resolve(root, id)).filter(|base| resolve(base, "x").is_some());
        base.unwrap_or_else(|| root.clone())
    }

    /// Writes the address as an absolute one into the document, or takes it out of it where nothing can be relative to
    /// it, such as `urn:acme:order`.
    pub(super) fn settle(&mut self, base: &Uri<String>) {
        let (Some(_), Value::Object(members)) = (&self.id, &mut self.contents) else { return };
        let keyword = self.draft.id_keyword();
        if base.as_str() == BASE {
            members.shift_remove(keyword);
        } else {
            members.insert(keyword.to_owned(), Value::from(base.as_str()));
        }
    }
}

/// [`BASE`], to resolve against.
pub(super) fn root() -> Result<Uri<String>, InvalidJsonSchema> {
    uri::from_str(BASE).map_err(|error| InvalidJsonSchema::Astray { problem: error.to_string() })
}

/// The address that a schema gives itself. A fragment alone is none; up to draft 7 what stands beside a `$ref` says
/// nothing.
pub(super) fn id_of(schema: &Value, draft: Draft) -> Option<&str> {
    let is_old = matches!(draft, Draft::Draft4 | Draft::Draft6 | Draft::Draft7);
    if is_old && schema.get("$ref").is_some() {
        return None;
    }
    schema.get(draft.id_keyword())?.as_str().filter(|id| !without_fragment(id).is_empty())
}

pub(super) fn without_fragment(address: &str) -> &str {
    address.split_once('#').map_or(address, |(document, _)| document)
}

pub(super) fn resolve(base: &Uri<String>, reference: &str) -> Option<Uri<String>> {
    uri::resolve_against(&base.borrow(), without_fragment(reference)).ok()
}

/// All documents that a schema may refer to.
pub(super) struct Documents {
    named: Vec<(String, Document)>,
    /// What names may be relative to.
    bases: Vec<Uri<String>>,
}

impl Documents {
    /// Reads what a schema of this draft that lies at `base` depends on.
    pub(super) fn parse(
        root: &Uri<String>,
        base: &Uri<String>,
        draft: Draft,
        dependencies: &[Dependency],
    ) -> Result<Self, InvalidJsonSchema> {
        let mut bases = vec![base.clone(), root.clone()];
        let mut named = Vec::with_capacity(dependencies.len());
        for Dependency { name, text } in dependencies {
            let mut document = Document::parse(text, &format!("`{name}`"), draft)?;
            let own = document.base(root);
            bases.extend(resolve(base, name));
            if own.as_str() == BASE {
                document.settle(&own);
            } else {
                bases.push(own);
            }
            named.push((name.clone(), document));
        }
        bases.dedup();
        Ok(Self { named, bases })
    }

    /// Adds the schema itself, where it calls itself by an address at which it does not lie.
    pub(super) fn with_own(mut self, schema: &Document, base: &Uri<String>) -> Self {
        if let Some(id) = schema.id.as_ref().filter(|_| base.as_str() == BASE) {
            self.named.push((id.clone(), schema.clone()));
        }
        self
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Document)> {
        self.named.iter().map(|(name, document)| (name.as_str(), document))
    }

    /// The document at an absolute address without a fragment.
    pub(super) fn find(&self, address: &str) -> Option<&Document> {
        let is_at = |name: &str| {
            name == address
                || self.bases.iter().any(|base| resolve(base, name).is_some_and(|at| at.as_str() == address))
        };
        let by_name = self.iter().find(|(name, _)| is_at(name));
        let by_id = || self.iter().find(|(_, document)| document.id.as_deref().is_some_and(is_at));
        by_name.or_else(by_id).map(|(_, document)| document)
    }
}

/// Hands the validator what it asks for, and fetches nothing.
#[derive(Clone)]
pub(super) struct Shelf(pub(super) Arc<Documents>);

impl Retrieve for Shelf {
    fn retrieve(&self, address: &Uri<String>) -> Result<Value, Box<dyn Error + Send + Sync>> {
        match self.0.find(address.as_str()) {
            Some(document) => Ok(document.contents.clone()),
            None => Err("it was not handed in".into()),
        }
    }
}
