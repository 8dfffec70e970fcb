//! Whether phrases fit the steps that there are: what they stand for is known, and nothing else reads as they do.

use std::collections::BTreeMap;

use super::parameters::{filled, names};
use super::{Phrase, PhraseBookProblem, PhraseStep};
use crate::pattern::Captures;
use crate::step_book::BuiltIn;
use crate::steps::Nature;
use crate::{InvalidArgument, StepBook};

/// What a parameter may be: each sort of parameter of the built-in steps has one of these.
const SAMPLES: [&str; 5] = ["1", "1s", "Avro", "{}", "x"];

/// Above so many parameters in one step all of them are given the same sample.
const MOST_MIXED: usize = 4;

/// Every problem of all phrases. The natures of those that are fine are noted.
pub(super) fn check(phrases: &mut [Phrase], book: &StepBook) -> Vec<PhraseBookProblem> {
    let mut problems = Vec::new();
    for index in 0..phrases.len() {
        let phrase = &phrases[index];
        let mut found: Vec<(usize, String)> = collision(phrase, &phrases[..index], book).into_iter().collect();
        let mut natures = Vec::new();
        for step in &phrase.steps {
            match known_step(step, phrases, book) {
                Ok(nature) => natures.push(nature),
                Err(reason) => found.push((step.line, reason)),
            }
        }
        let file = phrase.file.clone();
        problems.extend(found.into_iter().map(|(line, reason)| PhraseBookProblem { file: file.clone(), line, reason }));
        phrases[index].natures = natures;
    }
    problems
}

/// Whether the sentence reads as something else does.
fn collision(phrase: &Phrase, earlier: &[Phrase], book: &StepBook) -> Option<(usize, String)> {
    let sentences = samples_of(&phrase.sentence);
    let mut known = book.phrases.iter().map(|phrase| &**phrase).chain(earlier);
    let reason = if let Some(other) = known.find(|other| reads_alike(phrase, other)) {
        format!("`{}` reads as the phrase `{}` does ({}:{})", phrase.sentence, other.sentence, other.file, other.line)
    } else if let Some(step) = book.built_in.iter().find(|step| {
        let is_step = sentences.iter().any(|sentence| step.pattern.captures(sentence).is_some());
        is_step || phrase.pattern.captures(&step.example()).is_some()
    }) {
        format!("`{}` reads as built-in step {} does, `{}`", phrase.sentence, step.number(), step.pattern.shown())
    } else {
        return None;
    };
    Some((phrase.line, reason))
}

fn reads_alike(left: &Phrase, right: &Phrase) -> bool {
    samples_of(&left.sentence).iter().any(|sentence| right.pattern.captures(sentence).is_some())
        || samples_of(&right.sentence).iter().any(|sentence| left.pattern.captures(sentence).is_some())
}

/// The built-in step that a phrase's step is, with some sample in the place of each parameter.
fn known_step(step: &PhraseStep, phrases: &[Phrase], book: &StepBook) -> Result<Nature, String> {
    let texts = samples_of(&step.text);
    let known: Option<&BuiltIn> = texts.iter().find_map(|text| book.built_in(text)).map(|(known, _)| known);
    if let Some(known) = known {
        let block = known.check_block(step.doc_string.is_some(), step.table.is_some());
        return match block {
            Ok(()) => Ok(known.definition.nature),
            Err(InvalidArgument::NoDocString) => Err(format!("`{}` needs a `doc-string`", step.text)),
            Err(InvalidArgument::NoTable) => Err(format!("`{}` needs a `table`", step.text)),
            Err(InvalidArgument::SuperfluousDocString) => Err(format!("`{}` takes no `doc-string`", step.text)),
            Err(_) => Err(format!("`{}` takes no `table`", step.text)),
        };
    }
    let others = book.phrases.iter().map(|phrase| &**phrase).chain(phrases);
    let phrase = others.into_iter().find(|phrase| texts.iter().any(|text| phrase.pattern.captures(text).is_some()));
    if let Some(phrase) = phrase {
        let (file, line) = (&phrase.file, phrase.line);
        return Err(format!(
            "`{}` is a phrase itself ({file}:{line}); phrases are made of built-in steps only",
            step.text
        ));
    }
    let nearest = book.nearest(&step.text);
    let hint = match nearest.is_empty() {
        true => String::new(),
        false => format!("; the nearest are `{}`", nearest.join("`, `")),
    };
    Err(format!("no built-in step reads `{}`{hint}", step.text))
}

/// The text with samples in the place of its parameters, in every mixture.
fn samples_of(text: &str) -> Vec<String> {
    let mut parameters: Vec<&str> = names(text).collect();
    parameters.sort_unstable();
    parameters.dedup();
    let mut mixtures: Vec<BTreeMap<&str, &str>> = vec![BTreeMap::new()];
    if parameters.len() > MOST_MIXED {
        mixtures = SAMPLES.iter().map(|sample| parameters.iter().map(|name| (*name, *sample)).collect()).collect();
    } else {
        for name in parameters {
            mixtures = mixtures
                .iter()
                .flat_map(|mixture| {
                    SAMPLES.iter().map(move |sample| {
                        let mut mixture = mixture.clone();
                        mixture.insert(name, sample);
                        mixture
                    })
                })
                .collect();
        }
    }
    mixtures
        .iter()
        .map(|mixture| filled(text, &Captures::of(mixture.iter().map(|(name, text)| (*name, *text)))))
        .collect()
}
