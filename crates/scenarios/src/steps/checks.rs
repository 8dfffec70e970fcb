//! Rows 22 and 23: what the last event received says.

use std::cmp::Ordering;

use regex::Regex;
use serde_json::Value;
use test_probe_directives::{JsonPath, REDACTED, Redaction, number_order};

use super::{Action, Arguments, Definition, InvalidArgument, ProbeWorld};
use crate::criterion::compared;
use crate::json::{described, expected_at};
use crate::{ReceivedEvent, StepError};

pub(super) const STEPS: &[Definition] = &[
    Definition::new(
        22,
        "the event[ {part=key|value}] should match JSONPath {path:string} (with value {value:value}|(with|matching) pattern \
         {pattern:string}|containing {text:string}|greater than {least:value}|less than {most:value})",
        "something at the path of the last event received is the value, type included; or is a text in which the pattern, \
         or the text, is found (or a list that has the text); or is greater or less than a number or a text",
        "the event should match JSONPath \"$.status\" with value \"RESERVED\"",
        matches,
    ),
    Definition::new(
        23,
        "the event[ {part=key|value}] should[ {not=not}] have JSONPath {path:string}",
        "something, or nothing, is at the path of the last event received",
        "the event should have JSONPath \"$.reservationId\"",
        has_path,
    ),
];

/// The last event that a step received.
pub(super) fn last_event(world: &ProbeWorld) -> Result<&ReceivedEvent, StepError> {
    let nothing = "no event was received in this scenario; put a step such as `I should receive an event from topic …` \
                   before this one";
    world.last_event().ok_or_else(|| StepError::failed(nothing))
}

/// What something in an event is compared with.
#[derive(Clone, Debug)]
enum Test {
    Is(Value),
    Matches(Regex),
    Contains(String),
    Above(Value),
    Below(Value),
}

impl Test {
    fn read(arguments: &Arguments) -> Result<Self, InvalidArgument> {
        if arguments.has("value") {
            Ok(Self::Is(arguments.value("value")?))
        } else if arguments.has("pattern") {
            Ok(Self::Matches(arguments.regex("pattern")?))
        } else if arguments.has("least") {
            Ok(Self::Above(Self::limit(arguments.value("least")?)?))
        } else if arguments.has("most") {
            Ok(Self::Below(Self::limit(arguments.value("most")?)?))
        } else {
            Ok(Self::Contains(arguments.the_text("text")))
        }
    }

    fn limit(value: Value) -> Result<Value, InvalidArgument> {
        if value.is_number() || value.is_string() {
            return Ok(value);
        }
        let message = format!("nothing is greater or less than {}; give a number or a text", described(&value));
        Err(InvalidArgument::Senseless(message))
    }

    fn passes(&self, path: &JsonPath, document: &Value) -> bool {
        let is_text = |value: &Value, text: &str| value.as_str() == Some(text);
        match self {
            Self::Is(expected) => path.matches(document, expected),
            Self::Matches(pattern) => {
                path.find(document).iter().any(|found| found.as_str().is_some_and(|text| pattern.is_match(text)))
            }
            Self::Contains(text) => path.find(document).iter().any(|found| match found {
                Value::String(found) => found.contains(text),
                Value::Array(items) => items.iter().any(|item| is_text(item, text)),
                _ => false,
            }),
            Self::Above(limit) => {
                path.find(document).iter().any(|found| order(found, limit) == Some(Ordering::Greater))
            }
            Self::Below(limit) => path.find(document).iter().any(|found| order(found, limit) == Some(Ordering::Less)),
        }
    }

    /// What it wants at the path, after "not", as it may be shown.
    fn wanted(&self, path: &JsonPath, redaction: &Redaction) -> String {
        // A part of a text tells of the text, and its pattern does too.
        let part = |text: &str| if redaction.hides(path, &Value::Null) { REDACTED.to_owned() } else { text.to_owned() };
        match self {
            Self::Is(value) => expected_at(path, value, redaction),
            Self::Matches(pattern) => format!("a text that matches {}", part(pattern.as_str())),
            Self::Contains(text) => format!("a text or a list that contains \"{}\"", part(text)),
            Self::Above(limit) => format!("greater than {}", expected_at(path, limit, redaction)),
            Self::Below(limit) => format!("less than {}", expected_at(path, limit, redaction)),
        }
    }
}

