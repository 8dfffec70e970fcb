use std::collections::HashSet;
use std::fmt;

use serde_json::Value;
use test_probe_actors::dsl::{FetchError, RawEvent, TopicConsumer};
use test_probe_actors::supervision::explain;
use test_probe_directives::{Format, JsonPath, Redaction};

use crate::correlation::Correlation;
use crate::json::{described_as, expected_at, shortened, shortened_as};

/// Which events a step wants.
#[derive(Clone, Debug)]
pub(crate) struct Criterion {
    which: Which,
    format: Option<Format>,
    takes_others: bool,
}

#[derive(Clone, Debug)]
enum Which {
    Any,
    FoundBy { shown: String, texts: HashSet<String> },
    EventType(String),
    Content { shown: String, path: JsonPath, value: Value },
}

/// What an event is to a criterion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is wanted.
    Fits,
    /// It is not, and this is why.
    Differs {
        /// Whether it comes near.
        near: bool,
        /// What differs.
        why: String,
    },
    /// Nobody can say yet: its schema is not known, and asking again may help.
    Undecided {
        /// Why not.
        why: String,
    },
}

impl Criterion {
    /// Any event.
    pub(crate) fn any() -> Self {
        Self { which: Which::Any, format: None, takes_others: false }
    }

    /// Events with this correlation id.
    pub(crate) fn correlation(correlation: &Correlation) -> Self {
        let shown = format!("with correlation id {correlation}");
        Self::found_by(shown, correlation.texts())
    }

    /// Events that are found by one of these texts.
    pub(crate) fn found_by(shown: String, texts: impl IntoIterator<Item = String>) -> Self {
        let which = Which::FoundBy { shown, texts: texts.into_iter().collect() };
        Self { which, format: None, takes_others: true }
    }

    /// Events of this CloudEvent type.
    pub(crate) fn event_type(event_type: String) -> Self {
        Self { which: Which::EventType(event_type), format: None, takes_others: false }
    }

    /// Events whose value has this at the path.
    pub(crate) fn content(path: JsonPath, value: Value, redaction: &Redaction) -> Self {
        let shown = format!("with {} at {path}", expected_at(&path, &value, redaction));
        Self { which: Which::Content { shown, path, value }, format: None, takes_others: true }
    }

    /// Only those in this format.
    pub(crate) fn in_format(self, format: Option<Format>) -> Self {
        Self { format, ..self }
    }

    /// The texts that wanted events are found by, where they are wanted by them.
    pub(crate) fn found_by_texts(&self) -> impl Iterator<Item = &str> {
        let texts = match &self.which {
            Which::FoundBy { texts, .. } => Some(texts),
            Which::Any | Which::EventType(_) | Which::Content { .. } => None,
        };
        texts.into_iter().flatten().map(String::as_str)
    }

    /// Only those that no other scenario produced.
    pub(crate) fn of_this_scenario(self) -> Self {
        Self { takes_others: false, ..self }
    }

    /// Whether events that other scenarios produced are meant too: where they are asked for by id or content.
    pub(crate) fn takes_others(&self) -> bool {
        self.takes_others
    }

    /// What an event is to this criterion. Values are decoded only where they must be looked at.
    pub(crate) async fn judge(&self, consumer: &TopicConsumer, event: &RawEvent, redaction: &Redaction) -> Verdict {
        let differs = |near: bool, why: String| Verdict::Differs { near, why };
        let verdict = match &self.which {
            Which::Any => Verdict::Fits,
            Which::FoundBy { texts, .. } => match &event.correlation_id {
                Some(id) if texts.contains(id) => Verdict::Fits,
                Some(id) => differs(false, format!("its correlation id is '{id}'")),
                None => differs(false, "it has no correlation id".to_owned()),
            },
            Which::EventType(wanted) => match &event.event_type {
                Some(found) if found == wanted => Verdict::Fits,
                Some(found) => differs(false, format!("its type is '{found}'")),
                None => differs(false, "its key is no CloudEvent, so it has no type".to_owned()),
            },
            Which::Content { path, value, .. } => match consumer.value_json(event).await {
                Ok(found) if path.matches(&found, value) => Verdict::Fits,
                Ok(found) => {
                    let (near, why) = compared(path, &found, redaction);
                    differs(near, why)
                }
                Err(error) => unread(&error, false, explain(&error)),
            },
        };
        match (verdict, self.format) {
            (Verdict::Fits, Some(format)) => match consumer.value_format(event).await {
                Ok(found) if found == format => match consumer.value_json(event).await {
                    Ok(_) => Verdict::Fits,
                    Err(error) => unread(&error, true, format!("it is damaged {format}: {}", explain(&error))),
                },
                Ok(found) => differs(true, format!("it is {found}, not {format}")),
                Err(error) => unread(&error, true, format!("it is not {format}: {}", explain(&error))),
            },
            (verdict, _) => verdict,
        }
    }
}

