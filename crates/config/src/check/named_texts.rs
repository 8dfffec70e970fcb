//! Texts under names of the author's own.

use std::collections::BTreeMap;

use super::{Checked, Findings, KeySpec, Refusal, Value, ValueKind, leaves, scalar_text, wrong_type};
use crate::NamedTexts;

/// The texts of an object, each right by `rule`, which is told its name.
pub(super) fn check(
    spec: &KeySpec,
    value: &Value,
    rule: fn(name: &str, text: &str) -> Result<(), Refusal>,
    findings: &mut Findings,
) -> Option<Checked> {
    let ValueKind::Object(_) = value.kind else {
        let suggestion = format!("Write '{} {{ name = \"value\" }}'", spec.path);
        let cause = format!("the value is {}", value.describe());
        findings.add(wrong_type(spec, "object", suggestion, cause).at(spec.path, &value.origin));
        return None;
    };
    let mut texts = BTreeMap::new();
    let mut all_right = true;
    for (name, value) in leaves(value) {
        let text = scalar_text(value).map_err(|cause| {
            let message = format!("Invalid string format for '{name}' of {}", spec.description);
            Refusal::new(message, "Write a text or a number").caused_by(cause)
        });
        match text.and_then(|text| rule(&name, &text).map(|()| text.into_owned())) {
            Ok(text) => {
                texts.insert(name, text);
            }
            Err(refusal) => {
                all_right = false;
                findings.add(refusal.at(&format!("{}.{name}", spec.path), &value.origin));
            }
        }
    }
    all_right.then_some(Checked::NamedTexts(NamedTexts::from(texts)))
}