/// The order of two numbers, or of two texts; values of different types have none.
pub(super) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => number_order(left, right),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

fn matches(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let (path, test, part) = (arguments.json_path("path")?, Test::read(arguments)?, arguments.text("part"));
    Ok(Action::new(async move |world| {
        let (event, redaction) = (last_event(world)?, &world.environment.redaction);
        let (place, document) = part_of(event, part.as_deref()).await?;
        if test.passes(&path, &document) {
            return Ok(());
        }
        let (_, found) = compared(&path, &document, redaction);
        Err(StepError::failed(format!("{place}: {found}, not {}", test.wanted(&path, redaction))))
    }))
}

fn has_path(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let (path, wanted, part) = (arguments.json_path("path")?, !arguments.has("not"), arguments.text("part"));
    if path.counts() {
        return Err(InvalidArgument::Senseless(format!(
            "{path} is always there: where nothing is, it is 0; compare it, as in `the event should match JSONPath \"{path}\" \
             greater than 0`"
        )));
    }
    Ok(Action::new(async move |world| {
        let (event, redaction) = (last_event(world)?, &world.environment.redaction);
        let (place, document) = part_of(event, part.as_deref()).await?;
        match (path.exists(&document), wanted) {
            (true, true) | (false, false) => Ok(()),
            (false, true) => Err(StepError::failed(format!("{place}: {}", compared(&path, &document, redaction).1))),
            (true, false) => {
                let (_, found) = compared(&path, &document, redaction);
                Err(StepError::failed(format!("{place}: {found}, and nothing should be there")))
            }
        }
    }))
}

/// The key or the value of an event, and what to call it.
async fn part_of(event: &ReceivedEvent, part: Option<&str>) -> Result<(String, Value), StepError> {
    match part {
        Some("key") => Ok((format!("the key of {event}"), event.key().await?)),
        _ => Ok((event.to_string(), event.value().await?)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_and_texts_have_an_order_and_nothing_else_has() {
        for (left, right, order_of_both) in [
            (json!(2), json!(10), Some(Ordering::Less)),
            (json!(2.5), json!(2), Some(Ordering::Greater)),
            (json!(1), json!(1.0), Some(Ordering::Equal)),
            (json!(9_007_199_254_740_993_i64), json!(9_007_199_254_740_992_i64), Some(Ordering::Greater)),
            (json!("2026-01-31T08:00:00Z"), json!("2026-01-31T09:00:00Z"), Some(Ordering::Less)),
            (json!("10"), json!(2), None),
            (json!(true), json!(false), None),
        ] {
            assert_eq!(order(&left, &right), order_of_both, "{left} {right}");
        }
    }

    #[test]
    fn each_test_passes_what_it_says() {
        let document = json!({"n": 5, "t": "ORD-17", "list": ["a", "b"], "all": [1, 7]});
        let regex = |text: &str| Regex::new(text).unwrap();
        for (path, test, passes) in [
            ("$.n", Test::Is(json!(5.0)), true),
            ("$.n", Test::Is(json!("5")), false),
            ("$.all[*]", Test::Is(json!(7)), true),
            ("$.list.length()", Test::Is(json!(2)), true),
            ("$.t", Test::Matches(regex("[0-9]+$")), true),
            ("$.n", Test::Matches(regex("5")), false),
            ("$.t", Test::Contains("RD-".into()), true),
            ("$.list", Test::Contains("b".into()), true),
            ("$.list", Test::Contains("ab".into()), false),
            ("$.n", Test::Contains("5".into()), false),
            ("$.n", Test::Above(json!(4)), true),
            ("$.n", Test::Above(json!(5)), false),
            ("$.n", Test::Below(json!(5.5)), true),
            ("$.t", Test::Below(json!(5)), false),
            ("$.gone", Test::Above(json!(0)), false),
        ] {
            assert_eq!(test.passes(&JsonPath::parse(path).unwrap(), &document), passes, "{path} {test:?}");
        }
    }
}
