use std::fmt::Display;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::compile::Compiled;
use super::documents::BASE;
use super::metered::{MeteredJson, Spent, run, steps_to_explain};
use super::one_line::one_line;
use crate::json::{JsonMismatch, JsonProblem, Place, Segment};

/// As long as a message may be, in characters.
const LONGEST: usize = 200;

/// The rule that is the schema as a whole.
const WHOLE: &str = "#";

/// What is wrong with a value that a validator refused: of the first errors the one that comes first in the document.
pub(super) fn explain(
    validator: &Validator<MeteredJson>,
    value: &Value,
    size: u64,
    compiled: &Compiled,
) -> JsonMismatch {
    /// So many errors are compared; a large document may have as many as it has values.
    const MOST: usize = 64;
    let found = run(steps_to_explain(size), |meter| {
        let errors = validator.iter_errors(meter.node(value)).take(MOST);
        let first = errors.min_by_key(|error| (is_consequence(error), order(value, error.instance_path().as_str())));
        first.map(|error| mismatch(&error, value, compiled))
    });
    found.ok().flatten().unwrap_or_else(|| whole("the value does not fit the schema, in more ways than can be told"))
}

/// What is to be said of a check that was stopped.
pub(super) fn unfinished(spent: Spent) -> JsonMismatch {
    whole(match spent {
        Spent::Steps(_) => "the schema looks at the value so often that the check takes too long",
        Spent::Stack => "the schema's definitions lie too deep in one another to check the value",
    })
}

/// What is to be said of a value that cannot be written as JSON.
pub(super) fn unwritable(error: &serde_json::Error) -> JsonMismatch {
    whole(&line(error))
}

/// Any error as one line that is not too long.
pub(super) fn line(error: impl Display) -> String {
    one_line(error, LONGEST)
}

fn whole(message: &str) -> JsonMismatch {
    let problem = JsonProblem::BreaksRule { message: message.to_owned(), rule: WHOLE.to_owned() };
    JsonMismatch::new(&Place::default(), problem)
}

fn mismatch(error: &ValidationError<'_>, value: &Value, compiled: &Compiled) -> JsonMismatch {
    let error = closest(error);
    let problem = JsonProblem::BreaksRule { message: message(error, Some(compiled)), rule: rule(error, compiled) };
    JsonMismatch { path: path(value, error.instance_path().as_str()), problem }
}

/// The error behind that of a union, where one branch alone takes the value but for what is inside: of an object that
/// may be null, what is wrong with the object.
pub(super) fn closest<'e>(error: &'e ValidationError<'_>) -> &'e ValidationError<'e> {
    let mut closest: &ValidationError<'_> = error;
    while let ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } = closest.kind() {
        let place = closest.instance_path();
        let is_inside = |errors: &&Vec<ValidationError<'_>>| errors.iter().all(|error| error.instance_path() != place);
        let mut inside = context.iter().filter(is_inside);
        let (Some(branch), None) = (inside.next(), inside.next()) else { break };
        let Some(first) = first_of(branch, closest) else { break };
        closest = first;
    }
    closest
}

/// The error of a union's branch that comes first in the document.
fn first_of<'e>(
    branch: &'e [ValidationError<'static>],
    union: &ValidationError<'_>,
) -> Option<&'e ValidationError<'static>> {
    branch.iter().min_by_key(|error| (is_consequence(error), order(union.instance(), below(union, error))))
}

/// The place of an error from that of the union on.
fn below<'e>(union: &ValidationError<'_>, error: &'e ValidationError<'_>) -> &'e str {
    let path = error.instance_path().as_str();
    path.strip_prefix(union.instance_path().as_str()).unwrap_or(path)
}

/// Whether an error follows from others: a member that breaks its rule counts as not evaluated, too.
fn is_consequence(error: &ValidationError<'_>) -> bool {
    matches!(
        error.kind(),
        ValidationErrorKind::UnevaluatedItems { .. } | ValidationErrorKind::UnevaluatedProperties { .. }
    )
}

/// Where the rule stands: a JSON Pointer into the schema, behind the document's address where it is another one.
fn rule(error: &ValidationError<'_>, compiled: &Compiled) -> String {
    let pointer = match error.schema_path().as_str() {
        "" => WHOLE,
        pointer => pointer,
    };
    match foreign(error, compiled) {
        Some(document) => format!("{document}#{}", pointer.trim_start_matches(WHOLE)),
        None => pointer.to_owned(),
    }
}

