use std::ops::Range;

/// A JSONPath as the steps that it takes, so that two paths can be compared where there is no document.
///
/// What a filter, a slice or a choice picks cannot be told without one: it may be any child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Member(String),
    Element(usize),
    AnyChild,
    /// Any number of children down, or none.
    AnyDepth,
}

/// How what one path finds lies to what another finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Meeting {
    /// Neither lies in the other, in whatever document.
    Apart,
    /// The one lies in the other.
    Within,
    /// The other is the one, or lies in it.
    Around,
}

impl Shape {
    /// Reads a path at the start of a text, and tells where it ends. What does not belong to a path ends it.
    fn read(text: &str) -> Option<(Self, usize)> {
        let mut rest = text.strip_prefix('$')?;
        let mut steps = Vec::new();
        while let Some(after) = read_segment(rest, &mut steps) {
            rest = after;
        }
        Some((Self(steps), text.len() - rest.len()))
    }

    /// The shape of a whole path, whose segments may have blanks between them.
    pub(crate) fn of(path: &str) -> Self {
        let mut steps = Vec::new();
        let mut rest = path.strip_prefix('$').unwrap_or(path).trim_start();
        while let Some(after) = read_segment(rest, &mut steps) {
            rest = after.trim_start();
        }
        // Of a path that is not understood nothing is known.
        if rest.is_empty() { Self(steps) } else { Self(vec![Step::AnyDepth, Step::AnyChild]) }
    }

    /// How what `self` finds lies to what `other` finds, at the most.
    pub(crate) fn meeting(&self, other: &Self) -> Meeting {
        meeting(&self.0, &other.0)
    }

    /// The name of the last member on the way.
    pub(crate) fn last_member(&self) -> Option<&str> {
        self.0.iter().rev().find_map(|step| match step {
            Step::Member(name) => Some(name.as_str()),
            Step::Element(_) | Step::AnyChild | Step::AnyDepth => None,
        })
    }

    /// Whether the path takes a step at all.
    pub(crate) fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

/// The places in a text where a path stands, with their shapes.
pub(crate) fn shapes_in(text: &str) -> impl Iterator<Item = (Range<usize>, Shape)> {
    text.match_indices('$').filter_map(|(at, _)| {
        let (shape, length) = Shape::read(&text[at..])?;
        (!shape.is_root()).then_some((at..at + length, shape))
    })
}

fn meeting(one: &[Step], other: &[Step]) -> Meeting {
    match (one, other) {
        ([], _) => Meeting::Around,
        (_, []) => Meeting::Within,
        ([Step::AnyDepth, one_rest @ ..], [_, other_rest @ ..]) => {
            either(|| meeting(one_rest, other), || meeting(one, other_rest))
        }
        ([_, one_rest @ ..], [Step::AnyDepth, other_rest @ ..]) => {
            either(|| meeting(one, other_rest), || meeting(one_rest, other))
        }
        ([left, one_rest @ ..], [right, other_rest @ ..]) => {
            let same = left == right || *left == Step::AnyChild || *right == Step::AnyChild;
            if same { meeting(one_rest, other_rest) } else { Meeting::Apart }
        }
    }
}

fn either(first: impl FnOnce() -> Meeting, second: impl FnOnce() -> Meeting) -> Meeting {
    match first() {
        Meeting::Around => Meeting::Around,
        found => found.max(second()),
    }
}

/// Takes one segment off the front of `text`; nothing where none stands there.
fn read_segment<'a>(text: &'a str, steps: &mut Vec<Step>) -> Option<&'a str> {
    let (depth, selector) = match text.strip_prefix("..") {
        Some(selector) => (true, selector),
        None => (false, text),
    };
    let (step, rest) = if selector.starts_with('[') {
        read_bracket(selector)?
    } else {
        let name = if depth { selector } else { selector.strip_prefix('.')? };
        read_name(name)?
    };
    steps.extend(depth.then_some(Step::AnyDepth));
    steps.push(step);
    Some(rest)
}

