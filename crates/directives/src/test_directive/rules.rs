//! Rules that hold between the parts of a directive file.

use std::collections::BTreeMap;

use super::fields::Findings;
use super::reader::Entry;
use crate::{ProblemKind, Role, StartFrom, TopicIdentity, nearest};

/// A topic may stand once in each role on each cluster. All duplicates are named, each once, at its second entry.
pub(super) fn check_uniqueness(entries: &[Entry], findings: &mut Findings) {
    let mut same: BTreeMap<TopicIdentity, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        if let (Some(cluster), Some(topic), Some(role)) = (entry.cluster.clone(), entry.topic.clone(), entry.role) {
            same.entry(TopicIdentity { cluster, topic, role }).or_default().push(entry);
        }
    }
    for (identity, entries) in same {
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

/// A topic's `cluster` must be described, and it cannot be contradicted by servers of the topic's own; the configuration's
/// cluster no more than any other. `described` are the names under `clusters`.
pub(super) fn check_clusters(entries: &[Entry], described: &[String], findings: &mut Findings) {
    for Entry { line, index, named_cluster, servers, .. } in entries {
        let Some(name) = named_cluster else { continue };
        let field = format!("topics[{index}].cluster");
        if servers.as_deref() == Some(name.as_str()) {
            continue;
        }
        if servers.is_some() {
            let rule = "give either `cluster` or `bootstrapServers`, not both";
            findings.problem(*line, &field, Some(name.as_str()), rule);
        }
        if !name.is_default() && !described.iter().any(|known| known == name.as_str()) {
            let names = described.iter().map(String::as_str);
            let hint =
                nearest(name.as_str(), names).map(|known| format!("; did you mean `{known}`?")).unwrap_or_default();
            let rule = format!("no cluster of this name stands under `clusters`{hint}");
            findings.problem(*line, &field, Some(name.as_str()), rule);
        }
    }
}

/// A consumer without filters that reads from the earliest record keeps what every earlier run left.
pub(super) fn warn_of_shared_topics(entries: &[Entry], start_from: StartFrom, findings: &mut Findings) {
    if start_from != StartFrom::Earliest {
        return;
    }
    for Entry { line, directive, .. } in entries {
        let Some(directive) = directive else { continue };
        if directive.role == Role::Consumer && directive.event_filters.is_empty() {
            findings.warnings.push(format!(
                "line {line}: topic '{}' has no eventFilters and is read from `earliest`: events of other runs and of \
                 other writers to this topic are kept too",
                directive.topic
            ));
        }
    }
}
