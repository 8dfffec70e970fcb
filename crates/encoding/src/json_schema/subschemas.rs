use serde_json::{Map, Value};

/// The values of a schema's keywords that may be or hold schemas: more than the keywords of the draft, since a reference
/// may lead anywhere, but not those that hold data.
pub(super) fn subschemas(schema: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    schema.iter().flat_map(|(keyword, value)| {
        let (one, named) = match (keyword.as_str(), value) {
            ("enum" | "const" | "examples" | "default", _) => (None, None),
            (
                "properties" | "patternProperties" | "definitions" | "$defs" | "dependentSchemas" | "dependencies",
                Value::Object(named),
            ) => (None, Some(named)),
            _ => (Some(value), None),
        };
        one.into_iter().chain(named.into_iter().flat_map(Map::values))
    })
}
