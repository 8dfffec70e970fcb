//! What the values of a key amount to before their members are worked out.

use super::super::value::{Value, ValueKind, describe};
use super::{HoconError, Node, NodeKind, Origin, Place, Reason, Scalar};

/// The values that one key was given, oldest first.
pub(super) type Slot<'a> = Vec<&'a Node>;

/// What the values of a slot amount to.
pub(super) enum Shape<'a> {
    Undefined,
    /// Object nodes whose members are merged, oldest first.
    Objects(Slot<'a>),
    Value(Value),
}

/// The names of the members of merged objects, in the order of their first mention.
pub(super) fn names_of<'a>(objects: &[&'a Node]) -> Vec<&'a str> {
    let mut names = Vec::new();
    for object in objects {
        if let NodeKind::Object(object) = &object.kind {
            for name in object.names() {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
    }
    names
}

/// The values of one member of merged objects, oldest first.
pub(super) fn members_of<'a>(objects: &[&'a Node], name: &str) -> Slot<'a> {
    let values_in = |object: &&'a Node| match &object.kind {
        NodeKind::Object(object) => object.values_of(name),
        _ => &[],
    };
    objects.iter().flat_map(values_in).collect()
}

pub(super) fn same_nodes(left: &[&Node], right: &[&Node]) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(left, right)| std::ptr::eq(*left, *right))
}

/// Two pieces of one value made one.
pub(super) fn join<'a>(left: Shape<'a>, blank: &str, right: Shape<'a>, place: &Place) -> Result<Shape<'a>, HoconError> {
    let kind = match (left, right) {
        (Shape::Objects(mut left), Shape::Objects(right)) => {
            left.extend(right);
            return Ok(Shape::Objects(left));
        }
        (Shape::Value(left), Shape::Value(right)) => match (left.kind, right.kind) {
            (ValueKind::List(mut left), ValueKind::List(right)) => {
                left.extend(right);
                ValueKind::List(left)
            }
            (ValueKind::Scalar(left), ValueKind::Scalar(right)) => {
                ValueKind::Scalar(Scalar::Text(format!("{}{blank}{}", left.as_text(), right.as_text())))
            }
            (left, right) => return Err(mixed(describe(&left), describe(&right), place)),
        },
        (left, right) => return Err(mixed(left.describe(), right.describe(), place)),
    };
    Ok(Shape::Value(Value { origin: Origin::Text(place.clone()), kind }))
}

fn mixed(left: &'static str, right: &'static str, place: &Place) -> HoconError {
    HoconError { place: place.clone(), reason: Reason::Mixed { left, right } }
}

impl Shape<'_> {
    /// The white space that pieces which are not there leave around a text. Other values have no use for it.
    pub(super) fn padded(self, before: &str, after: &str, place: &Place) -> Self {
        match self {
            Self::Value(Value { kind: ValueKind::Scalar(scalar), .. }) if !(before.is_empty() && after.is_empty()) => {
                let text = format!("{before}{}{after}", scalar.as_text());
                Self::Value(Value::scalar(Origin::Text(place.clone()), Scalar::Text(text)))
            }
            other => other,
        }
    }

    fn describe(&self) -> &'static str {
        match self {
            Self::Undefined => "nothing",
            Self::Objects(_) => "an object",
            Self::Value(value) => value.describe(),
        }
    }
}