/// The document in which the rule stands, where it is not the schema itself.
fn foreign<'e>(error: &'e ValidationError<'_>, compiled: &Compiled) -> Option<&'e str> {
    let location = error.absolute_keyword_location()?.as_str();
    let document = location.split_once('#').map_or(location, |(document, _)| document);
    (document != compiled.address).then(|| document.strip_prefix(BASE).unwrap_or(document))
}

/// An error as one line that is not much longer than [`LONGEST`].
pub(super) fn message(error: &ValidationError<'_>, compiled: Option<&Compiled>) -> String {
    match error.kind() {
        ValidationErrorKind::AnyOf { context } => none_fits("anyOf", error, context, compiled),
        ValidationErrorKind::OneOfNotValid { context } => none_fits("oneOf", error, context, compiled),
        ValidationErrorKind::OneOfMultipleValid { context } => {
            let fitting = context.iter().enumerate().filter(|(_, errors)| errors.is_empty());
            let names = fitting.map(|(index, _)| label(error, index, compiled));
            one_line(
                format_args!("more than one branch of oneOf fits: {}", names.collect::<Vec<_>>().join(", ")),
                LONGEST,
            )
        }
        _ => one_line(error, LONGEST),
    }
}

/// What each branch of a union lacks.
fn none_fits(
    keyword: &str,
    error: &ValidationError<'_>,
    context: &[Vec<ValidationError<'static>>],
    compiled: Option<&Compiled>,
) -> String {
    /// So many branches are told of.
    const MOST: usize = 4;
    let longest = LONGEST / context.len().clamp(1, MOST);
    let mut branches: Vec<String> = Vec::new();
    for (index, errors) in context.iter().enumerate().take(MOST) {
        let Some(first) = first_of(errors, error) else { continue };
        let label = label(error, index, compiled);
        branches.push(match path(error.instance(), below(error, first)).strip_prefix('$') {
            None | Some("") => one_line(format_args!("{label}: {first}"), longest),
            Some(path) => one_line(format_args!("{label}: {}: {first}", path.trim_start_matches('.')), longest),
        });
    }
    let more = match context.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    format!("no branch of {keyword} fits: {}{more}", branches.join("; "))
}

/// What a branch of a union is called: its title, what it refers to, or its number.
fn label(error: &ValidationError<'_>, index: usize, compiled: Option<&Compiled>) -> String {
    let branch = compiled.filter(|compiled| foreign(error, compiled).is_none()).and_then(|compiled| {
        let branch = compiled.schema.pointer(error.schema_path().as_str())?.get(index)?;
        let reference = branch.get("$ref").and_then(Value::as_str);
        let target = reference.and_then(|reference| compiled.schema.pointer(reference.strip_prefix('#')?));
        let title = |schema: &Value| Some(schema.get("title")?.as_str()?.to_owned());
        title(branch).or_else(|| title(target?)).or_else(|| reference.map(str::to_owned))
    });
    branch.unwrap_or_else(|| format!("branch {}", index + 1))
}

/// The place of a JSON Pointer in a document.
fn path(document: &Value, pointer: &str) -> String {
    let segments = segments(pointer);
    let mut place = Place::default();
    let mut at = Some(document);
    for segment in &segments {
        let index = segment.parse().ok().filter(|_| at.is_some_and(Value::is_array));
        place.enter(index.map_or(Segment::Name(segment), Segment::Index));
        at = at.and_then(|value| step(value, segment));
    }
    place.to_string()
}

/// The numbers of the members and items on the way to a place: they order places as the document has them.
fn order(document: &Value, pointer: &str) -> Vec<usize> {
    let mut at = Some(document);
    let mut numbers = Vec::new();
    for segment in segments(pointer) {
        let number = match at {
            Some(Value::Object(members)) => members.keys().position(|name| *name == segment),
            _ => segment.parse().ok(),
        };
        numbers.push(number.unwrap_or(usize::MAX));
        at = at.and_then(|value| step(value, &segment));
    }
    numbers
}

fn step<'v>(value: &'v Value, segment: &str) -> Option<&'v Value> {
    match value {
        Value::Object(members) => members.get(segment),
        Value::Array(items) => items.get(segment.parse::<usize>().ok()?),
        _ => None,
    }
}

fn segments(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|segment| segment.replace("~1", "/").replace("~0", "~")).collect()
}
