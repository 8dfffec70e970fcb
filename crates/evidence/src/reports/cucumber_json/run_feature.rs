use super::{Element, JsonFeature, JsonResult, JsonStep, Match};
use crate::RunRecord;
use crate::ledger_entry::scenario::StepStatus;

/// A feature that is in no file: it shows a failure of the run as a whole to readers that only know scenarios.
pub(super) fn run_feature(record: &RunRecord, failure: String) -> JsonFeature {
    let step = JsonStep {
        keyword: "* ".to_owned(),
        name: "the run completes".to_owned(),
        line: 1,
        matched: Match { location: Some("test-probe.run".to_owned()) },
        result: JsonResult { status: StepStatus::Failed.as_str(), duration: 0, error_message: Some(failure) },
        doc_string: None,
        rows: None,
        output: Vec::new(),
    };
    let element = Element {
        start_timestamp: record.ended_at().map(|at| at.to_string()),
        id: Some("the-run;the-run-completes".to_owned()),
        keyword: "Scenario".to_owned(),
        name: "The run completes".to_owned(),
        description: String::new(),
        line: 1,
        kind: "scenario",
        tags: Vec::new(),
        steps: vec![step],
        after: Vec::new(),
    };
    JsonFeature {
        uri: "test-probe".to_owned(),
        id: "the-run".to_owned(),
        keyword: "Feature".to_owned(),
        name: "The run".to_owned(),
        description: String::new(),
        line: 1,
        tags: Vec::new(),
        elements: vec![element],
    }
}
