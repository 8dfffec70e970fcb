use std::fmt;
use std::sync::Arc;

use cucumber::codegen::{StepConstructor as _, WorldInventory, inventory};
use cucumber::step::Location;
use futures_util::future::LocalBoxFuture;
use gherkin::StepType;
use regex::Regex;

use crate::pattern::{Captures, Pattern};
use crate::phrase_books::{self, InvalidPhraseBooks, Phrase};
use crate::steps::{Definition, Nature, definitions};
use crate::{ProbeWorld, StepError};

mod context;
mod found;
mod nearest;
#[cfg(test)]
mod tests;

pub use context::StepContext;
pub(crate) use found::{Found, Unresolved};

/// The steps that a scenario can be written in: the built-in ones, the attribute steps of the program, steps added by
/// hand, and phrases. Cheap to clone.
///
/// Whether a step stands under `Given`, `When` or `Then` makes no difference, but to attribute steps.
#[derive(Clone)]
pub struct StepBook {
    pub(crate) built_in: Arc<[BuiltIn]>,
    pub(crate) attributes: Arc<[AttributeStep]>,
    pub(crate) own: Vec<OwnStep>,
    pub(crate) phrases: Vec<Arc<Phrase>>,
}

/// A built-in step, or the form of one that only tries.
#[derive(Clone, Debug)]
pub(crate) struct BuiltIn {
    pub(crate) definition: &'static Definition,
    pub(crate) pattern: Pattern,
    pub(crate) is_try: bool,
}

/// A step of an attribute: `#[given(…)]`, `#[when(…)]` or `#[then(…)]`.
pub(crate) struct AttributeStep {
    pub(crate) keyword: StepType,
    pub(crate) regex: Regex,
    pub(crate) location: Location,
    pub(crate) step: cucumber::Step<ProbeWorld>,
}

/// A step added by hand.
#[derive(Clone)]
pub(crate) struct OwnStep {
    pub(crate) regex: Regex,
    pub(crate) step: Arc<OwnFunction>,
}

pub(crate) type OwnFunction =
    dyn for<'a> Fn(&'a mut ProbeWorld, StepContext) -> LocalBoxFuture<'a, Result<(), StepError>> + Send + Sync;

/// A step's pattern that is no regular expression.
#[derive(Debug, thiserror::Error)]
#[error("`{pattern}` is not a regular expression")]
pub struct InvalidStepPattern {
    pattern: String,
    #[source]
    source: regex::Error,
}

impl StepBook {
    /// The built-in steps and the attribute steps of the program.
    pub fn new() -> Self {
        let built_in = definitions().map(|definition| BuiltIn::new(definition, false));
        let tries = definitions().filter(|definition| definition.nature == Nature::Produces);
        Self {
            built_in: built_in.chain(tries.map(|definition| BuiltIn::new(definition, true))).collect(),
            attributes: attribute_steps(),
            own: Vec::new(),
            phrases: Vec::new(),
        }
    }

    /// Adds a step of your own, for texts in which the regular expression is found; begin it with `^` and end it with `$`
    /// where it means the whole text.
    ///
    /// ```
    /// use test_probe_scenarios::{ProbeWorld, StepBook, StepContext};
    ///
    /// let book = StepBook::new().with_step("^the shop (opens|closes)$", async |world: &mut ProbeWorld, step: StepContext| {
    ///     world.attach(format!("the shop {}", step.capture(1)));
    ///     Ok(())
    /// })?;
    /// # Ok::<(), test_probe_scenarios::InvalidStepPattern>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidStepPattern`] when it is no regular expression.
    pub fn with_step<F>(mut self, pattern: &str, step: F) -> Result<Self, InvalidStepPattern>
    where
        F: AsyncFn(&mut ProbeWorld, StepContext) -> Result<(), StepError> + Send + Sync + 'static,
    {
        let regex = Regex::new(pattern).map_err(|source| InvalidStepPattern { pattern: pattern.to_owned(), source })?;
        let step = Arc::new(step);
        let step: Arc<OwnFunction> = Arc::new(move |world, context| {
            let step = Arc::clone(&step);
            Box::pin(async move { step(world, context).await })
        });
        self.own.push(OwnStep { regex, step });
        Ok(self)
    }

