use std::collections::BTreeMap;
use std::fmt;

use crate::hocon::{KeyPath, Scalar, Value, ValueKind};

/// What stands below `request-params` at the configuration's root: texts for the vault, which the templates of its
/// requests name as `{{$^request-params.team.id}}`.
///
/// They may be secrets; printing this shows their paths alone.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RequestParams(BTreeMap<String, RequestParam>);

/// What stands at one path.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestParam {
    /// A text, or a number or boolean as it was written.
    Text(String),
    /// No text, but what messages call so: `a list`, `an object`.
    NotText(&'static str),
}

impl RequestParams {
    /// The root's name, with which every path begins.
    pub const ROOT: &str = "request-params";

    /// What stands at a path such as `request-params.team.id`; nothing where no parameter does.
    pub fn get(&self, path: &str) -> Option<&RequestParam> {
        self.0.get(path)
    }

    /// The paths of all texts, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, param)| param.as_text().is_some()).map(|(path, _)| path.as_str())
    }

    /// Everything below the root's value.
    pub(crate) fn of(root: &Value) -> Self {
        let mut params = BTreeMap::new();
        collect(Self::ROOT, root, &mut params);
        Self(params)
    }
}

impl RequestParam {
    /// The text, if it is one. Do not log what this returns.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::NotText(_) => None,
        }
    }
}

fn collect(path: &str, value: &Value, params: &mut BTreeMap<String, RequestParam>) {
    let param = match &value.kind {
        ValueKind::Scalar(Scalar::Null) => return,
        ValueKind::Scalar(scalar) => RequestParam::Text(scalar.as_text().into_owned()),
        ValueKind::List(_) => RequestParam::NotText(value.describe()),
        ValueKind::Object(members) => {
            for (name, value) in members {
                collect(&format!("{path}.{}", KeyPath(vec![name.clone()])), value, params);
            }
            RequestParam::NotText(value.describe())
        }
    };
    params.insert(path.to_owned(), param);
}

impl fmt::Debug for RequestParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.paths()).finish()
    }
}

impl fmt::Debug for RequestParam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text(***)"),
            Self::NotText(found) => f.debug_tuple("NotText").field(found).finish(),
        }
    }
}
