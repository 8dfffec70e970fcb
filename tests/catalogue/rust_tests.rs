//! Which tests a Rust file has: its functions with their attributes, found without a compiler. Comments and texts do not
//! count, so a test that is commented out is none.

use std::collections::BTreeMap;

/// What a function of a file is to the test harness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    /// It runs with the others.
    Test,
    /// It is a test that is ignored.
    IgnoredTest,
    /// It is no test.
    NoTest,
}

/// The functions of a file. Where one name stands twice, the one counts that is most of a test.
pub(crate) fn functions(source: &str) -> BTreeMap<String, Function> {
    let code: Vec<char> = code_alone(source);
    let mut found = BTreeMap::new();
    let (mut at, mut attributes): (usize, Vec<String>) = (0, Vec::new());
    while let Some(&character) = code.get(at) {
        if character == '#' && code.get(at + 1) == Some(&'[') {
            let end = end_of_brackets(&code, at + 1);
            attributes.push(code[at + 2..end].iter().collect());
            at = end + 1;
        } else if is_name(character) {
            let word = word_at(&code, at);
            at += word.chars().count();
            if word == "fn" {
                while code.get(at).is_some_and(|character| character.is_whitespace()) {
                    at += 1;
                }
                let name = word_at(&code, at);
                let function = judge(&attributes);
                let known = found.entry(name).or_insert(Function::NoTest);
                if *known == Function::NoTest || function == Function::Test {
                    *known = function;
                }
                attributes.clear();
            }
        } else {
            if matches!(character, ';' | '{' | '}') {
                attributes.clear();
            }
            at += 1;
        }
    }
    found
}

fn judge(attributes: &[String]) -> Function {
    let path = |attribute: &str| -> String {
        attribute
            .split(|character: char| !(is_name(character) || character == ':'))
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let is_test = |attribute: &String| path(attribute).rsplit("::").next() == Some("test");
    let ignores = |attribute: &String| {
        let words = attribute.split(|character: char| !is_name(character));
        let is_conditional = path(attribute) == "cfg_attr";
        path(attribute) == "ignore" || (is_conditional && words.clone().any(|word| word == "ignore"))
    };
    // What is compiled nowhere is as good as ignored.
    let is_nowhere = |attribute: &String| attribute.replace(char::is_whitespace, "") == "cfg(any())";
    match (attributes.iter().any(is_test), attributes.iter().any(|one| ignores(one) || is_nowhere(one))) {
        (true, false) => Function::Test,
        (true, true) => Function::IgnoredTest,
        (false, _) => Function::NoTest,
    }
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn word_at(code: &[char], at: usize) -> String {
    code[at..].iter().take_while(|character| is_name(**character)).collect()
}

/// The place of the bracket that closes the one at `open`, or the last place.
fn end_of_brackets(code: &[char], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, character) in code.iter().enumerate().skip(open) {
        match character {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    code.len() - 1
}

/// The source with blanks for everything in comments, texts and characters.
fn code_alone(source: &str) -> Vec<char> {
    let source: Vec<char> = source.chars().collect();
    let mut code = Vec::with_capacity(source.len());
    let mut at = 0;
    while at < source.len() {
        let end = end_of_what_is_no_code(&source, at);
        if end > at {
            code.extend(std::iter::repeat_n(' ', end - at));
            at = end;
            continue;
        }
        // A whole name at once, so that the `r` of `bar"` begins no raw text.
        let word = word_at(&source, at).chars().count().max(1);
        code.extend(&source[at..at + word]);
        at += word;
    }
    code
}

/// Where the comment, text or character that begins at `at` ends; `at` itself when none begins there.
fn end_of_what_is_no_code(source: &[char], at: usize) -> usize {
    let rest = &source[at..];
    match rest {
        ['/', '/', ..] => at + rest.iter().take_while(|character| **character != '\n').count(),
        ['/', '*', ..] => end_of_block_comment(source, at),
        ['"', ..] => end_of_text(source, at + 1),
        ['b' | 'c', '"', ..] => end_of_text(source, at + 2),
        ['r', '"' | '#', ..] => end_of_raw_text(source, at, at + 1),
        ['b' | 'c', 'r', '"' | '#', ..] => end_of_raw_text(source, at, at + 2),
        ['\'', '\\', ..] => {
            at + 3 + rest[3.min(rest.len())..].iter().take_while(|character| **character != '\'').count() + 1
        }
        // Neither a lifetime nor a label.
        ['\'', _, '\'', ..] => at + 3,
        _ => at,
    }
    .min(source.len())
}

fn end_of_block_comment(source: &[char], at: usize) -> usize {
    let (mut at, mut depth) = (at, 0_usize);
    while at < source.len() {
        match &source[at..] {
            ['/', '*', ..] => (at, depth) = (at + 2, depth + 1),
            ['*', '/', ..] => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn end_of_text(source: &[char], begin: usize) -> usize {
    let mut at = begin;
    while let Some(character) = source.get(at) {
        match character {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    at
}

/// The end of a raw text whose hashes or quote begin at `hashes`; `at` when it is a raw name.
fn end_of_raw_text(source: &[char], at: usize, hashes: usize) -> usize {
    let count = source[hashes..].iter().take_while(|character| **character == '#').count();
    if source.get(hashes + count) != Some(&'"') {
        return at;
    }
    let mut end = hashes + count + 1;
    while end < source.len() {
        let closes =
            source[end] == '"' && source[end + 1..].iter().take(count).filter(|one| **one == '#').count() == count;
        end += 1;
        if closes {
            return end + count;
        }
    }
    end
}
