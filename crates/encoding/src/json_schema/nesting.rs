//! How deep schemas lie in one another at one place of a value.
//!
//! There the validator goes from one to the next without looking at the value, so that nothing stops it but the end of
//! its thread's stack.

use std::sync::Arc;

use hashbrown::{HashMap, HashSet};
use jsonschema::{Draft, Registry, Uri};
use serde_json::Value;

use super::documents::{id_of, resolve};
use super::invalid::InvalidJsonSchema;
use super::subschemas::subschemas;

/// As deep as schemas may lie in one another. A text nests no deeper than half of it, and definitions that refer to one
/// another are seldom ten.
const DEEPEST: usize = 256;

/// Follows all references from a schema on.
///
/// # Errors
/// Schemas lie too deep in one another, or in themselves.
pub(super) fn check(
    schema: &Value,
    base: &Uri<String>,
    draft: Draft,
    registry: &Registry<'_>,
) -> Result<(), InvalidJsonSchema> {
    let mut nesting = Nesting { registry, depths: HashMap::new(), seen: HashSet::new(), left: Vec::new() };
    nesting.left.push(At { schema, base: Arc::new(base.clone()), draft });
    while let Some(mut at) = nesting.left.pop() {
        if at.schema.is_object() {
            if !nesting.seen.insert(at.key()) {
                continue;
            }
            at.enter();
            nesting.depth(&at, 0)?;
        }
        nesting.left.extend(at.children());
    }
    Ok(())
}

struct Nesting<'r> {
    registry: &'r Registry<'r>,
    /// How deep is what lies in a schema; nothing while that is being found out.
    depths: HashMap<usize, Option<usize>>,
    seen: HashSet<usize>,
    left: Vec<At<'r>>,
}

/// A schema with what its references are relative to.
#[derive(Clone)]
struct At<'r> {
    schema: &'r Value,
    base: Arc<Uri<String>>,
    draft: Draft,
}

impl<'r> At<'r> {
    fn key(&self) -> usize {
        std::ptr::from_ref(self.schema).addr()
    }

    fn inside(&self, schema: &'r Value) -> Self {
        Self { schema, ..self.clone() }
    }

    /// Takes the address that the schema gives itself.
    fn enter(&mut self) {
        if let Some(base) = id_of(self.schema, self.draft).and_then(|id| resolve(&self.base, id)) {
            self.base = Arc::new(base);
        }
    }

    /// Everything that may be a schema.
    fn children(&self) -> Vec<Self> {
        match self.schema {
            Value::Array(items) => items.iter().map(|item| self.inside(item)).collect(),
            Value::Object(members) => subschemas(members).map(|member| self.inside(member)).collect(),
            _ => Vec::new(),
        }
    }
}

impl<'r> Nesting<'r> {
    fn depth(&mut self, at: &At<'r>, around: usize) -> Result<usize, InvalidJsonSchema> {
        let known = match self.depths.get(&at.key()) {
            Some(Some(depth)) => Some(*depth),
            Some(None) => return Err(InvalidJsonSchema::Circular),
            None => None,
        };
        if around + known.unwrap_or(0) > DEEPEST {
            return Err(InvalidJsonSchema::TooDeep { limit: DEEPEST });
        }
        if let Some(known) = known {
            return Ok(known);
        }
        self.depths.insert(at.key(), None);
        let mut depth = 0;
        for mut inner in self.at_the_same_place(at) {
            inner.enter();
            depth = depth.max(1 + self.depth(&inner, around + 1)?);
        }
        self.depths.insert(at.key(), Some(depth));
        Ok(depth)
    }

    /// The schemas that the same value must fit.
    fn at_the_same_place(&mut self, at: &At<'r>) -> Vec<At<'r>> {
        let mut inner = Vec::new();
        for (keyword, value) in at.schema.as_object().into_iter().flatten() {
            match (keyword.as_str(), value) {
                ("$ref" | "$dynamicRef" | "$recursiveRef", Value::String(reference)) => {
                    let target = self.registry.resolver((*at.base).clone()).lookup(reference);
                    // What leads nowhere is left to the compiler, since not all that looks like a reference is one.
                    if let Ok(target) = target {
                        let (schema, resolver, draft) = target.into_inner();
                        let target = At { schema, base: resolver.base_uri(), draft };
                        self.left.push(target.clone());
                        inner.push(target);
                    }
                }
                ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => {
                    inner.extend(schemas.iter().map(|schema| at.inside(schema)));
                }
                ("dependentSchemas" | "dependencies", Value::Object(named)) => {
                    inner.extend(named.values().map(|schema| at.inside(schema)));
                }
                ("not" | "if" | "then" | "else", schema) => inner.push(at.inside(schema)),
                _ => {}
            }
        }
        inner
    }
}
