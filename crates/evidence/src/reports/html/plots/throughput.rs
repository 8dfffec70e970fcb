use askama::Template;

use super::frame::{BOTTOM, HEIGHT, LEFT, RIGHT, TOP, TimeAxis, WIDTH, px};
use super::scale::Scale;
use super::series::Series;
use super::timeline::Timeline;
use crate::figures::{shown_duration, shown_rate};
use crate::reports::html::shown::grouped;

/// The events that the brokers acknowledged per second over time, topics on top of each other.
#[derive(Template)]
#[template(path = "throughput_plot.svg")]
pub(in crate::reports::html) struct ThroughputPlot {
    time: TimeAxis,
    rate: Scale,
    bars: Vec<Bar>,
    /// The time that a bar covers.
    pub(in crate::reports::html) bucket: String,
}

/// A span of time.
struct Bar {
    x: f64,
    width: f64,
    title: String,
    parts: Vec<Part>,
}

/// The share of one series in a bar.
struct Part {
    colour: usize,
    y: f64,
    height: f64,
}

impl ThroughputPlot {
    /// The gap between two bars, in units of the drawing.
    const GAP: f64 = 1.0;
    /// A bar that is wider than this looks like a wall; it is drawn as a post in the middle of its time.
    const WIDEST: f64 = 72.0;

    pub(in crate::reports::html) fn of(series: &[Series], timeline: Timeline) -> Self {
        let time = TimeAxis::of(timeline);
        let mut counts = vec![vec![0_u64; series.len()]; timeline.bars()];
        for (index, series) in series.iter().enumerate() {
            for sample in &series.samples {
                counts[timeline.bar_of(sample.at_ms)][index] += 1;
            }
        }
        let seconds = timeline.bucket_ms as f64 / 1000.0;
        let largest = counts.iter().map(|bar| bar.iter().sum::<u64>()).max().unwrap_or_default();
        let rate = Scale::from_zero(largest as f64 / seconds, (BOTTOM, TOP));
        let bars = counts
            .iter()
            .enumerate()
            .filter(|(_, counts)| counts.iter().any(|count| *count > 0))
            .map(|(index, counts)| {
                let from = (timeline.from_ms + index as u64 * timeline.bucket_ms) as f64;
                let (x, end) = (time.place(from), time.place(from + timeline.bucket_ms as f64));
                let total: u64 = counts.iter().sum();
                let width = (end - x - Self::GAP).clamp(Self::GAP, Self::WIDEST);
                Bar {
                    x: (x + end - width) / 2.0,
                    width,
                    title: format!("{} acknowledged, {} events/s", grouped(&total), shown_rate(total as f64 / seconds)),
                    parts: Self::parts(counts, series, seconds, &rate),
                }
            })
            .collect();
        Self { time, rate, bars, bucket: shown_duration(timeline.bucket_ms * 1000) }
    }

    fn parts(counts: &[u64], series: &[Series], seconds: f64, rate: &Scale) -> Vec<Part> {
        let mut below = 0;
        let mut parts = Vec::new();
        for (count, series) in counts.iter().zip(series).filter(|(count, _)| **count > 0) {
            let foot = rate.place(below as f64 / seconds);
            below += count;
            let head = rate.place(below as f64 / seconds);
            parts.push(Part { colour: series.colour, y: head, height: foot - head });
        }
        parts
    }
}
