use std::sync::Arc;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{
    Draft, PatternOptions, ReferencingError, Registry, Uri, ValidationError, ValidationOptions, Validator,
};
use serde_json::{Value, json};

use super::documents::{DEFAULT_DRAFT, Document, Documents, Shelf, root};
use super::explain;
use super::invalid::InvalidJsonSchema;
use super::metered::MeteredJson;
use super::nesting;
use super::references;
use crate::RecordName;
use crate::codec::{Dependency, Part};

/// A schema and what was made of it.
pub(super) struct Compiled {
    pub(super) whole: Rules,
    pub(super) record: Option<RecordName>,
    pub(super) parts: Vec<Branch>,
    /// The schema itself, for the titles in messages.
    pub(super) schema: Value,
    /// The schema's address.
    pub(super) address: String,
}

/// What a value is checked by.
pub(super) struct Rules {
    pub(super) validator: Validator<MeteredJson>,
}

/// A branch with a title.
pub(super) struct Branch {
    pub(super) record: RecordName,
    pub(super) rules: Rules,
}

/// So many branches are told apart. More of them are hardly event types but labelled values.
const MOST_PARTS: usize = 1_000;

/// How often a `pattern` with look-around or back-references may go back in one text.
const MOST_BACKTRACKS: usize = 100_000;

/// The address of the schema that does no more than refer to a branch.
const BRANCH: &str = "branch:///";

type Options<'a> = ValidationOptions<'a, Arc<dyn jsonschema::Retrieve>, MeteredJson>;

impl Compiled {
    pub(super) fn new(text: &str, dependencies: &[Dependency]) -> Result<Self, InvalidJsonSchema> {
        let top = root()?;
        let mut schema = Document::parse(text, "the schema", DEFAULT_DRAFT)?;
        let draft = schema.draft;
        check(draft, &schema.contents).map_err(|error| breaks_draft(&error, "the schema".to_owned(), draft))?;
        let base = schema.base(&top);
        schema.settle(&base);
        let documents = Arc::new(Documents::parse(&top, &base, draft, dependencies)?.with_own(&schema, &base));
        for (name, document) in documents.iter() {
            check(document.draft, &document.contents)
                .map_err(|error| breaks_draft(&error, format!("`{name}`"), document.draft))?;
        }
        let refused = |error: ValidationError<'_>| match error.kind() {
            ValidationErrorKind::Referencing(error) => astray(error, &schema, &top, &base, &documents),
            _ => breaks_draft(&error, "the schema".to_owned(), draft),
        };
        let (whole, parts) = {
            let registry = registry(&schema.contents, draft, &base, &documents).map_err(refused)?;
            nesting::check(&schema.contents, &base, draft, &registry)?;
            let options = options(draft, &documents);
            let whole = options.clone().with_base_uri(base.as_str()).build(&schema.contents).map_err(refused)?;
            let parts = parts(&schema.contents, &base, &registry, options).map_err(refused)?;
            (Rules { validator: whole }, parts)
        };
        Ok(Self {
            whole,
            parts,
            record: title_of(&schema.contents).map(RecordName::new),
            schema: schema.contents,
            address: base.into_string(),
        })
    }

    pub(super) fn part(&self, part: Part) -> Option<&Branch> {
        let index = part.0.checked_sub(1)?;
        self.parts.get(usize::try_from(index).ok()?)
    }
}

fn options<'a>(draft: Draft, documents: &Arc<Documents>) -> Options<'a> {
    jsonschema::options_for::<MeteredJson>()
        .with_draft(draft)
        .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(MOST_BACKTRACKS))
        .with_retriever(Shelf(Arc::clone(documents)))
}

/// The schema and the documents that it refers to.
fn registry<'s>(
    schema: &'s Value,
    draft: Draft,
    base: &Uri<String>,
    documents: &Arc<Documents>,
) -> Result<Registry<'s>, ValidationError<'static>> {
    let registry = Registry::new()
        .retriever(Shelf(Arc::clone(documents)))
        .draft(draft)
        .retrieve_known_draft_meta_schemas(false)
        .add(base.as_str(), draft.create_resource_ref(schema))?;
    Ok(registry.prepare()?)
}

