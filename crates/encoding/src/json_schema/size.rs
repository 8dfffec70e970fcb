use serde_json::Value;

use crate::json::{JsonMismatch, JsonProblem, MAX_DEPTH, Place, Segment};

/// As deep as the JSON library reads it: it refuses what reaches its limit.
const DEEPEST: usize = MAX_DEPTH - 1;

/// How many values there are in a document, which is no deeper than it can be read.
///
/// # Errors
/// [`JsonProblem::TooDeep`].
pub(super) fn size_of(document: &Value) -> Result<u64, JsonMismatch> {
    count(document, &mut Place::default())
}

fn count<'v>(value: &'v Value, place: &mut Place<'v>) -> Result<u64, JsonMismatch> {
    if (value.is_array() || value.is_object()) && place.depth() >= DEEPEST {
        return Err(JsonMismatch::new(place, JsonProblem::TooDeep { limit: DEEPEST }));
    }
    let mut size = 1;
    let mut inside = |segment, value| {
        place.enter(segment);
        size += count(value, place)?;
        place.leave();
        Ok(())
    };
    match value {
        Value::Array(items) => {
            items.iter().enumerate().try_for_each(|(index, item)| inside(Segment::Index(index), item))?;
        }
        Value::Object(members) => {
            members.iter().try_for_each(|(name, member)| inside(Segment::Name(name), member))?;
        }
        _ => {}
    }
    Ok(size)
}
