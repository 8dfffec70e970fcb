use serde_json::Value;

use crate::json::{JsonMismatch, JsonProblem, MAX_DEPTH, Place, Segment};

/// As deep as the JSON library reads it: it refuses what reaches its limit.
const DEEPEST: usize = MAX_DEPTH - 1;

/// How many values there are in a document, which is no deeper than it can be read.
///
/// # Errors
/// [`JsonProblem::TooDeep`].
pub(super) fn size_of(document: &Value) -> Result<u64, JsonMismatch> {
    match count(document, DEEPEST) {
        Some(size) => Ok(size),
        None => Err(too_deep(document)),
    }
}

/// Nothing where it has lists and objects in more than `levels` of one another.
fn count(value: &Value, levels: usize) -> Option<u64> {
    match value {
        Value::Array(items) => {
            let levels = levels.checked_sub(1)?;
            items.iter().try_fold(1, |size, item| Some(size + count(item, levels)?))
        }
        Value::Object(members) => {
            let levels = levels.checked_sub(1)?;
            members.values().try_fold(1, |size, member| Some(size + count(member, levels)?))
        }
        _ => Some(1),
    }
}

/// Goes the same way once more, for the place that is too deep.
#[cold]
fn too_deep(document: &Value) -> JsonMismatch {
    let mut place = Place::default();
    go_too_deep(document, &mut place);
    JsonMismatch::new(&place, JsonProblem::TooDeep { limit: DEEPEST })
}

/// Whether the place that it stops at is too deep.
fn go_too_deep<'v>(value: &'v Value, place: &mut Place<'v>) -> bool {
    if (value.is_array() || value.is_object()) && place.depth() >= DEEPEST {
        return true;
    }
    let mut inside = |segment, value| {
        place.enter(segment);
        let is_deeper = go_too_deep(value, place);
        if !is_deeper {
            place.leave();
        }
        is_deeper
    };
    match value {
        Value::Array(items) => items.iter().enumerate().any(|(index, item)| inside(Segment::Index(index), item)),
        Value::Object(members) => members.iter().any(|(name, member)| inside(Segment::Name(name), member)),
        _ => false,
    }
}
