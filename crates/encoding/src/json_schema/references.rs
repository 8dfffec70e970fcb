use jsonschema::{Draft, Uri};
use serde_json::Value;

use super::documents::{DEFAULT_DRAFT, Document, id_of, resolve, root, without_fragment};
use super::invalid::InvalidJsonSchema;
use super::subschemas::subschemas;

/// The documents that a text names besides itself.
pub(super) fn of_text(text: &str) -> Result<Vec<String>, InvalidJsonSchema> {
    let document = Document::parse(text, "the schema", DEFAULT_DRAFT)?;
    let base = document.base(&root()?);
    let mut names = Vec::new();
    for reference in of(&document, &base) {
        if !names.contains(&reference.name) {
            names.push(reference.name);
        }
    }
    Ok(names)
}

/// A `$ref` to another document.
pub(super) struct Reference {
    /// As it is written, without the fragment.
    pub(super) name: String,
    /// The absolute address; none where what is written cannot be one.
    pub(super) address: Option<String>,
}

/// The references of a document that lies at `base`, in its order.
pub(super) fn of(document: &Document, base: &Uri<String>) -> Vec<Reference> {
    let own = vec![base.as_str().to_owned()];
    let mut walk = Walk { draft: document.draft, own, found: Vec::new() };
    walk.schema(&document.contents, base);
    let Walk { own, mut found, .. } = walk;
    found.retain(|reference| match &reference.address {
        Some(address) => !own.contains(address) && !is_of_a_draft(address),
        None => true,
    });
    found
}

fn is_of_a_draft(address: &str) -> bool {
    Draft::from_schema_uri(address) != Draft::Unknown || address.starts_with("https://json-schema.org/draft/")
}

/// Looks at everything that may be a schema, which is no deeper than the JSON library reads.
struct Walk {
    draft: Draft,
    /// The addresses of the document and of what is embedded in it.
    own: Vec<String>,
    found: Vec<Reference>,
}

impl Walk {
    fn schema(&mut self, schema: &Value, base: &Uri<String>) {
        match schema {
            Value::Array(schemas) => schemas.iter().for_each(|schema| self.schema(schema, base)),
            Value::Object(members) => {
                let embedded = id_of(schema, self.draft).and_then(|id| resolve(base, id));
                self.own.extend(embedded.iter().map(|own| own.as_str().to_owned()));
                let base = embedded.as_ref().unwrap_or(base);
                if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                    self.reference(reference, base);
                }
                subschemas(members).for_each(|schema| self.schema(schema, base));
            }
            _ => {}
        }
    }

    fn reference(&mut self, reference: &str, base: &Uri<String>) {
        let name = without_fragment(reference);
        if !name.is_empty() {
            let address = resolve(base, name).map(|address| address.as_str().to_owned());
            self.found.push(Reference { name: name.to_owned(), address });
        }
    }
}
