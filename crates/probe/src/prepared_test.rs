use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use test_probe_config::{Settings, WorldKind};
use test_probe_directives::{StartFrom, TestDirective, TestId, TopicDirective};
use test_probe_encoding::{InvalidSchemas, SchemaCatalog};
use test_probe_scenarios::{
    FaultSteps, Features, InvalidFeatures, InvalidPhraseBooks, InvalidTags, Plan, PlanError, StepBook, Tags,
};

use crate::{TestFolder, TextFile};

#[cfg(test)]
mod tests;

/// A test of which everything is known to be in order that can be checked without a cluster.
#[derive(Clone, Debug)]
pub struct PreparedTest {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) directive: TestDirective,
    pub(crate) plan: Plan,
    pub(crate) schemas: SchemaCatalog,
    pub(crate) templates: Vec<TextFile>,
    pub(crate) expected: Vec<TextFile>,
    pub(crate) parallel: NonZeroUsize,
}

/// A test that cannot be run, with everything that is wrong with it.
#[derive(Debug, thiserror::Error)]
pub struct InvalidTest {
    /// The test's folder.
    pub path: PathBuf,
    /// What is wrong; never empty.
    pub problems: Vec<TestProblem>,
}

/// Something that is wrong with a test.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TestProblem {
    /// Schema files.
    #[error(transparent)]
    Schemas(#[from] InvalidSchemas),
    /// Feature files.
    #[error(transparent)]
    Features(#[from] InvalidFeatures),
    /// Phrase books.
    #[error(transparent)]
    PhraseBooks(#[from] InvalidPhraseBooks),
    /// A tag expression.
    #[error(transparent)]
    Tags(#[from] InvalidTags),
    /// Steps, or that nothing is selected.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A start that the embedded Kafka does not know.
    #[error(
        "test.start-from: the embedded Kafka finds no records by their time; use test-start or earliest, or run against a \
         cluster"
    )]
    StartFromTime,
    /// Two texts that steps would call by the same name.
    #[error("`{first}` and `{second}` are both called '{name}' by steps; give one of them another name")]
    SameName {
        /// The name.
        name: String,
        /// One of the files.
        first: String,
        /// The other.
        second: String,
    },
    /// A topic's name on the cluster.
    #[error(
        "topic '{topic}' with the suffix '{suffix}' (test-probe.core.kafka.topic-suffix) is no topic name: {reason}"
    )]
    TopicName {
        /// The topic.
        topic: String,
        /// The suffix.
        suffix: String,
        /// The rule.
        reason: String,
    },
}

impl PreparedTest {
    /// Checks a test against the configuration that it is to run under. `book` knows the steps besides the phrase books
    /// of the folder, and `tags` selects scenarios besides the directive's tags.
    ///
    /// # Errors
    /// [`InvalidTest`] with everything that is wrong.
    pub fn new(
        folder: TestFolder,
        settings: &Settings,
        book: StepBook,
        tags: Option<&str>,
    ) -> Result<Self, InvalidTest> {
        let mut problems = Vec::new();
        check_topics(&folder.directive.topics, settings, &mut problems);
        check_start(folder.directive.test.start_from, settings, &mut problems);
        check_names(&folder.templates, &mut problems);
        check_names(&folder.expected, &mut problems);
        let schemas = keep(SchemaCatalog::parse(file_names(&folder.schemas)), &mut problems);
        let features = keep(Features::parse(paths(&folder.features)), &mut problems);
        let book = keep(book.with_phrase_books(paths(&folder.phrase_books)), &mut problems);
        let expressions = folder.directive.test.tags.as_deref().into_iter().chain(tags);
        let tags = keep(Tags::all_of(expressions), &mut problems);
        let plan = match (features, book, tags) {
            (Some(features), Some(book), Some(tags)) => {
                keep(Plan::make(features, book, &tags, fault_steps(settings)), &mut problems)
            }
            _ => None,
        };
        match (plan, schemas) {
            (Some(plan), Some(schemas)) if problems.is_empty() => Ok(Self {
                name: folder.name(),
                plan,
                schemas,
                templates: folder.templates,
                expected: folder.expected,
                parallel: folder.directive.test.parallel_scenarios.unwrap_or(settings.cucumber.parallel_scenarios),
                directive: folder.directive,
                path: folder.path,
            }),
            _ => Err(InvalidTest { path: folder.path, problems }),
        }
    }

    /// The test as its author calls it: its folder's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is to be run.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What is not wrong but deserves a look.
    pub fn warnings(&self) -> &[String] {
        &self.directive.warnings
    }

    /// Where the evidence goes when nothing else is said.
    pub fn evidence_dir(&self) -> PathBuf {
        self.path.join("evidence")
    }
}

fn keep<T, E: Into<TestProblem>>(result: Result<T, E>, problems: &mut Vec<TestProblem>) -> Option<T> {
    result.map_err(|problem| problems.push(problem.into())).ok()
}

fn check_topics(topics: &[TopicDirective], settings: &Settings, problems: &mut Vec<TestProblem>) {
    let suffix = &settings.kafka.topic_suffix;
    for directive in topics {
        // Which test's id it is makes no difference.
        if let Err(error) = directive.clone().with_topic_suffix(suffix, &TestId::from_bytes([0; 16])) {
            let (topic, suffix) = (directive.topic.to_string(), suffix.clone());
            problems.push(TestProblem::TopicName { topic, suffix, reason: error.to_string() });
        }
    }
}

/// librdkafka's mock answers every question for a time with the end of the partition, so nothing would be read.
fn check_start(start_from: StartFrom, settings: &Settings, problems: &mut Vec<TestProblem>) {
    if settings.world.kind == WorldKind::Embedded && matches!(start_from, StartFrom::Timestamp(_)) {
        problems.push(TestProblem::StartFromTime);
    }
}

/// Steps call templates and expectations by their names, whatever folder they lie in.
fn check_names(files: &[TextFile], problems: &mut Vec<TestProblem>) {
    let mut known: HashMap<&str, &TextFile> = HashMap::new();
    for file in files {
        if let Some(first) = known.insert(file.stem(), file) {
            let (first, second) = (first.name.clone(), file.name.clone());
            problems.push(TestProblem::SameName { name: file.stem().to_owned(), first, second });
        }
    }
}

fn fault_steps(settings: &Settings) -> FaultSteps {
    let is_ours = settings.world.kind == WorldKind::Embedded || settings.world.control.is_some();
    if is_ours { FaultSteps::Allowed } else { FaultSteps::Refused }
}

/// As features and phrase books are told apart: by their paths.
fn paths(files: &[TextFile]) -> impl Iterator<Item = (&str, &str)> {
    files.iter().map(|file| (file.name.as_str(), file.text.as_str()))
}

/// As schemas are told apart: by their names alone.
fn file_names(files: &[TextFile]) -> impl Iterator<Item = (&str, &str)> {
    files.iter().map(|file| (file.file_name(), file.text.as_str()))
}

impl fmt::Display for InvalidTest {
    /// The folder, and a line or more for each problem.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the test `{}` cannot be run:", self.path.display())?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n{problem}"))
    }
}