fn read_name(text: &str) -> Option<(Step, &str)> {
    if let Some(rest) = text.strip_prefix('*') {
        return Some((Step::AnyChild, rest));
    }
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii();
    let end = text.find(|c| !is_of_name(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    (!name.is_empty()).then(|| (Step::Member(name.to_owned()), rest))
}

fn read_bracket(text: &str) -> Option<(Step, &str)> {
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '[') => depth += 1,
            (None, ']') if depth == 1 => return Some((selected(text[1..at].trim()), &text[at + 1..])),
            (None, ']') => depth -= 1,
            _ => {}
        }
    }
    None
}

fn selected(selector: &str) -> Step {
    let name = selector.strip_prefix('"').and_then(|name| name.strip_suffix('"')).map(str::to_owned);
    let name = name.or_else(|| {
        let name = selector.strip_prefix('\'')?.strip_suffix('\'')?;
        Some(name.replace("\\'", "'").replace('"', "\\\""))
    });
    let name = name.and_then(|name| serde_json::from_str(&format!("\"{name}\"")).ok());
    match (name, selector.parse()) {
        (Some(name), _) => Step::Member(name),
        (None, Ok(index)) => Step::Element(index),
        (None, Err(_)) => Step::AnyChild,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shape(path: &str) -> Shape {
        Shape::of(path)
    }

    #[test]
    fn the_same_place_may_be_written_in_several_ways() {
        for path in ["$.a.b", "$['a'].b", "$[\"a\"]['b']", "$.a[ 'b' ]", "$ .a\n['b'] "] {
            assert_eq!(shape(path), shape("$.a.b"), "{path}");
        }
        assert_eq!(shape(r"$['it\'s \u0041 \' ]']"), Shape(vec![Step::Member("it's A ' ]".to_owned())]));
        assert_eq!(shape("$[0][-1]"), Shape(vec![Step::Element(0), Step::AnyChild]));
        assert_eq!(shape("$..a"), Shape(vec![Step::AnyDepth, Step::Member("a".to_owned())]));
    }

    #[test]
    fn a_path_in_a_text_ends_where_no_path_goes_on() {
        let found: Vec<&str> = {
            let text = "at $.a: 1, $.b[0]. It costs $5, $ and $.c['x y'] or $.d[";
            shapes_in(text).map(|(range, _)| &text[range]).collect()
        };
        assert_eq!(found, ["$.a", "$.b[0]", "$.c['x y']", "$.d"]);
    }

    #[test]
    fn paths_meet_where_one_lies_in_what_the_other_finds() {
        use Meeting::{Apart, Around, Within};
        for (one, other, expected) in [
            ("$.a", "$.a", Around),
            ("$.a", "$.a.b[0]", Around),
            ("$.a.b", "$.a", Within),
            ("$.a.b", "$", Within),
            ("$.a", "$.b", Apart),
            ("$.a[0]", "$.a[1]", Apart),
            ("$.a[?@.x == ']'].n", "$.a[1].n", Around),
            ("$.a[*].n", "$.a[1].m", Apart),
            ("$.a.*", "$.a.n", Around),
            ("$..n", "$.a.b.n", Around),
            ("$..n", "$.a.b", Within),
            ("$.a.n", "$..n", Around),
            // Whatever lies under `$.a.n` may be called `m`.
            ("$.a.n", "$..m", Around),
            ("$..n", "$..m", Around),
            ("$", "$.a", Around),
        ] {
            assert_eq!(shape(one).meeting(&shape(other)), expected, "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[$.\\[\\]'\"\\\\a*?0é ]{0,24}") {
            let shapes: Vec<_> = shapes_in(&text).collect();
            for (_, shape) in &shapes {
                shape.meeting(&shapes[0].1);
            }
        }
    }
}
