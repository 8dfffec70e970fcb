//! `{name}` in a phrase and in its steps.

use crate::pattern::{Captures, Kind, Pattern};

/// The texts and parameters of a sentence, in order: a text is `Ok`, a parameter's name `Err`.
pub(super) fn parts(text: &str) -> Vec<Result<&str, &str>> {
    let (mut parts, mut fixed, mut at) = (Vec::new(), 0, 0);
    while let Some(open) = text[at..].find('{').map(|found| at + found) {
        // `{{any}}` is a placeholder of templates and expectations.
        if text[open..].starts_with("{{") {
            at = open + 2;
            continue;
        }
        at = open + 1;
        let Some((name, _)) = text[at..].split_once('}').filter(|(name, _)| is_name(name)) else { continue };
        if fixed < open {
            parts.push(Ok(&text[fixed..open]));
        }
        parts.push(Err(name));
        at += name.len() + 1;
        fixed = at;
    }
    if fixed < text.len() {
        parts.push(Ok(&text[fixed..]));
    }
    parts
}

/// JSON such as `{"a": 1}` is no parameter.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// The names of the parameters in a text.
pub(super) fn names(text: &str) -> impl Iterator<Item = &str> {
    parts(text).into_iter().filter_map(Result::err)
}

/// The pattern of a sentence.
pub(super) fn pattern(sentence: &str) -> Pattern {
    Pattern::of_parts(parts(sentence).into_iter().map(|part| part.map_err(|name| (name, Kind::TextOrWord))))
}

/// A text with the parameters that a scenario gives, without their quotes. A quote in one is escaped, so that it ends
/// neither a step's text nor a JSON text.
pub(super) fn filled(text: &str, captures: &Captures) -> String {
    let parts = parts(text).into_iter().map(|part| match part {
        Ok(fixed) => fixed.to_owned(),
        Err(name) => match captures.get(name) {
            Some(given) => crate::arguments::unquoted(given).replace('"', "\\\""),
            None => format!("{{{name}}}"),
        },
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_in_braces_are_parameters() {
        assert_eq!(
            parts(r#"send {"id": "{id}"} to {the-topic}"#),
            [Ok(r#"send {"id": ""#), Err("id"), Ok(r#""} to "#), Err("the-topic")]
        );
        assert_eq!(parts("{ id } {} {1} {{any}} {id"), [Ok("{ id } {} {1} {{any}} {id")]);
        assert_eq!(parts(""), []);
    }

    #[test]
    fn parameters_are_words_or_quoted_texts_and_are_filled_in_without_quotes() {
        let captures = pattern("an order {id} by {who}").captures(r#"an order A-1 by "Ann \"A\" Bee""#).unwrap();
        assert_eq!(filled(r#"{"id": "{id}", "who": "{who}"}"#, &captures), r#"{"id": "A-1", "who": "Ann \"A\" Bee"}"#);
    }
}
