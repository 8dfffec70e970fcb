//! Hides what a directive redacts from the texts of ledger entries.
//!
//! A scenario that produces `{"cardNumber": "4111"}` shows the number in its doc string, its table, its step's text, a
//! failure's message, a rejection's reason and a printed event, not only in the event. The ledger and every report after
//! it must hide all of them. The redaction knows what to look for from the events whose contents are recorded, from the
//! texts of scenarios, and from whoever else holds a clone of it.

use std::borrow::Cow;

use test_probe_directives::Redaction;

use crate::LedgerEvent;
use crate::ledger_entry::scenario::Scenario;

/// Hides what `redaction` finds in the free texts of `event`.
pub(crate) fn redact(event: &mut LedgerEvent, redaction: &Redaction) {
    if redaction.is_empty() {
        return;
    }
    let hide = |text: &mut String| hide(text, redaction);
    match event {
        LedgerEvent::ScenarioStarted(started) => redact_scenario(&mut started.scenario, redaction),
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

/// All of a scenario's events are known before the first of its texts is looked at.
fn redact_scenario(scenario: &mut Scenario, redaction: &Redaction) {
    for step in &scenario.steps {
        redaction.note_text(&step.text);
        step.doc_string.iter().for_each(|doc_string| redaction.note_text(&doc_string.content));
        step.table.iter().for_each(|rows| redaction.note_table(rows));
    }
    let Scenario { feature, rule, name, description, steps, .. } = scenario;
    let names = [name, description, &mut feature.name, &mut feature.description];
    names.into_iter().chain(rule.iter_mut().map(|rule| &mut rule.name)).for_each(|text| hide(text, redaction));
    for step in steps {
        hide(&mut step.text, redaction);
        step.doc_string.iter_mut().for_each(|doc_string| hide(&mut doc_string.content, redaction));
        step.table.iter_mut().for_each(|rows| redaction.table(rows));
    }
}

fn hide(text: &mut String, redaction: &Redaction) {
    if let Cow::Owned(hidden) = redaction.text(text) {
        *text = hidden;
    }
}
