//! What is wrong with a text that the Gherkin parser refuses. The parser itself says only what it would have liked.

use gherkin::{Feature, GherkinEnv, ParseError};

use crate::json::counted;

/// The line, counted from 1, and what is wrong there.
pub(super) fn explain(text: &str, error: &ParseError) -> (Option<usize>, String) {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    if let Some((line, language)) = unknown_language(&lines) {
        return (Some(line), format!("language `{language}` is not known; en, de, fr and so on are"));
    }
    if let Some(line) = open_doc_string(&lines) {
        return (Some(line), "this doc string has no end".to_owned());
    }
    if let Some((line, cells, expected)) = uneven_table(&lines) {
        return (
            Some(line),
            format!("this row has {}, but the first row of its table has {expected}", counted(cells, "cell")),
        );
    }
    if lines.iter().all(|line| line.is_empty() || line.starts_with('#')) {
        return (None, "the file holds no feature".to_owned());
    }
    match first_not_understood(text, &lines, error) {
        Some((line, content)) => (
            Some(line),
            format!(
                "`{content}` is not understood here; a step begins with Given, When, Then, And, But or *, a section with \
                 Feature:, Rule:, Background:, Scenario:, Scenario Outline: or Examples:"
            ),
        ),
        None => (None, "the file ends where something else is expected".to_owned()),
    }
}

/// The first line that the parser cannot make sense of.
///
/// The parser names the furthest place that it looked at, which lies behind that line by up to the length of a keyword.
/// So the line follows the longest part of the text that is a feature.
fn first_not_understood<'a>(text: &str, lines: &[&'a str], error: &ParseError) -> Option<(usize, &'a str)> {
    const LONGEST_KEYWORD: usize = 40;
    let furthest = line_of(error).unwrap_or(lines.len()).min(lines.len());
    let is_feature = |count: &usize| {
        let head: String = text.split_inclusive('\n').take(*count).collect();
        Feature::parse(head, GherkinEnv::default()).is_ok()
    };
    let good = (furthest.saturating_sub(LONGEST_KEYWORD)..=furthest).rev().find(is_feature);
    let after = lines.iter().enumerate().skip(good.unwrap_or_default());
    let mut after = after.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let first = after.next()?;
    // Tags are understood; what they stand above is not.
    let meant =
        if first.1.starts_with('@') { after.find(|(_, line)| !line.starts_with('@')).unwrap_or(first) } else { first };
    Some((meant.0 + 1, meant.1))
}

/// The parser keeps the place to itself but in its message, which begins `Error at 3:1`.
fn line_of(error: &ParseError) -> Option<usize> {
    error.to_string().strip_prefix("Error at ")?.split(':').next()?.parse().ok()
}

fn unknown_language<'a>(lines: &[&'a str]) -> Option<(usize, &'a str)> {
    let (index, first) = lines.iter().enumerate().find(|(_, line)| !line.is_empty())?;
    let directive = first.strip_prefix('#')?.trim_start().strip_prefix("language")?;
    let language = directive.trim_start().strip_prefix(':')?.trim();
    (!gherkin::is_language_supported(language)).then_some((index + 1, language))
}

/// The lines of doc strings, each with whether it opens one, or the line of one that is not closed.
fn outside_doc_strings<'a>(lines: &[&'a str]) -> Result<Vec<(usize, &'a str)>, usize> {
    let mut open: Option<(usize, &str)> = None;
    let mut outside = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        match open {
            Some((_, quotes)) if line.contains(quotes) => open = None,
            Some(_) => {}
            None => match ["\"\"\"", "```"].into_iter().find(|quotes| line.starts_with(quotes)) {
                Some(quotes) if !line[quotes.len()..].contains(quotes) => open = Some((index + 1, quotes)),
                Some(_) => {}
                None => outside.push((index + 1, *line)),
            },
        }
    }
    open.map_or(Ok(outside), |(line, _)| Err(line))
}

fn open_doc_string(lines: &[&str]) -> Option<usize> {
    outside_doc_strings(lines).err()
}

fn uneven_table(lines: &[&str]) -> Option<(usize, usize, usize)> {
    let mut width = None;
    for (number, line) in outside_doc_strings(lines).ok()? {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if !line.starts_with('|') {
            width = None;
            continue;
        }
        let cells = line.replace("\\\\", "").replace("\\|", "").matches('|').count().saturating_sub(1);
        let expected = *width.get_or_insert(cells);
        if cells != expected {
            return Some((number, cells, expected));
        }
    }
    None
}
