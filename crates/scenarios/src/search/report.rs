//! What a search says when it fails.

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::time::Duration;

use test_probe_directives::describe_duration;

use super::{Candidate, Search};
use crate::ReceivedEvent;
use crate::claims::Owner;
use crate::criterion::Verdict;
use crate::json::shortened;

/// How many of the events that were seen a message shows.
const SHOWN: usize = 3;

impl Search {
    /// That too few events came, what else was seen, and what the nearest looked like.
    pub(crate) async fn too_few(&self, wanted: usize, deadline: Duration) -> String {
        let (criterion, place, deadline) = (&self.criterion, self.place(), describe_duration(deadline));
        let message = match (self.free().len(), wanted) {
            (0, _) => format!("no {criterion} came from {place} within {deadline}"),
            (free, wanted) => {
                let criterion = criterion.counted(free);
                format!("only {criterion} came from {place} within {deadline}, not {wanted}")
            }
        };
        self.with_others(message).await
    }

    /// Adds what else was seen.
    pub(crate) async fn with_others(&self, mut message: String) -> String {
        let free = self.free();
        let others = self.candidates.iter().enumerate().filter(|(index, _)| !free.contains(index));
        let mut others: Vec<_> = others.map(|(index, candidate)| (self.why_not(candidate), index)).collect();
        message.push_str(&match others.len() {
            0 => "; no other event was seen since the scenario began".to_owned(),
            1 => "; 1 other event was seen since the scenario began:".to_owned(),
            count => format!("; {count} other events were seen since the scenario began, the nearest are:"),
        });
        // Of those that are as near, the newest.
        others.sort_by_key(|((distance, _), index)| (*distance, Reverse(*index)));
        for ((_, why), index) in others.into_iter().take(SHOWN) {
            let event = self.received(index);
            let _written = write!(message, "\n  {}: {why}: {}", place_of(&event), shown(&event).await);
        }
        if let Some(why) = &self.undecided {
            let _written =
                write!(message, "\n  one more cannot be judged, and what came behind it was not looked at: {why}");
        }
        let evicted: u64 = self.topics.iter().map(|topic| topic.evicted).sum();
        if evicted > 0 {
            let _written = write!(
                message,
                "\n  {evicted} more had to make room before they were looked at; raise \
                 test-probe.core.kafka.consumer.max-events or max-bytes"
            );
        }
        message
    }

    /// `topic 'orders'`.
    pub(crate) fn place(&self) -> String {
        let topics: Vec<String> = self.topics.iter().map(|topic| format!("'{}'", topic.consumer.topic())).collect();
        format!("topic{} {}", if topics.len() == 1 { "" } else { "s" }, topics.join(", "))
    }

    /// Why the step does not take an event; the smaller number is the nearer one.
    fn why_not(&self, candidate: &Candidate) -> (u8, String) {
        match &candidate.verdict {
            Verdict::Undecided { why } => (0, why.clone()),
            Verdict::Differs { near, why } => (if *near { 0 } else { 2 }, why.clone()),
            Verdict::Fits => {
                let why = match self.claimed_by(candidate) {
                    Some(scenario) if scenario == self.scenario => "an earlier step received it",
                    Some(_) => "a step of another scenario received it",
                    None if self.owner(candidate) == Owner::Other => "another scenario produced it",
                    None => "it came too late",
                };
                (1, why.to_owned())
            }
        }
    }
}

/// `partition 0, offset 3 of topic 'orders'`.
pub(crate) fn place_of(event: &ReceivedEvent) -> String {
    let (partition, offset) = (event.raw.record.partition, event.raw.record.offset);
    format!("partition {partition}, offset {offset} of topic '{}'", event.topic())
}

/// An event's value in short, as it may be shown.
pub(crate) async fn shown(event: &ReceivedEvent) -> String {
    match (&event.raw.record.value, event.value().await) {
        (None, _) => "a tombstone".to_owned(),
        (_, Ok(value)) => shortened(&event.redaction.applied(&value)),
        (Some(bytes), Err(_)) => format!("{} bytes that cannot be decoded", bytes.len()),
    }
}
