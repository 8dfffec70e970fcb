//! Every key with its value, for people.

use super::Tree;
use crate::check::leaves;
use crate::hocon::{KeyPath, Value, ValueKind};
use crate::keys::{KeySpec, Kind, keys};
use crate::{ClientProperties, Entry, FunctionUrl, RequestParams, SchemaRegistryUrl};

const HIDDEN: &str = "\"***\"";

pub(super) fn of(tree: &Tree, request_params: Option<&Value>) -> Vec<Entry> {
    let keys = keys().filter_map(|spec| Some((spec, tree.at(spec.path)?)));
    let mut entries: Vec<Entry> = keys.flat_map(|(spec, value)| of_key(spec, value)).collect();
    if let Some(value) = request_params {
        of_request_params(RequestParams::ROOT, value, &mut entries);
    }
    entries
}

/// One entry, or one for each name that is the author's own.
fn of_key(spec: &KeySpec, value: &Value) -> Vec<Entry> {
    if let (true, ValueKind::Object(_)) = (spec.kind.has_free_names(), &value.kind) {
        let property = |(name, value): (String, &Value)| {
            let path = format!("{}.{}", spec.path, KeyPath(vec![name.clone()]));
            entry(path, spec.description, shown_by_name(&name, value), value)
        };
        return leaves(value).into_iter().map(property).collect();
    }
    let shown = match (spec.kind, &value.kind) {
        (Kind::SchemaRegistryUrl, ValueKind::Scalar(scalar)) => {
            scalar.as_text().parse::<SchemaRegistryUrl>().map_or_else(|_| HIDDEN.to_owned(), |url| format!("\"{url}\""))
        }
        (Kind::FunctionUrl, ValueKind::Scalar(scalar)) if !scalar.as_text().trim().is_empty() => {
            scalar.as_text().parse::<FunctionUrl>().map_or_else(|_| HIDDEN.to_owned(), |url| format!("\"{url}\""))
        }
        // That a secret is not there is none, and worth seeing.
        (Kind::Secret, ValueKind::Scalar(scalar)) if scalar.as_text().trim().is_empty() => value.to_string(),
        (Kind::Secret, _) => HIDDEN.to_owned(),
        _ => value.to_string(),
    };
    vec![entry(spec.path.to_owned(), spec.description, shown, value)]
}

/// One entry for each that is no section.
fn of_request_params(path: &str, value: &Value, entries: &mut Vec<Entry>) {
    match &value.kind {
        ValueKind::Object(members) => {
            for (name, value) in members {
                of_request_params(&format!("{path}.{}", KeyPath(vec![name.clone()])), value, entries);
            }
        }
        _ if value.is_null() => {}
        _ => entries.push(entry(path.to_owned(), "Request parameter", shown_by_name(path, value), value)),
    }
}

/// The value, unless its name sounds as if it were secret.
fn shown_by_name(name: &str, value: &Value) -> String {
    if ClientProperties::is_secret(name) { HIDDEN.to_owned() } else { value.to_string() }
}

fn entry(path: String, description: &'static str, value: String, at: &Value) -> Entry {
    Entry { path, description, value, origin: at.origin.clone() }
}
