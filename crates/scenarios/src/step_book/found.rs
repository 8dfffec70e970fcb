//! Which step a text is.

use std::sync::Arc;

use gherkin::StepType;

use super::{AttributeStep, BuiltIn, OwnStep, StepBook, StepContext};
use crate::action::Action;
use crate::arguments::Arguments;
use crate::pattern::Captures;
use crate::phrase_books::Phrase;
use crate::steps::{Block, Nature};
use crate::{DocString, InvalidArgument};

/// The step that a text is.
pub(crate) enum Found<'a> {
    BuiltIn(&'a BuiltIn, Captures),
    Phrase(&'a Arc<Phrase>, Captures),
    Own(&'a OwnStep, StepContext),
    Attribute(&'a AttributeStep, StepContext),
}

/// A text that is no step, or more than one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unresolved {
    /// It is none; these are the nearest.
    Undefined {
        nearest: Vec<String>,
        /// The keywords under which it would be one.
        keywords: Vec<StepType>,
    },
    /// It is all of these.
    Ambiguous(Vec<String>),
}

impl StepBook {
    /// The step that a step's text is.
    pub(crate) fn find(&self, step: &gherkin::Step) -> Result<Found<'_>, Unresolved> {
        let text = step.value.as_str();
        let mut found: Vec<Found<'_>> = Vec::new();
        let built_in = self.built_in.iter();
        found.extend(built_in.filter_map(|known| Some(Found::BuiltIn(known, known.pattern.captures(text)?))));
        let phrases = self.phrases.iter();
        found.extend(phrases.filter_map(|known| Some(Found::Phrase(known, known.pattern.captures(text)?))));
        found.extend(self.own.iter().filter_map(|known| {
            let captures = known.regex.captures(text)?;
            Some(Found::Own(known, StepContext::new(step, known.regex.capture_names(), &captures)))
        }));
        let attributes = self.attributes.iter().filter(|known| known.keyword == step.ty);
        found.extend(attributes.filter_map(|known| {
            let captures = known.regex.captures(text)?;
            Some(Found::Attribute(known, StepContext::new(step, known.regex.capture_names(), &captures)))
        }));
        match found.len() {
            0 => Err(self.undefined(text)),
            1 => Ok(found.remove(0)),
            _ => Err(Unresolved::Ambiguous(found.iter().map(Found::describe).collect())),
        }
    }

    fn undefined(&self, text: &str) -> Unresolved {
        let elsewhere = self.attributes.iter().filter(|known| known.regex.is_match(text));
        Unresolved::Undefined { nearest: self.nearest(text), keywords: elsewhere.map(|known| known.keyword).collect() }
    }
}

impl Found<'_> {
    /// Reads what the step says.
    pub(crate) fn prepare(self, step: &gherkin::Step, book: &StepBook) -> Result<Action, InvalidArgument> {
        match self {
            Self::BuiltIn(known, captures) => {
                let doc_string = step.docstring().map(|raw| DocString::parse(raw));
                let table = step.table().map(|table| table.rows.clone());
                known.prepare(captures, doc_string, table)
            }
            Self::Phrase(phrase, captures) => {
                if step.docstring().is_some() {
                    return Err(InvalidArgument::SuperfluousDocString);
                }
                if step.table().is_some() {
                    return Err(InvalidArgument::SuperfluousTable);
                }
                phrase.prepare(&captures, book)
            }
            Self::Own(known, context) => {
                let step = Arc::clone(&known.step);
                Ok(Action::new(async move |world| step(world, context).await))
            }
            Self::Attribute(known, context) => {
                let (run, step) = (known.step, step.clone());
                Ok(Action::new(async move |world| {
                    let matches = context.into_matches();
                    run(world, cucumber::step::Context { step, matches }).await;
                    Ok(())
                }))
            }
        }
    }

    /// Whether the step, or one of a phrase's, is of this nature.
    pub(crate) fn is_of(&self, nature: Nature) -> bool {
        match self {
            Self::BuiltIn(known, _) => known.definition.nature == nature,
            Self::Phrase(phrase, _) => phrase.natures.contains(&nature),
            Self::Own(..) | Self::Attribute(..) => false,
        }
    }

    /// What the step is, for a list of several.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::BuiltIn(known, _) => format!("built-in step {}, `{}`", known.number(), known.pattern.shown()),
            Self::Phrase(phrase, _) => format!("phrase `{}` ({}:{})", phrase.sentence, phrase.file, phrase.line),
            Self::Own(known, _) => format!("added step `{}`", known.regex),
            Self::Attribute(known, _) => format!("attribute step `{}` ({})", known.regex, known.location),
        }
    }
}

impl BuiltIn {
    /// Reads what a step says that this is.
    pub(crate) fn prepare(
        &self,
        captures: Captures,
        doc_string: Option<DocString>,
        table: Option<Vec<Vec<String>>>,
    ) -> Result<Action, InvalidArgument> {
        self.check_block(doc_string.is_some(), table.is_some())?;
        (self.definition.prepare)(&Arguments { captures, doc_string, table, is_try: self.is_try })
    }

    /// Whether what stands below a step is what it needs.
    pub(crate) fn check_block(&self, has_doc_string: bool, has_table: bool) -> Result<(), InvalidArgument> {
        match self.definition.block {
            Block::DocString(_) if !has_doc_string => Err(InvalidArgument::NoDocString),
            Block::Table(_) if !has_table => Err(InvalidArgument::NoTable),
            Block::None | Block::Table(_) if has_doc_string => Err(InvalidArgument::SuperfluousDocString),
            Block::None | Block::DocString(_) if has_table => Err(InvalidArgument::SuperfluousTable),
            Block::None | Block::DocString(_) | Block::Table(_) => Ok(()),
        }
    }
}
