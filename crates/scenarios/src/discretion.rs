//! What a run tells, with what the directive redacts hidden. Everything that goes to an observer or into the summary
//! passes here, the message of a step of one's own and a panic included.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;
use test_probe_directives::{JsonPath, REDACTED, Redaction};

use crate::arguments::{unquoted, value};
use crate::pattern::Kind;
use crate::plan::PlannedScenario;
use crate::step_book::Found;
use crate::{DocString, RuleInfo, ScenarioInfo, StepBook, StepInfo};

/// Finds the values to hide in the texts of all scenarios, since the first one that is told may quote what only the last
/// one produces.
pub(crate) fn learn(scenarios: &[PlannedScenario], book: &StepBook, redaction: &Redaction) {
    if redaction.is_empty() {
        return;
    }
    for scenario in scenarios {
        for (step, told) in scenario.steps.iter().zip(&scenario.info.steps) {
            learn_step(&told.text, told.doc_string.as_ref(), told.table.as_deref(), redaction);
            // A phrase's sentence does not say what its parameters are.
            if let Ok(Found::Phrase(phrase, captures)) = book.find(step) {
                for step in phrase.filled(&captures) {
                    learn_step(&step.text, step.doc_string.as_ref(), step.table.as_deref(), redaction);
                }
            }
        }
    }
}

fn learn_step(text: &str, doc_string: Option<&DocString>, table: Option<&[Vec<String>]>, redaction: &Redaction) {
    redaction.note_text(text);
    expected_values(text).for_each(|expected| redaction.note_at(&expected.path, &expected.value));
    doc_string.iter().for_each(|doc_string| redaction.note_text(&doc_string.content));
    table.iter().for_each(|rows| redaction.note_table(rows));
}

/// A scenario as observers are told of it.
pub(crate) fn scenario(info: &Arc<ScenarioInfo>, redaction: &Redaction) -> Arc<ScenarioInfo> {
    if redaction.is_empty() {
        return Arc::clone(info);
    }
    let text = |said: &str| text(said, redaction).into_owned();
    let mut told = ScenarioInfo::clone(info);
    told.feature.name = text(&told.feature.name);
    told.feature.description = text(&told.feature.description);
    told.rule = told.rule.map(|rule| RuleInfo { name: text(&rule.name), ..rule });
    told.name = text(&told.name);
    told.description = text(&told.description);
    told.steps.iter_mut().for_each(|step| hide_step(step, redaction));
    Arc::new(told)
}

fn hide_step(step: &mut StepInfo, redaction: &Redaction) {
    step.text = text(&step.text, redaction).into_owned();
    if let Some(doc_string) = &mut step.doc_string {
        doc_string.content = text(&doc_string.content, redaction).into_owned();
    }
    step.table.iter_mut().for_each(|rows| redaction.table(rows));
}

/// A text as observers are told it.
pub(crate) fn text<'a>(said: &'a str, redaction: &Redaction) -> Cow<'a, str> {
    if redaction.is_empty() {
        return Cow::Borrowed(said);
    }
    let (mut shown, mut kept_from) = (String::new(), 0);
    // A step's text, which messages quote, names a value's path in front of it; so it is hidden however short it is.
    for expected in expected_values(said).filter(|expected| redaction.hides(&expected.path, &expected.value)) {
        shown.push_str(&said[kept_from..expected.place.start]);
        shown.push_str(&format!("\"{REDACTED}\""));
        kept_from = expected.place.end;
    }
    if kept_from == 0 {
        return redaction.text(said);
    }
    shown.push_str(&said[kept_from..]);
    Cow::Owned(redaction.text(&shown).into_owned())
}

/// What a step's text says should be at a path.
struct Expected {
    path: JsonPath,
    value: Value,
    /// Where the value stands in the text.
    place: Range<usize>,
}

/// The words that stand between a path and what should be there.
const BETWEEN: [&str; 6] =
    [" with value ", " with pattern ", " matching pattern ", " containing ", " greater than ", " less than "];

fn expected_values(text: &str) -> impl Iterator<Item = Expected> {
    const WORD: &str = "JSONPath ";
    text.match_indices(WORD).filter_map(|(at, _)| {
        let path = at + WORD.len();
        let path_end = path + *Kind::Text.ends(&text[path..]).first()?;
        let between = BETWEEN.iter().find(|words| text[path_end..].starts_with(**words))?;
        let start = path_end + between.len();
        let end = start + *Kind::Value.ends(&text[start..]).first()?;
        let (said, place) = (&text[start..end], start..end);
        Some(Expected {
            path: JsonPath::parse(&unquoted(&text[path..path_end])).ok()?,
            value: value(said).ok()?,
            place,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redaction() -> Redaction {
        Redaction::of(["$.pin", "$.card.pin"].iter().map(|path| JsonPath::parse(path).unwrap()).collect())
    }

    #[test]
    fn what_a_step_expects_at_a_redacted_path_is_hidden_however_short_it_is() {
        for (said, told) in [
            (
                r#"the event should match JSONPath "$.pin" with value "12""#,
                r#"the event should match JSONPath "$.pin" with value "***REDACTED***""#,
            ),
            (
                r#"a JSONPath '$.card.pin' greater than 12 and JSONPath "$.n" less than 3"#,
                r#"a JSONPath '$.card.pin' greater than "***REDACTED***" and JSONPath "$.n" less than 3"#,
            ),
            (
                r#"JSONPath "$.card" with value {"pin": [1]} from topic "x""#,
                r#"JSONPath "$.card" with value "***REDACTED***" from topic "x""#,
            ),
            (r#"JSONPath "$.pin" matching pattern "^1""#, r#"JSONPath "$.pin" matching pattern "***REDACTED***""#),
            (r#"JSONPath "$.n" with value "12""#, r#"JSONPath "$.n" with value "12""#),
            (r#"JSONPath "$.pin" with value "#, r#"JSONPath "$.pin" with value "#),
        ] {
            assert_eq!(text(said, &redaction()), told);
        }
    }

    #[test]
    fn what_is_expected_is_hidden_in_other_texts_too() {
        let redaction = redaction();
        learn_step(r#"the event should match JSONPath "$.pin" with value "4711""#, None, None, &redaction);
        learn_step(r#"the event should match JSONPath "$.n" with value "4712""#, None, None, &redaction);
        assert_eq!(text("4711 4712", &redaction), "***REDACTED*** 4712");
    }
}
