use std::fmt;

use serde_json::Value;

/// What a parameter may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text in double or single quotes; a backslash keeps a quote from ending it.
    Text,
    /// Digits.
    Number,
    /// What has neither blanks nor quotes.
    Word,
    /// A word that names an event's type: none of the articles.
    EventType,
    /// A JSON object.
    Json,
    /// Quoted text, or JSON.
    Value,
    /// A number and a unit.
    Duration,
    /// A format's name.
    Format,
    /// One of these texts.
    OneOf(Vec<String>),
    /// Quoted text, or a word.
    TextOrWord,
}

impl Kind {
    /// The kind that the notation calls so.
    pub(super) fn of_word(word: &str) -> Self {
        match word {
            "string" => Self::Text,
            "int" => Self::Number,
            "type" => Self::EventType,
            "json" => Self::Json,
            "value" => Self::Value,
            "duration" => Self::Duration,
            "format" => Self::Format,
            _ => Self::Word,
        }
    }

    /// Where a parameter of this kind that begins with the text can end, the best guess first.
    pub(crate) fn ends(&self, text: &str) -> Vec<usize> {
        match self {
            Self::Text => quoted(text).into_iter().collect(),
            Self::Number => run_of(text, |c| c.is_ascii_digit()).into_iter().collect(),
            Self::Word => word(text).into_iter().collect(),
            Self::EventType => {
                word(text).filter(|end| !["a", "an", "the"].contains(&&text[..*end])).into_iter().collect()
            }
            Self::Json => nested(text, &['{']),
            Self::Value => match quoted(text) {
                Some(end) => vec![end],
                None => match scalar(text) {
                    Some(end) => vec![end],
                    None => nested(text, &['{', '[']),
                },
            },
            Self::Duration => duration(text).into_iter().collect(),
            Self::Format => {
                let is_prefix =
                    |name: &&str| text.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
                ["json", "avro", "protobuf"]
                    .iter()
                    .find(|name| is_prefix(name))
                    .map(|name| name.len())
                    .into_iter()
                    .collect()
            }
            Self::OneOf(words) => {
                words.iter().filter(|word| text.starts_with(word.as_str())).map(String::len).collect()
            }
            Self::TextOrWord => quoted(text).or_else(|| word(text)).into_iter().collect(),
        }
    }
}

fn run_of(text: &str, belongs: impl Fn(char) -> bool) -> Option<usize> {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    (end > 0).then_some(end)
}

fn word(text: &str) -> Option<usize> {
    run_of(text, |c| !c.is_whitespace() && c != '"' && c != '\'')
}

fn quoted(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    let mut escaped = false;
    text.char_indices().skip(1).find_map(|(at, c)| {
        let ends = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at + 1)
    })
}

fn scalar(text: &str) -> Option<usize> {
    let end = run_of(text, |c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))?;
    let is_scalar = !matches!(text.chars().next(), Some('{' | '['));
    (is_scalar && serde_json::from_str::<Value>(&text[..end]).is_ok()).then_some(end)
}

/// Where the JSON ends that the text begins with. JSON that is broken ends at one of its closing brackets, so that the
/// step is still known and can say what is wrong with it.
fn nested(text: &str, opening: &[char]) -> Vec<usize> {
    if !text.starts_with(opening) {
        return Vec::new();
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    if let Some(Ok(_)) = values.next() {
        return vec![values.byte_offset()];
    }
    let close = if text.starts_with('{') { '}' } else { ']' };
    text.char_indices().rev().filter(|(_, c)| *c == close).map(|(at, _)| at + 1).collect()
}

fn duration(text: &str) -> Option<usize> {
    let digits = run_of(text, |c| c.is_ascii_digit() || c == '.').filter(|_| !text.starts_with('.'))?;
    let blank = usize::from(text[digits..].starts_with(' '));
    let unit = run_of(&text[digits + blank..], |c| c.is_ascii_alphabetic())?;
    Some(digits + blank + unit)
}

impl fmt::Display for Kind {
    /// As the list of steps shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("{string}"),
            Self::Number => f.write_str("{int}"),
            Self::Word | Self::EventType | Self::TextOrWord => f.write_str("{word}"),
            Self::Json => f.write_str("{json}"),
            Self::Value => f.write_str("{value}"),
            Self::Duration => f.write_str("{duration}"),
            Self::Format => f.write_str("{format}"),
            Self::OneOf(words) => match words.as_slice() {
                [word] => f.write_str(word),
                words => write!(f, "({})", words.join("|")),
            },
        }
    }
}
