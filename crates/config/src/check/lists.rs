//! Values that are lists.

use super::{KeySpec, Refusal, Value, ValueKind, scalar_text, wrong_type};

/// The texts of a list, each trimmed and none of them blank.
pub(super) fn texts(spec: &KeySpec, value: &Value) -> Result<Vec<String>, Refusal> {
    let KeySpec { path, description, .. } = spec;
    let suggestion = || format!("Write a list of texts, such as {path} = [\"clientId\", \"clientSecret\"]");
    let ValueKind::List(items) = &value.kind else {
        return Err(wrong_type(spec, "list", suggestion(), format!("the value is {}", value.describe())));
    };
    let text_at = |(index, item)| {
        let text = scalar_text(item).map_err(|_| {
            wrong_type(spec, "list", suggestion(), format!("element {} is {}", index + 1, item.describe()))
        })?;
        match text.trim() {
            "" => Err(Refusal::new(format!("{description} cannot hold an empty text"), suggestion())),
            text => Ok(text.to_owned()),
        }
    };
    items.iter().enumerate().map(text_at).collect()
}
