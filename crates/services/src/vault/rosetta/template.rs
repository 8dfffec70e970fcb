use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value};

/// The key's tree of a YAML text, with the types that YAML gives its scalars. Nothing where the tree holds something that
/// JSON cannot say.
pub(super) fn of_yaml(text: &str, key: &str) -> Option<Value> {
    let documents = Yaml::load_from_str(text).ok()?;
    value(documents.first()?.as_mapping_get(key)?)
}

fn value(node: &Yaml<'_>) -> Option<Value> {
    Some(match node {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(truth)) => (*truth).into(),
        Yaml::Value(Scalar::Integer(number)) => (*number).into(),
        Yaml::Value(Scalar::FloatingPoint(number)) => serde_json::Number::from_f64(**number)?.into(),
        Yaml::Value(Scalar::String(text)) => text.as_ref().into(),
        Yaml::Sequence(items) => items.iter().map(value).collect::<Option<_>>()?,
        Yaml::Mapping(members) => {
            let members = members.iter().map(|(key, node)| Some((key_text(key)?, value(node)?)));
            Value::Object(members.collect::<Option<Map<_, _>>>()?)
        }
        Yaml::Tagged(_, inner) => value(inner)?,
        Yaml::Representation(..) | Yaml::Alias(_) | Yaml::BadValue => return None,
    })
}

fn key_text(key: &Yaml<'_>) -> Option<String> {
    match value(key)? {
        Value::String(text) => Some(text),
        Value::Array(_) | Value::Object(_) => None,
        scalar => Some(scalar.to_string()),
    }
}
