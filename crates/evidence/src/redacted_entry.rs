//! Hides what a directive redacts from the texts of ledger entries.
//!
//! A scenario that produces `{"cardNumber": "4111"}` shows the number in its doc string, its table, its step's text, a
//! failure's message and a printed event, not only in the event. The ledger and every report after it must hide all
//! of them, so each text is searched for JSON documents and each table's row is taken for one.

use std::borrow::Cow;

use serde_json::{Map, Value};
use test_probe_directives::{REDACTED, Redaction};

use crate::LedgerEvent;
use crate::ledger_entry::scenario::Step;

/// Hides what `redaction` finds in the free texts of `event`.
pub(crate) fn redact(event: &mut LedgerEvent, redaction: &Redaction) {
    if redaction.is_empty() {
        return;
    }
    let hide = |text: &mut String| {
        if let Cow::Owned(hidden) = redacted_text(text, redaction) {
            *text = hidden;
        }
    };
    match event {
        LedgerEvent::ScenarioStarted(started) => {
            hide(&mut started.scenario.name);
            for step in &mut started.scenario.steps {
                hide(&mut step.text);
                redact_arguments(step, redaction);
            }
        }
        LedgerEvent::StepFinished(finished) => {
            finished.message.iter_mut().chain(&mut finished.attachments).for_each(hide);
        }
        LedgerEvent::ScenarioFinished(finished) => finished.message.iter_mut().for_each(hide),
        LedgerEvent::Nacked(nacked) => hide(&mut nacked.reason),
        LedgerEvent::Late(late) => late.error.iter_mut().for_each(hide),
        LedgerEvent::Skipped(skipped) => hide(&mut skipped.reason),
        LedgerEvent::Filtered(filtered) => hide(&mut filtered.reason),
        LedgerEvent::Warning(warning) => hide(&mut warning.text),
        LedgerEvent::RunFinished(finished) => finished.reason.iter_mut().for_each(hide),
        LedgerEvent::RunStarted(_)
        | LedgerEvent::Accepted(_)
        | LedgerEvent::Acknowledged(_)
        | LedgerEvent::Received(_)
        | LedgerEvent::Evicted(_)
        | LedgerEvent::Connections(_) => {}
    }
}

fn redact_arguments(step: &mut Step, redaction: &Redaction) {
    if let Some(doc_string) = &mut step.doc_string
        && let Cow::Owned(hidden) = redacted_text(&doc_string.content, redaction)
    {
        doc_string.content = hidden;
    }
    let Some([heading, rows @ ..]) = step.table.as_deref_mut() else { return };
    for row in rows {
        let mut document: Map<String, Value> = Map::new();
        for (name, cell) in heading.iter().zip(row.iter_mut()) {
            if let Cow::Owned(hidden) = redacted_text(cell, redaction) {
                *cell = hidden;
            }
            document.insert(name.clone(), cell.clone().into());
        }
        let mut document = Value::Object(document);
        redaction.apply(&mut document);
        for (name, cell) in heading.iter().zip(row) {
            if document.get(name).is_some_and(|value| value == REDACTED) {
                REDACTED.clone_into(cell);
            }
        }
    }
}

/// `text` with every JSON object and array in it redacted; borrowed when there was nothing to hide.
fn redacted_text<'a>(text: &'a str, redaction: &Redaction) -> Cow<'a, str> {
    let mut hidden = String::new();
    let mut kept_from = 0;
    let mut searched_from = 0;
    while let Some(start) = text[searched_from..].find(['{', '[']).map(|at| searched_from + at) {
        let mut documents = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Value>();
        let Some(Ok(document)) = documents.next() else {
            searched_from = start + 1;
            continue;
        };
        let end = start + documents.byte_offset();
        let mut redacted = document.clone();
        redaction.apply(&mut redacted);
        if redacted != document {
            hidden.push_str(&text[kept_from..start]);
            hidden.push_str(&in_the_shape_of(&text[start..end], &redacted));
            kept_from = end;
        }
        searched_from = end;
    }
    if kept_from == 0 {
        return Cow::Borrowed(text);
    }
    hidden.push_str(&text[kept_from..]);
    Cow::Owned(hidden)
}

/// The document on one line, or indented where it was written over several.
fn in_the_shape_of(original: &str, document: &Value) -> String {
    if original.contains('\n') { format!("{document:#}") } else { document.to_string() }
}

#[cfg(test)]
mod tests;
