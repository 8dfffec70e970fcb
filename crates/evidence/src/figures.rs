//! The numbers of the reports, computed once, so that the terminal, `summary.json` and the HTML page cannot disagree.

use serde::Serialize;

use crate::RunRecord;
use crate::run_record::percentiles::Percentiles;
use crate::run_record::topic_record::{NacksOfKind, TopicRecord};

/// A topic's row in every report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct TopicFigures {
    pub(crate) topic: String,
    pub(crate) cluster: String,
    pub(crate) produced: u64,
    pub(crate) acknowledged: u64,
    pub(crate) nacked: u64,
    pub(crate) received: u64,
    pub(crate) p50_ms: Option<f64>,
    pub(crate) p95_ms: Option<f64>,
    pub(crate) p99_ms: Option<f64>,
    pub(crate) max_ms: Option<f64>,
    /// To one decimal.
    pub(crate) events_per_second: Option<f64>,
    pub(crate) end_to_end_p50_ms: Option<f64>,
    pub(crate) end_to_end_p95_ms: Option<f64>,
    pub(crate) end_to_end_p99_ms: Option<f64>,
    pub(crate) nacks: Vec<NackFigures>,
    pub(crate) late: u64,
    pub(crate) skipped: u64,
    pub(crate) filtered: u64,
    pub(crate) evicted: u64,
}

/// The Nacks of one kind in a topic's row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct NackFigures {
    pub(crate) nack: String,
    pub(crate) count: u64,
    pub(crate) possibly_written: u64,
    pub(crate) first_reason: String,
}

impl NackFigures {
    fn of((nack, of_kind): (&String, &NacksOfKind)) -> Self {
        Self {
            nack: nack.clone(),
            count: of_kind.count,
            possibly_written: of_kind.possibly_written,
            first_reason: of_kind.first_reason.clone(),
        }
    }
}

impl TopicFigures {
    pub(crate) fn of(topic: &TopicRecord) -> Self {
        let latency = topic.produce_latency();
        let end_to_end = topic.end_to_end_latency();
        let ms = |of: Option<Percentiles>, pick: fn(Percentiles) -> u32| of.map(pick).map(millis);
        Self {
            topic: topic.topic.to_string(),
            cluster: topic.cluster.to_string(),
            produced: topic.counts.accepted,
            acknowledged: topic.counts.acknowledged,
            nacked: topic.counts.nacked,
            received: topic.counts.received,
            p50_ms: ms(latency, |found| found.p50_us),
            p95_ms: ms(latency, |found| found.p95_us),
            p99_ms: ms(latency, |found| found.p99_us),
            max_ms: ms(latency, |found| found.max_us),
            events_per_second: topic.events_per_second().map(|rate| (rate * 10.0).round() / 10.0),
            end_to_end_p50_ms: ms(end_to_end, |found| found.p50_us),
            end_to_end_p95_ms: ms(end_to_end, |found| found.p95_us),
            end_to_end_p99_ms: ms(end_to_end, |found| found.p99_us),
            nacks: topic.nacks.iter().map(NackFigures::of).collect(),
            late: topic.late,
            skipped: topic.skipped,
            filtered: topic.filtered,
            evicted: topic.evicted,
        }
    }

    pub(crate) fn all(record: &RunRecord) -> Vec<Self> {
        record.topics().iter().map(Self::of).collect()
    }
}

/// Microseconds as milliseconds; exact to the third decimal.
pub(crate) fn millis(micros: u32) -> f64 {
    f64::from(micros) / 1000.0
}

/// How reports that people read show a latency in milliseconds.
pub(crate) fn shown_millis(millis: f64) -> String {
    format!("{millis:.2}")
}

/// How reports that people read show a rate: with a decimal only where it matters.
pub(crate) fn shown_rate(rate: f64) -> String {
    if rate < 100.0 { format!("{rate:.1}") } else { format!("{rate:.0}") }
}

/// How reports that people read show a span of time, in the largest unit that leaves a number of a few digits.
pub(crate) fn shown_duration(micros: u64) -> String {
    match micros {
        0..1_000 => format!("{micros} µs"),
        1_000..10_000 => format!("{:.1} ms", micros as f64 / 1e3),
        10_000..999_500 => format!("{:.0} ms", micros as f64 / 1e3),
        999_500..60_000_000 => format!("{:.1} s", micros as f64 / 1e6),
        _ => {
            let seconds = micros.saturating_add(500_000) / 1_000_000;
            let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
            if hours > 0 { format!("{hours} h {minutes} min") } else { format!("{minutes} min {seconds} s") }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_shown_in_the_unit_that_fits_it() {
        for (micros, shown) in [
            (0, "0 µs"),
            (999, "999 µs"),
            (1_234, "1.2 ms"),
            (12_345, "12 ms"),
            (999_499, "999 ms"),
            (999_500, "1.0 s"),
            (59_949_999, "59.9 s"),
            (60_000_000, "1 min 0 s"),
            (3_725_000_000, "1 h 2 min"),
            (u64::MAX, "5124095576 h 1 min"),
        ] {
            assert_eq!(shown_duration(micros), shown);
        }
    }

    #[test]
    fn a_rate_has_a_decimal_only_where_it_matters() {
        assert_eq!([0.04, 99.94, 100.0, 12345.6].map(shown_rate), ["0.0", "99.9", "100", "12346"]);
    }
}
