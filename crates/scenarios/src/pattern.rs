//! The notation in which step texts are written down, and the matching of a step's text against it.

mod parameter;

pub(crate) use parameter::Kind;

/// The text of a step with its parameters.
///
/// | notation | matches |
/// |---|---|
/// | `[x]`, `[x\|y]` | `x`, `y`, or nothing |
/// | `(x\|y)` | `x` or `y` |
/// | `{name:kind}` | a parameter; [`Kind::of_word`] lists the kinds |
/// | `{name=x\|y}` | a parameter that is one of these texts |
///
/// A regular expression would do for all of it but JSON, which nests: `{"a": "} to topic"}` is one parameter.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Choice { options: Vec<Vec<Part>>, may_be_left_out: bool },
    Parameter { name: String, kind: Kind },
}

/// What a step's text gives for the parameters of its pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Captures(Vec<(String, String)>);

impl Captures {
    /// The text of a parameter, where it was given.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// Parameters as a text would give them.
    pub(crate) fn of<'a>(parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(parameters.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect())
    }
}

impl Pattern {
    /// Reads the notation. What is not closed ends with the text.
    pub(crate) fn parse(notation: &str) -> Self {
        let mut rest = notation;
        Self { parts: read_parts(&mut rest, &[]) }
    }

    /// A pattern of fixed texts and parameters, in their order.
    pub(crate) fn of_parts<'a>(parts: impl IntoIterator<Item = Result<&'a str, (&'a str, Kind)>>) -> Self {
        let parts = parts.into_iter().map(|part| match part {
            Ok(text) => Part::Text(text.to_owned()),
            Err((name, kind)) => Part::Parameter { name: name.to_owned(), kind },
        });
        Self { parts: parts.collect() }
    }

    /// What the text gives for the parameters, if the whole of it matches.
    pub(crate) fn captures(&self, text: &str) -> Option<Captures> {
        let mut found = Vec::new();
        let pending: Vec<&Part> = self.parts.iter().rev().collect();
        matches(pending, text, &mut found)
            .then(|| Captures(found.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()))
    }

    /// The pattern as the list of steps shows it: parameters by their kinds alone.
    pub(crate) fn shown(&self) -> String {
        let mut text = String::new();
        show(&self.parts, &mut text);
        text
    }

    /// Every text that the pattern stands for, with `sample` in the place of each parameter.
    pub(crate) fn variants(&self, sample: &dyn Fn(&Kind) -> String) -> Vec<String> {
        variants(&self.parts, sample)
    }
}

/// Reads up to one of the `ends`, or to the end of the text.
fn read_parts(rest: &mut &str, ends: &[char]) -> Vec<Part> {
    let mut parts = Vec::new();
    while let Some(next) = rest.chars().next().filter(|next| !ends.contains(next)) {
        match next {
            '[' => parts.push(Part::Choice { options: read_options(rest, ']'), may_be_left_out: true }),
            '(' => parts.push(Part::Choice { options: read_options(rest, ')'), may_be_left_out: false }),
            '{' => parts.push(read_parameter(rest)),
            _ => {
                let stops = |c: char| matches!(c, '[' | '(' | '{') || ends.contains(&c);
                let (text, after) = rest.split_at(rest.find(stops).unwrap_or(rest.len()));
                parts.push(Part::Text(text.to_owned()));
                *rest = after;
            }
        }
    }
    parts
}

fn read_options(rest: &mut &str, close: char) -> Vec<Vec<Part>> {
    let mut options = Vec::new();
    loop {
        // The bracket or the bar.
        *rest = rest.get(1..).unwrap_or_default();
        options.push(read_parts(rest, &['|', close]));
        if !rest.starts_with('|') {
            *rest = rest.get(1..).unwrap_or_default();
            return options;
        }
    }
}

fn read_parameter(rest: &mut &str) -> Part {
    let inner = rest.strip_prefix('{').unwrap_or(rest);
    let (inner, after) = inner.split_once('}').unwrap_or((inner, ""));
    *rest = after;
    match inner.split_once('=') {
        Some((name, words)) => {
            let words = words.split('|').map(str::to_owned).collect();
            Part::Parameter { name: name.to_owned(), kind: Kind::OneOf(words) }
        }
        None => {
            let (name, word) = inner.split_once(':').unwrap_or((inner, inner));
            Part::Parameter { name: name.to_owned(), kind: Kind::of_word(word) }
        }
    }
}

/// Whether the pending parts, the next one last, match all of the text.
fn matches<'p, 't>(mut pending: Vec<&'p Part>, text: &'t str, found: &mut Vec<(&'p str, &'t str)>) -> bool {
    let Some(part) = pending.pop() else { return text.is_empty() };
    let mark = found.len();
    match part {
        Part::Text(fixed) => text.strip_prefix(fixed.as_str()).is_some_and(|rest| matches(pending, rest, found)),
        Part::Choice { options, may_be_left_out } => {
            let chosen = options.iter().any(|option| {
                found.truncate(mark);
                let mut pending = pending.clone();
                pending.extend(option.iter().rev());
                matches(pending, text, found)
            });
            chosen || {
                found.truncate(mark);
                *may_be_left_out && matches(pending, text, found)
            }
        }
        Part::Parameter { name, kind } => kind.ends(text).into_iter().any(|end| {
            found.truncate(mark);
            let (taken, rest) = text.split_at(end);
            found.push((name, taken));
            matches(pending.clone(), rest, found)
        }),
    }
}

fn show(parts: &[Part], text: &mut String) {
    for part in parts {
        match part {
            Part::Text(fixed) => text.push_str(fixed),
            Part::Parameter { kind, .. } => text.push_str(&kind.to_string()),
            Part::Choice { options, may_be_left_out } => {
                text.push(if *may_be_left_out { '[' } else { '(' });
                for (index, option) in options.iter().enumerate() {
                    text.push_str(if index > 0 { "|" } else { "" });
                    show(option, text);
                }
                text.push(if *may_be_left_out { ']' } else { ')' });
            }
        }
    }
}

fn variants(parts: &[Part], sample: &dyn Fn(&Kind) -> String) -> Vec<String> {
    let mut texts = vec![String::new()];
    for part in parts {
        let endings = match part {
            Part::Text(fixed) => vec![fixed.clone()],
            Part::Parameter { kind: Kind::OneOf(words), .. } => words.clone(),
            Part::Parameter { kind, .. } => vec![sample(kind)],
            Part::Choice { options, may_be_left_out } => {
                let mut endings: Vec<String> = options.iter().flat_map(|option| variants(option, sample)).collect();
                endings.extend(may_be_left_out.then(String::new));
                endings
            }
        };
        texts = texts.iter().flat_map(|text| endings.iter().map(move |ending| format!("{text}{ending}"))).collect();
    }
    texts
}

#[cfg(test)]
mod tests;