/// What a value that could not be read is: another one, or nobody knows yet.
fn unread(error: &FetchError, near: bool, why: String) -> Verdict {
    if error.helps_to_ask_again() { Verdict::Undecided { why: explain(error) } } else { Verdict::Differs { near, why } }
}

/// What stands at the path, in words, with what the redaction hides hidden; and whether anything does.
pub(crate) fn compared(path: &JsonPath, document: &Value, redaction: &Redaction) -> (bool, String) {
    let (found, visible) = (path.find(document), redaction.find(path, document));
    match (found.as_slice(), visible.as_slice()) {
        ([], _) => (false, format!("nothing is at {path}: {}", shortened(&redaction.applied(document)))),
        ([found], [visible]) => (true, format!("{path} is {}", described_as(found, visible))),
        (found, visible) => {
            let shown: Vec<String> =
                found.iter().zip(visible).map(|(found, visible)| shortened_as(found, visible)).collect();
            (true, format!("{path} is one of {}", shown.join(", ")))
        }
    }
}

impl Criterion {
    /// `2 events of type 'OrderCreated'`.
    pub(crate) fn counted(&self, count: usize) -> String {
        let format = self.format.map(|format| format!("{format} ")).unwrap_or_default();
        format!("{count} {format}event{}{}", if count == 1 { "" } else { "s" }, self.which)
    }
}

impl fmt::Display for Criterion {
    /// `Avro event with correlation id '…'`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(format) = self.format {
            write!(f, "{format} ")?;
        }
        write!(f, "event{}", self.which)
    }
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => Ok(()),
            Self::FoundBy { shown, .. } | Self::Content { shown, .. } => write!(f, " {shown}"),
            Self::EventType(event_type) => write!(f, " of type '{event_type}'"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_stands_at_a_path_is_told_without_what_is_hidden() {
        let document = json!({"pin": "12", "card": {"pin": 3, "n": 4}, "cards": [{"pin": 5}, {"pin": 6}]});
        let paths = ["$.pin", "$.card.pin", "$.cards[*].pin"].map(|path| JsonPath::parse(path).unwrap());
        let redaction = Redaction::of(paths.to_vec());
        for (path, near, said) in [
            ("$.pin", true, "$.pin is ***REDACTED*** (a text)"),
            ("$.card", true, r#"$.card is {"pin":"***REDACTED***","n":4} (an object)"#),
            ("$.card.n", true, "$.card.n is 4 (a number)"),
            ("$.cards[*].pin", true, "$.cards[*].pin is one of ***REDACTED***, ***REDACTED***"),
            ("$.pin.length()", true, "$.pin.length() is ***REDACTED*** (a number)"),
            (
                "$.gone",
                false,
                "nothing is at $.gone: {\"pin\":\"***REDACTED***\",\"card\":{\"pin\":\"***REDACTED***\",\"n\":4},\"cards\":\
                 [{\"pin\":\"***REDACTED***\"},{\"pin\":\"***REDACTED***\"}]}",
            ),
        ] {
            let path = JsonPath::parse(path).unwrap();
            assert_eq!(compared(&path, &document, &redaction), (near, said.to_owned()));
        }
    }
}
