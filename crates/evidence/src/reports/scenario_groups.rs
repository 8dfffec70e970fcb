use crate::RunRecord;
use crate::ledger_entry::scenario::Feature;
use crate::run_record::scenario_record::ScenarioRecord;

/// A feature with its scenarios in the order of its file.
pub(super) struct FeatureGroup<'a> {
    pub(super) feature: &'a Feature,
    pub(super) scenarios: Vec<&'a ScenarioRecord>,
}

/// The scenarios by feature. Features stand in the order in which they began; scenarios in the order of their lines,
/// since those that ran in parallel began in no order.
pub(super) fn by_feature(record: &RunRecord) -> Vec<FeatureGroup<'_>> {
    let mut groups: Vec<FeatureGroup<'_>> = Vec::new();
    for scenario in record.scenarios() {
        let feature = &scenario.scenario.feature;
        match groups.iter_mut().find(|group| group.feature.uri == feature.uri) {
            Some(group) => group.scenarios.push(scenario),
            None => groups.push(FeatureGroup { feature, scenarios: vec![scenario] }),
        }
    }
    for group in &mut groups {
        group.scenarios.sort_by_key(|record| (record.scenario.line, record.scenario.example_row, record.scenario.id));
    }
    groups
}

/// A tag with its `@`, whether or not the parser kept it.
pub(super) fn with_at_sign(tag: &str) -> String {
    format!("@{}", tag.trim_start_matches('@'))
}

/// The scenario's name; of an outline's row with its number, since rows often share their name.
pub(super) fn full_name(record: &ScenarioRecord) -> String {
    let name = &record.scenario.name;
    match record.scenario.example_row {
        Some(row) => format!("{name} (row {row})"),
        None => name.clone(),
    }
}
