use crate::RunRecord;
use crate::figures::shown_duration;
use crate::ledger_entry::scenario::{Feature, ScenarioStatus, Step, StepStatus};
use crate::reports::printable::printable;
use crate::reports::scenario_groups::{FeatureGroup, by_feature, full_name, with_at_sign};
use crate::run_record::scenario_record::{ScenarioRecord, StepResult};

/// A feature as the page shows it.
pub(super) struct FeatureView<'a> {
    pub(super) feature: &'a Feature,
    pub(super) tags: Vec<String>,
    pub(super) scenarios: Vec<ScenarioView<'a>>,
}

/// A scenario as the page shows it.
pub(super) struct ScenarioView<'a> {
    pub(super) id: u64,
    pub(super) keyword: &'a str,
    pub(super) name: String,
    pub(super) rule: Option<&'a str>,
    pub(super) description: &'a str,
    /// Where it stands: file and line.
    pub(super) place: String,
    pub(super) tags: Vec<String>,
    pub(super) status: ScenarioStatus,
    /// Whether it counts as failed.
    pub(super) failed: bool,
    pub(super) duration: String,
    pub(super) steps: Vec<StepView<'a>>,
    /// What failed outside of its steps.
    pub(super) failure: Option<String>,
    /// What kept it from passing, for the list at the top: the first line says it.
    pub(super) complaint: Option<String>,
}

/// A step as the page shows it.
pub(super) struct StepView<'a> {
    pub(super) step: &'a Step,
    pub(super) keyword: &'a str,
    pub(super) status: StepStatus,
    pub(super) duration: Option<String>,
    pub(super) message: Option<String>,
    pub(super) attachments: Vec<String>,
}

impl<'a> FeatureView<'a> {
    pub(super) fn all(record: &'a RunRecord) -> Vec<Self> {
        let view = |group: FeatureGroup<'a>| Self {
            feature: group.feature,
            tags: shown_tags(&group.feature.tags),
            scenarios: group.scenarios.into_iter().map(ScenarioView::of).collect(),
        };
        by_feature(record).into_iter().map(view).collect()
    }

    pub(super) fn passed(&self) -> usize {
        self.scenarios.iter().filter(|scenario| scenario.status == ScenarioStatus::Passed).count()
    }
}

impl<'a> ScenarioView<'a> {
    fn of(record: &'a ScenarioRecord) -> Self {
        let scenario = &record.scenario;
        let status = record.status();
        let failure = record.failure();
        let complaint = failure.as_ref().and_then(|failure| failure.message.lines().next().map(printable));
        Self {
            id: scenario.id,
            keyword: &scenario.keyword,
            name: full_name(record),
            rule: scenario.rule.as_ref().map(|rule| rule.name.as_str()),
            description: scenario.description.trim(),
            place: format!("{}:{}", scenario.feature.uri, scenario.line),
            tags: shown_tags(&scenario.tags),
            status,
            failed: failure.is_some(),
            duration: shown_duration(record.duration_us()),
            steps: steps(record),
            failure: failure.filter(|failure| failure.step.is_none()).map(|failure| printable(&failure.message)),
            complaint,
        }
    }
}

impl StepView<'_> {
    /// A sign beside the step, so that colour is not all that tells.
    pub(super) fn mark(&self) -> &'static str {
        match self.status {
            StepStatus::Passed => "✓",
            StepStatus::Failed => "✗",
            StepStatus::Skipped => "–",
            StepStatus::Undefined | StepStatus::Ambiguous | StepStatus::Pending => "?",
        }
    }

    /// Whether what stands below its words is unfolded: where somebody will want to look.
    pub(super) fn is_open(&self) -> bool {
        !matches!(self.status, StepStatus::Passed | StepStatus::Skipped)
    }

    /// Whether anything stands below the step's words.
    pub(super) fn has_more(&self) -> bool {
        self.step.doc_string.is_some()
            || self.step.table.is_some()
            || self.message.is_some()
            || !self.attachments.is_empty()
    }
}

fn steps(record: &ScenarioRecord) -> Vec<StepView<'_>> {
    let view = |(step, result): (_, StepResult)| {
        let step: &Step = step;
        StepView {
            step,
            keyword: step.keyword.trim_end(),
            status: result.status,
            duration: (result.duration_us > 0).then(|| shown_duration(result.duration_us)),
            message: result.message.as_deref().map(printable),
            attachments: result.attachments.iter().map(|text| printable(text)).collect(),
        }
    };
    record.steps().into_iter().map(view).collect()
}

fn shown_tags(tags: &[String]) -> Vec<String> {
    tags.iter().map(|tag| with_at_sign(tag)).collect()
}
