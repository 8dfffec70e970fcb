use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use serde_json::Value;

use super::{REDACTED, Redaction};

/// The texts of the values that were found at redacted places.
#[derive(Default)]
pub(super) struct Memory {
    texts: HashSet<Arc<str>>,
    order: VecDeque<Arc<str>>,
    /// How many texts have this length in bytes.
    lengths: BTreeMap<usize, usize>,
    /// How many texts begin so. Most places of a text begin none, and cost no more than this look.
    beginnings: HashMap<[u8; BEGINNING], usize>,
}

/// No character is shorter than a byte, so every text has these.
const BEGINNING: usize = Redaction::SHORTEST;

/// How many texts are remembered: as many as a topic keeps events. The oldest make room.
const MOST: usize = 100_000;

impl Memory {
    /// Remembers the texts and numbers in a value.
    pub(super) fn note(&mut self, value: &Value) {
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(number) => {
                self.note_text(&number.to_string());
                // A schema may turn `4111` into `4111.0`.
                if let Some(whole) = number.to_string().strip_suffix(".0") {
                    self.note_text(whole);
                }
            }
            Value::String(text) => {
                self.note_text(text);
                let quoted = value.to_string();
                self.note_text(&quoted[1..quoted.len() - 1]);
            }
            Value::Array(items) => items.iter().for_each(|item| self.note(item)),
            Value::Object(members) => members.values().for_each(|member| self.note(member)),
        }
    }

    fn note_text(&mut self, text: &str) {
        // What is shown in place of values would hide itself.
        let is_long_enough = text.chars().nth(Redaction::SHORTEST - 1).is_some();
        if !is_long_enough || REDACTED.contains(text) || self.texts.contains(text) {
            return;
        }
        let text: Arc<str> = Arc::from(text);
        *self.lengths.entry(text.len()).or_default() += 1;
        *self.beginnings.entry(beginning(&text)).or_default() += 1;
        self.texts.insert(Arc::clone(&text));
        self.order.push_back(text);
        if self.order.len() > MOST {
            self.forget_the_oldest();
        }
    }

    fn forget_the_oldest(&mut self) {
        let Some(oldest) = self.order.pop_front() else { return };
        self.texts.remove(&oldest);
        take_one(&mut self.lengths, &oldest.len());
        let beginning = beginning(&oldest);
        if let Some(count) = self.beginnings.get_mut(&beginning) {
            *count -= 1;
            if *count == 0 {
                self.beginnings.remove(&beginning);
            }
        }
    }

    /// The text without any that is remembered; the longest one that begins at a place counts there.
    pub(super) fn hidden<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let (mut hidden, mut kept_from, mut at) = (String::new(), 0, 0);
        while at < text.len() {
            match self.length_at(text, at) {
                Some(length) => {
                    hidden.push_str(&text[kept_from..at]);
                    hidden.push_str(REDACTED);
                    at += length;
                    kept_from = at;
                }
                None => at += text[at..].chars().next().map_or(1, char::len_utf8),
            }
        }
        if kept_from == 0 {
            return Cow::Borrowed(text);
        }
        hidden.push_str(&text[kept_from..]);
        Cow::Owned(hidden)
    }

    fn length_at(&self, text: &str, at: usize) -> Option<usize> {
        let rest = &text[at..];
        let begins = rest.as_bytes().first_chunk().is_some_and(|bytes| self.beginnings.contains_key(bytes));
        if !begins {
            return None;
        }
        let mut lengths = self.lengths.keys().rev();
        lengths.find(|length| rest.get(..**length).is_some_and(|text| self.texts.contains(text))).copied()
    }
}

fn beginning(text: &str) -> [u8; BEGINNING] {
    text.as_bytes().first_chunk().copied().unwrap_or_default()
}

fn take_one(counts: &mut BTreeMap<usize, usize>, key: &usize) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn remembering(values: &[Value]) -> Memory {
        let mut memory = Memory::default();
        values.iter().for_each(|value| memory.note(value));
        memory
    }

    #[test]
    fn texts_and_numbers_are_hidden_as_they_are_and_as_json_writes_them() {
        let memory = remembering(&[json!({"a": "say \"4111\"", "b": [5500.0]}), json!("größe")]);
        for (text, hidden) in [
            (r#"it is say "4111"!"#, "it is ***REDACTED***!"),
            (r#"{"a":"say \"4111\""}"#, r#"{"a":"***REDACTED***"}"#),
            ("5500.0 or 5500", "***REDACTED*** or ***REDACTED***"),
            ("größegröße", "***REDACTED******REDACTED***"),
            ("gröss", "gröss"),
        ] {
            assert_eq!(memory.hidden(text), hidden);
        }
    }

    #[test]
    fn the_longest_text_is_hidden_whole() {
        let memory = remembering(&[json!("4111"), json!("4111-2222")]);
        assert_eq!(memory.hidden("4111-2222 4111-3333"), "***REDACTED*** ***REDACTED***-3333");
    }

    #[test]
    fn what_is_short_or_says_nothing_is_not_remembered() {
        let memory = remembering(&[json!("123"), json!(999), json!(true), json!(null), json!("REDACTED"), json!("")]);
        for text in ["123 999 true null", "***REDACTED***"] {
            assert!(matches!(memory.hidden(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn the_oldest_texts_make_room() {
        let mut memory = Memory::default();
        for number in 0..=MOST {
            memory.note(&json!(1_000_000 + number));
        }
        assert_eq!((memory.hidden("1000000"), memory.texts.len()), (Cow::Borrowed("1000000"), MOST));
        assert_eq!(memory.hidden("1000001"), "***REDACTED***");
        for _ in 0..MOST {
            memory.forget_the_oldest();
        }
        assert!(memory.lengths.is_empty() && memory.beginnings.is_empty() && memory.texts.is_empty());
    }
}
