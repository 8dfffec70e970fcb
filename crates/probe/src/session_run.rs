use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use test_probe_directives::{BlockStorageDirective, Redaction, TestId, TopicDirective};

use crate::core::Core;
use crate::{PreparedTest, RunOptions};

/// What one run of one test is: fixed before its evidence is opened.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) test: Arc<PreparedTest>,
    pub(crate) test_id: TestId,
    pub(crate) test_type: String,
    /// The directive's topics, with the names that they have on the cluster in this run.
    pub(crate) topics: Vec<TopicDirective>,
    /// What is hidden, and what the run has seen of it: the ledger hides what only a scenario knew.
    pub(crate) redaction: Redaction,
    /// How long its scenarios may run.
    pub(crate) limit: Duration,
    pub(crate) evidence_dir: PathBuf,
}

impl Run {
    pub(crate) fn new(
        core: &Core,
        test_id: TestId,
        test: Arc<PreparedTest>,
        directive: &BlockStorageDirective,
        options: &RunOptions,
    ) -> Self {
        Self {
            test_id,
            test_type: options.test_type.clone().unwrap_or_else(|| test.directive.test.test_type.clone()),
            topics: directive.topic_directives.clone(),
            redaction: test.directive.redaction.afresh(),
            limit: test.directive.test.timeout.unwrap_or(core.settings.actor_system.max_execution_time),
            evidence_dir: directive.evidence_dir.clone(),
            test,
        }
    }
}

/// The directive's topics with the names that they have on the cluster in this run.
pub(crate) fn on_cluster(topics: &[TopicDirective], suffix: &str, test_id: TestId) -> Vec<TopicDirective> {
    // The test was prepared with an id of the same length, so that the name is known to be one.
    let named =
        |topic: &TopicDirective| topic.clone().with_topic_suffix(suffix, &test_id).unwrap_or_else(|_| topic.clone());
    topics.iter().map(named).collect()
}
