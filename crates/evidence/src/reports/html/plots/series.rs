use std::cmp::Reverse;

use crate::RunRecord;
use crate::run_record::topic_record::{LatencySample, TopicRecord};

/// The acknowledged events behind one colour: a topic's, or those of all topics that got no colour of their own.
pub(in crate::reports::html) struct Series {
    /// What the legend calls it.
    pub(in crate::reports::html) name: String,
    /// Which of the page's colours it has.
    pub(in crate::reports::html) colour: usize,
    /// Its events in the order of their time.
    pub(super) samples: Vec<LatencySample>,
}

impl Series {
    /// As many colours as people tell apart. The last one is for the rest.
    const COLOURS: usize = 8;

    /// The series of a run: none for topics without an acknowledged event. With more topics than colours, the busiest
    /// keep theirs.
    pub(in crate::reports::html) fn of(record: &RunRecord) -> Vec<Self> {
        let mut topics: Vec<&TopicRecord> =
            record.topics().iter().filter(|topic| !topic.samples().is_empty()).collect();
        let mut rest = Vec::new();
        if topics.len() > Self::COLOURS {
            topics.sort_by_key(|topic| Reverse(topic.samples().len()));
            rest = topics.split_off(Self::COLOURS - 1);
        }
        let mut series: Vec<Self> = topics
            .iter()
            .enumerate()
            .map(|(colour, topic)| Self::new(name(topic), colour, topic.samples().to_vec()))
            .collect();
        if !rest.is_empty() {
            let samples = rest.iter().flat_map(|topic| topic.samples()).copied().collect();
            series.push(Self::new(format!("{} other topics", rest.len()), Self::COLOURS - 1, samples));
        }
        series
    }

    pub(super) fn new(name: String, colour: usize, mut samples: Vec<LatencySample>) -> Self {
        samples.sort_by_key(|sample| sample.at_ms);
        Self { name, colour, samples }
    }
}

fn name(topic: &TopicRecord) -> String {
    if topic.cluster.is_default() { topic.topic.to_string() } else { format!("{} on {}", topic.topic, topic.cluster) }
}