/// The branches with a title.
fn parts<'r>(
    schema: &Value,
    base: &Uri<String>,
    registry: &'r Registry<'r>,
    options: Options<'r>,
) -> Result<Vec<Branch>, ValidationError<'static>> {
    let branches = ["oneOf", "anyOf"].iter().find_map(|keyword| Some((keyword, schema.get(keyword)?.as_array()?)));
    let Some((keyword, branches)) = branches.filter(|(_, branches)| branches.len() <= MOST_PARTS) else {
        return Ok(Vec::new());
    };
    let options = options.with_base_uri(BRANCH).with_registry(registry);
    let mut parts = Vec::new();
    for (index, branch) in branches.iter().enumerate() {
        if let Some(title) = title_behind(branch, base, registry)? {
            let validator = options.build(&json!({"$ref": format!("{base}#/{keyword}/{index}")}))?;
            parts.push(Branch { record: RecordName::new(title), rules: Rules { validator } });
        }
    }
    Ok(parts)
}

/// The title of a schema, or of what it refers to.
fn title_behind<'s>(
    schema: &'s Value,
    base: &Uri<String>,
    registry: &'s Registry<'_>,
) -> Result<Option<&'s str>, ReferencingError> {
    const MOST_STEPS: usize = 16;
    let (mut schema, mut resolver) = (schema, registry.resolver(base.clone()));
    for _ in 0..MOST_STEPS {
        if let Some(title) = title_of(schema) {
            return Ok(Some(title));
        }
        let Some(reference) = schema.get("$ref").and_then(Value::as_str) else { break };
        (schema, resolver, _) = resolver.lookup(reference)?.into_inner();
    }
    Ok(None)
}

fn title_of(schema: &Value) -> Option<&str> {
    schema.get("title")?.as_str().filter(|title| !title.is_empty())
}

/// Checks a document against the rules of its draft.
fn check(draft: Draft, schema: &Value) -> Result<(), ValidationError<'_>> {
    match draft {
        Draft::Draft4 => jsonschema::draft4::meta::validate(schema),
        Draft::Draft6 => jsonschema::draft6::meta::validate(schema),
        Draft::Draft201909 => jsonschema::draft201909::meta::validate(schema),
        Draft::Draft202012 => jsonschema::draft202012::meta::validate(schema),
        _ => jsonschema::draft7::meta::validate(schema),
    }
}

fn breaks_draft(error: &ValidationError<'_>, document: String, draft: Draft) -> InvalidJsonSchema {
    let error = explain::closest(error);
    let place = match error.instance_path().as_str() {
        "" => "the whole".to_owned(),
        pointer => pointer.to_owned(),
    };
    InvalidJsonSchema::BreaksDraft { document, draft: name_of(draft), place, problem: explain::message(error, None) }
}

fn name_of(draft: Draft) -> &'static str {
    match draft {
        Draft::Draft4 => "4",
        Draft::Draft6 => "6",
        Draft::Draft201909 => "2019-09",
        Draft::Draft202012 => "2020-12",
        _ => "7",
    }
}

fn astray(
    error: &ReferencingError,
    schema: &Document,
    top: &Uri<String>,
    base: &Uri<String>,
    documents: &Documents,
) -> InvalidJsonSchema {
    let ReferencingError::Unretrievable { uri, .. } = error else {
        return InvalidJsonSchema::Astray { problem: explain::line(error) };
    };
    // The library says one of them, and not always the same.
    let mut names: Vec<String> = Vec::new();
    let mut look = |document: &Document, base: &Uri<String>| {
        for reference in references::of(document, base) {
            let is_there = reference.address.is_some_and(|address| documents.find(&address).is_some());
            let name = format!("`{}`", reference.name);
            if !is_there && !names.contains(&name) {
                names.push(name);
            }
        }
    };
    look(schema, base);
    documents.iter().for_each(|(_, document)| look(document, &document.base(top)));
    if names.is_empty() {
        names.push(format!("`{uri}`"));
    }
    InvalidJsonSchema::UnknownReference { names }
}
