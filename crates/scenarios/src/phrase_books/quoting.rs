//! Steps are written into a phrase book as they stand in a feature, although `: ` means something in YAML.

use std::borrow::Cow;

/// Puts quotes around list items that are plain text with a `: ` in it. Lines stay where they are.
pub(super) fn quote_steps(text: &str) -> Cow<'_, str> {
    let mut block_indentation: Option<usize> = None;
    let mut changed = false;
    let mut quoted = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let indentation = content.len() - content.trim_start().len();
        // Inside a block scalar nothing means anything.
        if block_indentation.is_some_and(|outer| content.trim().is_empty() || indentation > outer) {
            quoted.push_str(line);
            continue;
        }
        block_indentation = opens_block(content).then_some(indentation);
        match plain_item(content).filter(|_| block_indentation.is_none()) {
            Some(start) => {
                let item = content[start..].trim_end();
                quoted.push_str(&content[..start]);
                quoted.push_str(&format!("'{}'", item.replace('\'', "''")));
                quoted.push_str(&line[content.len()..]);
                changed = true;
            }
            None => quoted.push_str(line),
        }
    }
    if changed { Cow::Owned(quoted) } else { Cow::Borrowed(text) }
}

/// Whether the line ends with the mark of a block scalar: `|`, `>`, with or without a hint of how it ends.
fn opens_block(line: &str) -> bool {
    let last = line.trim_end().rsplit(' ').next().unwrap_or_default();
    let mark = last.trim_end_matches(['+', '-', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    matches!(mark, "|" | ">")
}

/// Where the item begins, if the line is a list item of plain text that YAML would take apart.
fn plain_item(line: &str) -> Option<usize> {
    let marker = line.len() - line.trim_start().len();
    let item = line[marker..].strip_prefix("- ")?;
    let start = line.len() - item.trim_start().len();
    let item = item.trim();
    // A key is one word, and a step is more.
    let is_mapping = item.split_once(':').is_some_and(|(key, _)| !key.contains(' '));
    let is_plain = !item.starts_with(['\'', '"', '{', '[', '|', '>', '&', '*', '!', '#']);
    (is_plain && !is_mapping && (item.contains(": ") || item.ends_with(':'))).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_steps_with_colons_are_quoted_and_nothing_else_is() {
        let text = "phrases:\n  - phrase: a b\n    steps:\n      - I say {\"it's\": 1}  \n      - I wait 1s # short\n      - 'x: y'\n      - step: a: b\n      - the event should equal:\n";
        let expected = "phrases:\n  - phrase: a b\n    steps:\n      - 'I say {\"it''s\": 1}'\n      - I wait 1s # short\n      - 'x: y'\n      - step: a: b\n      - 'the event should equal:'\n";
        assert_eq!(quote_steps(text), expected);
        assert!(matches!(quote_steps("- a\r\n- b\r\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn block_scalars_stay_as_they_are() {
        let text = "- step: x\n  doc-string: |-\n    - a: b\n\n    - c: d\n- e f: g\n";
        assert_eq!(quote_steps(text), "- step: x\n  doc-string: |-\n    - a: b\n\n    - c: d\n- 'e f: g'\n");
    }
}
