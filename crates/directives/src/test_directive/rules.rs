//! Rules that hold between the parts of a directive file.

use std::collections::BTreeMap;

use super::fields::Findings;
use super::reader::Placed;
use crate::{ClusterDirective, ProblemKind, Role, StartFrom, TopicIdentity, nearest};

/// A topic may stand once in each role on each cluster. All duplicates are named, each once, at its second entry.
pub(super) fn check_uniqueness(placed: &[Placed], findings: &mut Findings) {
    let mut entries: BTreeMap<TopicIdentity, Vec<&Placed>> = BTreeMap::new();
    for entry in placed {
        entries.entry(entry.directive.identity()).or_default().push(entry);
    }
    for (identity, entries) in entries {
        if let [_, second, ..] = entries.as_slice() {
            let rule = format!(
                "Topic '{}' appears {} times as {} on cluster '{}' - a topic stands once in each role on each cluster",
                identity.topic,
                entries.len(),
                identity.role,
                identity.cluster,
            );
            let field = format!("topics[{}].topic", second.index);
            findings.problem_of_kind(ProblemKind::DuplicateTopic, second.line, &field, None, rule);
        }
    }
}

/// A topic's `cluster` must be described, and it cannot be contradicted by servers of the topic's own.
pub(super) fn check_clusters(placed: &[Placed], clusters: &[ClusterDirective], findings: &mut Findings) {
    for Placed { line, index, directive } in placed {
        let name = &directive.cluster;
        let field = format!("topics[{index}].cluster");
        let from_servers =
            directive.bootstrap_servers.as_ref().is_some_and(|servers| servers.as_str() == name.as_str());
        if name.is_default() || from_servers {
            continue;
        }
        if directive.bootstrap_servers.is_some() {
            let rule = "give either `cluster` or `bootstrapServers`, not both";
            findings.problem(*line, &field, Some(name.as_str()), rule);
        }
        if !clusters.iter().any(|cluster| cluster.name == *name) {
            let names = clusters.iter().map(|cluster| cluster.name.as_str());
            let hint =
                nearest(name.as_str(), names).map(|known| format!("; did you mean `{known}`?")).unwrap_or_default();
            let rule = format!("no cluster of this name stands under `clusters`{hint}");
            findings.problem(*line, &field, Some(name.as_str()), rule);
        }
    }
}

/// A consumer without filters that reads from the earliest record keeps what every earlier run left.
pub(super) fn warn_of_shared_topics(placed: &[Placed], start_from: StartFrom, findings: &mut Findings) {
    if start_from != StartFrom::Earliest {
        return;
    }
    let keeps_all =
        |entry: &&Placed| entry.directive.role == Role::Consumer && entry.directive.event_filters.is_empty();
    for Placed { line, directive, .. } in placed.iter().filter(keeps_all) {
        findings.warnings.push(format!(
            "line {line}: topic '{}' has no eventFilters and is read from `earliest`: events of other runs and of other \
             writers to this topic are kept too",
            directive.topic
        ));
    }
}