    /// Adds the phrases of phrase books, each given as its file's name and its text.
    ///
    /// ```yaml
    /// phrases:
    ///   - phrase: an order {id} is placed
    ///     steps:
    ///       - I produce event {"orderId": "{id}"} to topic "orders"
    ///       - step: I produce an event with correlation "{id}" to topic "audit":
    ///         doc-string: |
    ///           {"order": "{id}"}
    /// ```
    ///
    /// A parameter is a word or a quoted text; it is put into the steps as it is. Steps are built-in ones, never phrases.
    ///
    /// # Errors
    /// [`InvalidPhraseBooks`] with the problems of all files.
    pub fn with_phrase_books<P: Into<String>, T: AsRef<str>>(
        mut self,
        files: impl IntoIterator<Item = (P, T)>,
    ) -> Result<Self, InvalidPhraseBooks> {
        let files: Vec<(String, T)> = files.into_iter().map(|(file, text)| (file.into(), text)).collect();
        let phrases = phrase_books::read(&files, &self)?;
        self.phrases.extend(phrases.into_iter().map(Arc::new));
        Ok(self)
    }

    /// The steps that read most like a text, the nearest first.
    pub(crate) fn nearest(&self, text: &str) -> Vec<String> {
        nearest::nearest_steps(text, self)
    }

    /// The one built-in step that reads so, and what the text gives for its parameters.
    pub(crate) fn built_in(&self, text: &str) -> Option<(&BuiltIn, Captures)> {
        self.built_in.iter().find_map(|step| Some((step, step.pattern.captures(text)?)))
    }
}

impl Default for StepBook {
    fn default() -> Self {
        Self::new()
    }
}

impl BuiltIn {
    fn new(definition: &'static Definition, is_try: bool) -> Self {
        let pattern = if is_try { tried(definition.pattern) } else { definition.pattern.to_owned() };
        Self { definition, pattern: Pattern::parse(&pattern), is_try }
    }

    /// The row of the step table.
    pub(crate) fn number(&self) -> u8 {
        const TRIES: u8 = 12;
        if self.is_try { TRIES } else { self.definition.number }
    }

    /// A step that reads so.
    pub(crate) fn example(&self) -> String {
        if self.is_try { tried(self.definition.example) } else { self.definition.example.to_owned() }
    }

    /// What it does, in a line.
    pub(crate) fn meaning(&self) -> String {
        let meaning = self.definition.meaning;
        if self.is_try { format!("{meaning}; a rejection does not fail the step") } else { meaning.to_owned() }
    }
}

fn tried(text: &str) -> String {
    text.replacen("I produce", "I try to produce", 1)
}

/// The steps of attributes, wherever in the program they are.
fn attribute_steps() -> Arc<[AttributeStep]> {
    type Given = <ProbeWorld as WorldInventory>::Given;
    type When = <ProbeWorld as WorldInventory>::When;
    type Then = <ProbeWorld as WorldInventory>::Then;
    let given = inventory::iter::<Given>.into_iter().map(|step| (StepType::Given, step.inner()));
    let when = inventory::iter::<When>.into_iter().map(|step| (StepType::When, step.inner()));
    let then = inventory::iter::<Then>.into_iter().map(|step| (StepType::Then, step.inner()));
    let steps = given.chain(when).chain(then);
    steps.map(|(keyword, (location, regex, step))| AttributeStep { keyword, regex: regex(), location, step }).collect()
}

impl fmt::Debug for StepBook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StepBook")
            .field("built_in", &self.built_in.len())
            .field("attributes", &self.attributes.len())
            .field("own", &self.own.len())
            .field("phrases", &self.phrases.len())
            .finish()
    }
}
