//! What the steps of a plan need of the world.

use test_probe_directives::{ClusterName, TopicDirective};

use super::Plan;
use crate::action::PartitionWish;
use crate::step_book::Found;
use crate::steps::Nature;

impl Plan {
    /// Whether a step breaks the world on purpose.
    pub fn has_fault_steps(&self) -> bool {
        self.found().any(|(_, found)| found.is_of(Nature::Fault))
    }

    /// How many partitions a step wants a topic to have. Where several want different numbers the first counts here, and
    /// the others fail when they run.
    pub fn partitions_of(&self, topic: &TopicDirective) -> Option<u32> {
        let is_meant = |wish: &&PartitionWish| {
            let cluster = wish.cluster.as_deref().map_or_else(ClusterName::default, ClusterName::new);
            wish.topic == topic.topic.as_str() && cluster == topic.cluster
        };
        let mut actions = self.found().filter_map(|(step, found)| found.prepare(step, &self.book).ok());
        actions.find_map(|action| action.wishes().iter().find(is_meant).map(|wish| wish.partitions))
    }

    fn found(&self) -> impl Iterator<Item = (&gherkin::Step, Found<'_>)> {
        let steps = self.scenarios.iter().flat_map(|scenario| &scenario.steps);
        steps.filter_map(|step| Some((step, self.book.find(step).ok()?)))
    }
}
