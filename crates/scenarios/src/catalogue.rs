use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::StepBook;
use crate::steps::Block;

/// How long the lines of a meaning are, and how far they are indented.
const WIDTH: usize = 110;
const BELOW: &str = "      ";

/// Every step that a scenario can be written in, for people and for editors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue {
    /// The steps: the built-in ones in the order of the step table, then phrases, then steps of the program.
    pub entries: Vec<CatalogueEntry>,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CatalogueEntry {
    /// The row of the step table, for built-in steps.
    pub number: Option<u8>,
    /// The step's text: `[x]` may be left out, `x|y` is either, `{string}` and the like are parameters. For steps of the
    /// program it is a regular expression.
    pub text: String,
    /// What it does, in a line; nothing where nobody said it.
    pub meaning: String,
    /// A step that reads so, with what stands below it; nothing where nobody gave one.
    pub example: String,
    /// Where the step is from: `built-in`, a phrase book's file and line, or a source file's.
    pub origin: String,
}

impl StepBook {
    /// Every step of the book.
    pub fn catalogue(&self) -> Catalogue {
        let mut entries: Vec<CatalogueEntry> = self
            .built_in
            .iter()
            .map(|step| CatalogueEntry {
                number: Some(step.number()),
                text: step.pattern.shown(),
                meaning: step.meaning(),
                example: match step.definition.block {
                    Block::None => step.example(),
                    Block::DocString(below) | Block::Table(below) => format!("{}\n{}", step.example(), indented(below)),
                },
                origin: "built-in".to_owned(),
            })
            .collect();
        entries.sort_by_key(|entry| entry.number);
        entries.extend(self.phrases.iter().map(|phrase| CatalogueEntry {
            number: None,
            text: phrase.sentence.clone(),
            meaning: phrase.meaning.clone().unwrap_or_default(),
            example: phrase.steps.iter().map(|step| step.text.as_str()).collect::<Vec<_>>().join("\n"),
            origin: format!("{}:{}", phrase.file, phrase.line),
        }));
        let of_program = |text: &str, origin: String| CatalogueEntry {
            number: None,
            text: text.to_owned(),
            meaning: String::new(),
            example: String::new(),
            origin,
        };
        entries.extend(self.own.iter().map(|step| of_program(step.regex.as_str(), "added".to_owned())));
        let mut attributes: Vec<CatalogueEntry> = self
            .attributes
            .iter()
            .map(|step| of_program(step.regex.as_str(), format!("{}:{}", step.location.path, step.location.line)))
            .collect();
        attributes.sort_by(|left, right| (&left.origin, &left.text).cmp(&(&right.origin, &right.text)));
        entries.extend(attributes);
        Catalogue { entries }
    }
}

impl Catalogue {
    /// The list as people read it: a step, its meaning and an example.
    pub fn to_text(&self) -> String {
        let mut text = String::from(
            "[x] may be left out, x|y is either. {string} is text in quotes, {value} text in quotes or JSON, {json} an object \
             of JSON,\n{duration} such as 200 ms or 5 seconds, {format} Avro, Protobuf or JSON.\n",
        );
        let below = textwrap::Options::new(WIDTH).initial_indent(BELOW).subsequent_indent(BELOW);
        for entry in &self.entries {
            let number = entry.number.map(|number| format!("{number:>2}  ")).unwrap_or_default();
            let _written = writeln!(text, "\n{number}{}", entry.text);
            if !entry.meaning.is_empty() {
                let _written = writeln!(text, "{}", textwrap::fill(&entry.meaning, &below));
            }
            for (index, line) in entry.example.lines().enumerate() {
                let word = if index == 0 { "e.g." } else { "    " };
                let _written = writeln!(text, "      {word} {line}");
            }
            if entry.number.is_none() {
                let _written = writeln!(text, "      from {}", entry.origin);
            }
        }
        text
    }

    /// The list as editors read it: a JSON array of objects with `number`, `text`, `meaning`, `example` and `origin`.
    pub fn to_json(&self) -> String {
        let entries = self.entries.iter().map(|entry| {
            json!({
                "number": entry.number,
                "text": entry.text,
                "meaning": entry.meaning,
                "example": entry.example,
                "origin": entry.origin,
            })
        });
        format!("{:#}\n", Value::Array(entries.collect()))
    }
}

fn indented(block: &str) -> String {
    block.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
