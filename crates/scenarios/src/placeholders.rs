//! `{{…}}` in the texts of templates and of expected events.

use std::ops::Range;

/// A placeholder in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Placeholder<'a> {
    /// Where it stands, its braces included.
    pub(crate) range: Range<usize>,
    /// Its first word.
    pub(crate) word: &'a str,
    /// What stands in quotes behind the word.
    pub(crate) argument: Option<String>,
}

/// The placeholders of a text, in order.
pub(crate) fn placeholders(text: &str) -> impl Iterator<Item = Placeholder<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        while let Some(open) = text.get(from..).and_then(|rest| rest.find("{{")).map(|at| from + at) {
            match read(text, open) {
                Some(placeholder) => {
                    from = placeholder.range.end;
                    return Some(placeholder);
                }
                // Two objects in one another.
                None => from = open + 1,
            }
        }
        None
    })
}

/// The line of a place in a text, counted from 1.
pub(crate) fn line_of(text: &str, place: usize) -> usize {
    text.get(..place).unwrap_or(text).matches('\n').count() + 1
}

fn read(text: &str, open: usize) -> Option<Placeholder<'_>> {
    let inner = text.get(open + 2..)?;
    let word_start = inner.len() - inner.trim_start().len();
    let from_word = &inner[word_start..];
    let word_end =
        from_word.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(from_word.len());
    let (word, rest) = from_word.split_at(word_end);
    if word.is_empty() {
        return None;
    }
    let blanks = rest.len() - rest.trim_start().len();
    let rest = &rest[blanks..];
    let (argument, after) = match quoted(rest) {
        Some((argument, length)) => (Some(argument), &rest[length..]),
        None => (None, rest),
    };
    let close = after.trim_start();
    let after_close = close.strip_prefix("}}")?;
    Some(Placeholder { range: open..text.len() - after_close.len(), word, argument })
}

/// Text in quotes, up to the quote that the end of the placeholder follows. Inside a JSON text the quotes are escaped,
/// and then everything between them is.
fn quoted(text: &str) -> Option<(String, usize)> {
    let quote = ["\\\"", "\"", "'"].into_iter().find(|quote| text.starts_with(quote))?;
    let inner = &text[quote.len()..];
    let ends_here = |at: &usize| inner[at + quote.len()..].trim_start().starts_with("}}");
    let end = inner.match_indices(quote).map(|(at, _)| at).find(ends_here)?;
    let raw = &inner[..end];
    let argument = match quote {
        "\\\"" => serde_json::from_str(&format!("\"{raw}\"")).ok()?,
        _ => raw.to_owned(),
    };
    Some((argument, end + 2 * quote.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str) -> Vec<(String, Option<String>, String)> {
        let parts = |found: Placeholder<'_>| (found.word.to_owned(), found.argument, text[found.range].to_owned());
        placeholders(text).map(parts).collect()
    }

    #[test]
    fn words_and_quoted_arguments_are_found() {
        let plain = |word: &str, text: &str| (word.to_owned(), None, text.to_owned());
        assert_eq!(found("{{uuid}}-{{ now }}"), [plain("uuid", "{{uuid}}"), plain("now", "{{ now }}")]);
        for (text, pattern) in [
            (r#"{{regex "^a{2}$"}}"#, "^a{2}$"),
            (r#"{{regex "a{2}}"}}"#, "a{2}}"),
            (r#"{{ regex '^"\d+"$' }}"#, r#"^"\d+"$"#),
            (r#"{{regex \"^R-\\d+$\"}}"#, r"^R-\d+$"),
        ] {
            assert_eq!(found(text), [("regex".to_owned(), Some(pattern.to_owned()), text.to_owned())], "{text}");
        }
    }

    #[test]
    fn objects_in_objects_are_no_placeholders() {
        assert_eq!(found(r#"{"a":{"b":{}}}"#), []);
        assert_eq!(found("{{}} {{ a b }} {{a"), []);
        assert_eq!(found("{{{uuid}}}"), [("uuid".to_owned(), None, "{{uuid}}".to_owned())]);
    }

    #[test]
    fn lines_are_counted_from_one() {
        assert_eq!((line_of("a\nb\nc", 0), line_of("a\nb\nc", 4)), (1, 3));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[{}\"'\\\\a é]{0,30}") {
            let _found = found(&text);
        }
    }
}
