//! Every key with its value, for people.

use super::Tree;
use crate::check::leaves;
use crate::hocon::{KeyPath, Value, ValueKind};
use crate::keys::{KEYS, KeySpec, Kind};
use crate::{ClientProperties, Entry, SchemaRegistryUrl};

const HIDDEN: &str = "\"***\"";

pub(super) fn of(tree: &Tree) -> Vec<Entry> {
    KEYS.iter()
        .filter_map(|spec| Some((spec, tree.at(spec.path)?)))
        .flat_map(|(spec, value)| of_key(spec, value))
        .collect()
}

/// One entry, or one for each property of a client.
fn of_key(spec: &KeySpec, value: &Value) -> Vec<Entry> {
    let entry = |path: String, shown: String, value: &Value| Entry {
        path,
        description: spec.description,
        value: shown,
        origin: value.origin.clone(),
    };
    match (spec.kind, &value.kind) {
        (Kind::ClientProperties, ValueKind::Object(_)) => {
            let property = |(name, value): (String, &Value)| {
                let shown = if ClientProperties::is_secret(&name) { HIDDEN.to_owned() } else { value.to_string() };
                entry(format!("{}.{}", spec.path, KeyPath(vec![name])), shown, value)
            };
            leaves(value).into_iter().map(property).collect()
        }
        (Kind::SchemaRegistryUrl, ValueKind::Scalar(scalar)) => {
            let url = scalar.as_text().parse::<SchemaRegistryUrl>();
            let shown = url.map_or_else(|_| HIDDEN.to_owned(), |url| format!("\"{url}\""));
            vec![entry(spec.path.to_owned(), shown, value)]
        }
        _ => vec![entry(spec.path.to_owned(), value.to_string(), value)],
    }
}
