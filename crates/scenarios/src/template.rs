use serde_json::Value;
use test_probe_directives::{WallClock, nearest};
use uuid::Uuid;

use crate::placeholders::{line_of, placeholders};
use crate::texts::{NoText, Texts};

/// A file of `templates/`: the JSON of an event with placeholders.
///
/// | placeholder | stands for |
/// |---|---|
/// | `{{index}}` | the event's number among those that one step makes, counted from 1 |
/// | `{{uuid}}` | a fresh random UUID at each place |
/// | `{{now}}` | the time, as RFC 3339 text in UTC |
/// | `{{correlation}}` | the event's correlation id |
///
/// The quotes around a placeholder decide what it is: `"{{index}}"` is a text, `{{index}}` a number.
#[derive(Clone, Debug)]
pub(crate) struct Template<'a> {
    name: &'a str,
    segments: Vec<Segment<'a>>,
}

#[derive(Clone, Debug)]
enum Segment<'a> {
    Text(&'a str),
    Index,
    Uuid,
    Now,
    Correlation,
}

/// What the placeholders of one event stand for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filling<'a> {
    pub(crate) index: u32,
    pub(crate) correlation: &'a str,
    pub(crate) clock: WallClock,
}

/// A template that is not there, or that no event can be made of.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidTemplate {
    /// There is no file of this name.
    #[error("there is no templates/{name}.json{hint}")]
    NotThere {
        /// The name.
        name: String,
        /// The nearest name, or that there are no templates.
        hint: String,
    },
    /// Several files go by this name.
    #[error(
        "{count} files of templates/ are called {name}.json, and a step could mean any of them; rename all but one"
    )]
    Several {
        /// The name.
        name: String,
        /// How many there are.
        count: usize,
    },
    /// A placeholder stands for nothing.
    #[error(
        "templates/{name}.json, line {line}: {{{{{word}}}}} stands for nothing{hint}; there are {{{{index}}}}, {{{{uuid}}}}, \
         {{{{now}}}} and {{{{correlation}}}}"
    )]
    UnknownPlaceholder {
        /// The template's name.
        name: String,
        /// The line, counted from 1.
        line: usize,
        /// The placeholder.
        word: String,
        /// The nearest one, as a question.
        hint: String,
    },
    /// What the template gives is not JSON.
    #[error("templates/{name}.json is not JSON once its placeholders are filled in")]
    NotJson {
        /// The template's name.
        name: String,
        /// Why not, and where.
        #[source]
        source: serde_json::Error,
    },
}

const WORDS: [&str; 4] = ["index", "uuid", "now", "correlation"];

impl<'a> Template<'a> {
    /// The template of this name.
    pub(crate) fn find(files: &'a Texts, name: &str) -> Result<Self, InvalidTemplate> {
        let (name, text) = files.get(name, "the test has no templates").map_err(|error| match error {
            NoText::NotThere { hint } => InvalidTemplate::NotThere { name: name.to_owned(), hint },
            NoText::Several { count } => InvalidTemplate::Several { name: name.to_owned(), count },
        })?;
        Self::parse(name, text)
    }

    fn parse(name: &'a str, text: &'a str) -> Result<Self, InvalidTemplate> {
        let (mut segments, mut from) = (Vec::new(), 0);
        for placeholder in placeholders(text) {
            segments.push(Segment::Text(&text[from..placeholder.range.start]));
            from = placeholder.range.end;
            segments.push(match placeholder.word {
                "index" => Segment::Index,
                "uuid" => Segment::Uuid,
                "now" => Segment::Now,
                "correlation" => Segment::Correlation,
                word => {
                    return Err(InvalidTemplate::UnknownPlaceholder {
                        name: name.to_owned(),
                        line: line_of(text, placeholder.range.start),
                        word: word.to_owned(),
                        hint: nearest(word, WORDS)
                            .map(|known| format!(", did you mean {{{{{known}}}}}?"))
                            .unwrap_or_default(),
                    });
                }
            });
        }
        segments.push(Segment::Text(&text[from..]));
        Ok(Self { name, segments })
    }

    /// The event's JSON.
    pub(crate) fn fill(&self, filling: Filling<'_>) -> Result<Value, InvalidTemplate> {
        let mut text = String::new();
        for segment in &self.segments {
            match segment {
                Segment::Text(fixed) => text.push_str(fixed),
                Segment::Index => text.push_str(&filling.index.to_string()),
                Segment::Uuid => text.push_str(&Uuid::new_v4().to_string()),
                Segment::Now => text.push_str(&filling.clock.now().to_string()),
                Segment::Correlation => text.push_str(filling.correlation),
            }
        }
        serde_json::from_str(&text).map_err(|source| InvalidTemplate::NotJson { name: self.name.to_owned(), source })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use test_probe_actors::supervision::explain;
    use test_probe_directives::Timestamp;

    use super::*;

    fn files(text: &str) -> Texts {
        Texts::of([("order-created", text)])
    }

    fn filled(text: &str) -> Result<Value, InvalidTemplate> {
        let clock = WallClock::reading(|| Timestamp::from_micros(0));
        Template::find(&files(text), "order-created")?.fill(Filling { index: 7, correlation: "c-1", clock })
    }

    #[test]
    fn quotes_decide_whether_a_placeholder_is_a_text_or_a_number() {
        let text = r#"{"n": {{index}}, "t": "{{index}}", "at": "{{now}}", "c": "id {{ correlation }}"}"#;
        let expected = json!({"n": 7, "t": "7", "at": "1970-01-01T00:00:00.000000Z", "c": "id c-1"});
        assert_eq!(filled(text).unwrap(), expected);
    }

    #[test]
    fn each_uuid_is_a_fresh_one() {
        let value = filled(r#"["{{uuid}}", "{{uuid}}"]"#).unwrap();
        assert_ne!(value[0], value[1]);
        assert!(value[0].as_str().is_some_and(|text| Uuid::parse_str(text).is_ok()));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place_and_the_way_out() {
        let message = |result: Result<Value, InvalidTemplate>| explain(&result.unwrap_err());
        let fill = |name: &str, files: &Texts| explain(&Template::find(files, name).unwrap_err());
        assert_eq!(
            message(filled("{\n\"a\": {{indx}}}")),
            "templates/order-created.json, line 2: {{indx}} stands for nothing, did you mean {{index}}?; there are \
             {{index}}, {{uuid}}, {{now}} and {{correlation}}"
        );
        assert_eq!(
            message(filled("{\"a\": {{now}}}")),
            "templates/order-created.json is not JSON once its placeholders are filled in: expected `,` or `}` at line 1 \
             column 11"
        );
        let there = files("{}");
        assert_eq!(
            fill("order-crated", &there),
            "there is no templates/order-crated.json; did you mean order-created?"
        );
        assert_eq!(fill("x", &there), "there is no templates/x.json; there are order-created");
        assert_eq!(fill("x", &Texts::default()), "there is no templates/x.json; the test has no templates");
        let twice = Texts::of([("x", "1"), ("x", "2"), ("x", "3")]);
        assert_eq!(
            fill("x", &twice),
            "3 files of templates/ are called x.json, and a step could mean any of them; rename all but one"
        );
    }
}
