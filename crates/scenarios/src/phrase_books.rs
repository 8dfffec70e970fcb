//! A team's own sentences, each made of built-in steps.

use std::fmt;

use crate::action::Action;
use crate::pattern::{Captures, Pattern};
use crate::steps::Nature;
use crate::{DocString, InvalidArgument, StepBook, StepError};

mod check;
mod parameters;
mod quoting;
mod reader;
#[cfg(test)]
mod tests;

use parameters::filled;

/// A sentence and the steps that it stands for.
#[derive(Clone, Debug)]
pub(crate) struct Phrase {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) sentence: String,
    pub(crate) meaning: Option<String>,
    pub(crate) pattern: Pattern,
    pub(crate) steps: Vec<PhraseStep>,
    /// What is to be known of its steps.
    pub(crate) natures: Vec<Nature>,
}

/// A step of a phrase, its parameters not filled in.
#[derive(Clone, Debug)]
pub(crate) struct PhraseStep {
    pub(crate) line: usize,
    pub(crate) text: String,
    pub(crate) doc_string: Option<String>,
    pub(crate) table: Option<Vec<Vec<String>>>,
}

/// A step of a phrase with its parameters filled in.
#[derive(Clone, Debug)]
pub(crate) struct FilledStep {
    pub(crate) text: String,
    /// Where it stands in the phrase book.
    pub(crate) place: String,
    pub(crate) doc_string: Option<DocString>,
    pub(crate) table: Option<Vec<Vec<String>>>,
}

/// Phrase books that cannot be used, with everything that is wrong with them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct InvalidPhraseBooks {
    /// All problems, in the order of the files; never empty.
    pub problems: Vec<PhraseBookProblem>,
}

/// One thing that is wrong with a phrase book.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PhraseBookProblem {
    /// The file, as the caller named it.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub reason: String,
}

/// Reads phrase books and checks them against the steps that there are.
pub(crate) fn read<T: AsRef<str>>(files: &[(String, T)], book: &StepBook) -> Result<Vec<Phrase>, InvalidPhraseBooks> {
    let (mut phrases, mut problems) = (Vec::new(), Vec::new());
    for (file, text) in files {
        match reader::read(file, text.as_ref()) {
            Ok(found) => phrases.extend(found),
            Err(found) => problems.extend(found),
        }
    }
    problems.extend(check::check(&mut phrases, book));
    if problems.is_empty() { Ok(phrases) } else { Err(InvalidPhraseBooks { problems }) }
}

impl Phrase {
    /// Reads all of its steps with the parameters that a scenario gives.
    pub(crate) fn prepare(&self, captures: &Captures, book: &StepBook) -> Result<Action, InvalidArgument> {
        let mut actions = Vec::new();
        for FilledStep { text, place, doc_string, table } in self.filled(captures) {
            // A parameter may make a step that is none, which only the scenario's own text can tell.
            let (known, arguments) = book.built_in(&text).ok_or_else(|| {
                InvalidArgument::Senseless(format!(
                    "`{text}` ({place}), with the phrase's parameters in it, is no step"
                ))
            })?;
            let action = known.prepare(arguments, doc_string, table)?;
            actions.push((text, place, action));
        }
        let waits = actions.iter().map(|(_, _, action)| action.waits()).sum();
        let wishes = actions.iter().flat_map(|(_, _, action)| action.wishes()).cloned().collect();
        let action = Action::new(async move |world| {
            for (step, place, action) in actions {
                let done = action.perform(world).await;
                done.map_err(|source| StepError::InPhrase { step, place, source: Box::new(source) })?;
            }
            Ok(())
        });
        Ok(action.waiting(waits).wishing(wishes))
    }
}

impl Phrase {
    /// Its steps with the parameters that a scenario gives.
    pub(crate) fn filled(&self, captures: &Captures) -> impl Iterator<Item = FilledStep> {
        self.steps.iter().map(move |step| FilledStep {
            text: filled(&step.text, captures),
            place: format!("{}:{}", self.file, step.line),
            doc_string: step
                .doc_string
                .as_deref()
                .map(|content| DocString { media_type: None, content: filled(content, captures) }),
            table: step
                .table
                .as_ref()
                .map(|rows| rows.iter().map(|row| row.iter().map(|cell| filled(cell, captures)).collect()).collect()),
        })
    }
}

impl fmt::Display for InvalidPhraseBooks {
    /// A line for each problem.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            write!(f, "{}{problem}", if index > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Display for PhraseBookProblem {
    /// `steps/orders.yaml:4: what is wrong`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
    }
}
