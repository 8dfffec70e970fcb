use super::node::Scalar;
use crate::Origin;

/// A value with all substitutions followed, and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Value {
    pub(crate) origin: Origin,
    pub(crate) kind: ValueKind,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ValueKind {
    Scalar(Scalar),
    List(Vec<Value>),
    /// Keys in the order of their first mention.
    Object(Vec<(String, Value)>),
}

impl Value {
    pub(crate) fn scalar(origin: Origin, scalar: Scalar) -> Self {
        Self { origin, kind: ValueKind::Scalar(scalar) }
    }

    /// The value at `path`, divided by dots, below this one. Null is no value.
    pub(crate) fn at(&self, path: &str) -> Option<&Self> {
        let found = path.split('.').try_fold(self, |value, name| {
            let ValueKind::Object(members) = &value.kind else { return None };
            members.iter().find(|(member, _)| member == name).map(|(_, value)| value)
        });
        found.filter(|value| !value.is_null())
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.kind, ValueKind::Scalar(Scalar::Null))
    }

    /// What sort of value this is, for a message.
    pub(crate) fn describe(&self) -> &'static str {
        describe(&self.kind)
    }
}

pub(super) fn describe(kind: &ValueKind) -> &'static str {
    match kind {
        ValueKind::Scalar(Scalar::Null) => "null",
        ValueKind::Scalar(Scalar::Boolean(_)) => "a boolean",
        ValueKind::Scalar(Scalar::Number(_)) => "a number",
        ValueKind::Scalar(Scalar::Text(_)) => "a text",
        ValueKind::List(_) => "a list",
        ValueKind::Object(_) => "an object",
    }
}
