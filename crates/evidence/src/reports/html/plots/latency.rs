use std::fmt::Write as _;

use askama::Template;

use super::frame::{BOTTOM, HEIGHT, LEFT, RIGHT, TOP, TimeAxis, WIDTH, px};
use super::scale::{Scale, nice_floor, nice_step};
use super::series::Series;
use super::timeline::Timeline;
use crate::figures::{millis, shown_millis};
use crate::reports::html::shown::grouped;
use crate::run_record::percentiles::{Percentiles, percentile};
use crate::run_record::topic_record::LatencySample;

/// The produce latency of each event over time, with lines at P50, P95 and P99 of all of them.
#[derive(Template)]
#[template(path = "latency_plot.svg")]
pub(in crate::reports::html) struct LatencyPlot {
    time: TimeAxis,
    latency: Scale,
    logarithmic: bool,
    /// A path of dots for each colour.
    dots: Vec<(usize, String)>,
    few: bool,
    lines: Vec<Line>,
    /// How events are thinned out, where they are.
    pub(in crate::reports::html) note: Option<String>,
}

/// A percentile's line, and where its label stands beside it.
struct Line {
    name: &'static str,
    value: String,
    place: f64,
    label_place: f64,
}

impl LatencyPlot {
    /// A colour with more events than this shows each column of the drawing by five of them.
    const MOST_DOTS: usize = 1500;
    /// The width of such a column, in units of the drawing: about that of a dot.
    const COLUMN: f64 = 2.0;
    /// How far labels keep from each other.
    const LABEL_HEIGHT: f64 = 14.0;
    /// From this ratio of the slowest event to the median on, a linear axis would press all others to the ground.
    const LOGARITHMIC_FROM: f64 = 20.0;

    pub(in crate::reports::html) fn of(series: &[Series], timeline: Timeline, all: Percentiles) -> Self {
        let time = TimeAxis::of(timeline);
        let logarithmic = f64::from(all.max_us) > Self::LOGARITHMIC_FROM * f64::from(all.p50_us.max(1));
        let latency = Self::scale(series, all, logarithmic);
        let mut thinned = false;
        let mut dots = Vec::new();
        for series in series {
            let mut path = String::new();
            let (shown, fewer) = Self::shown(series, &time);
            thinned |= fewer;
            for sample in shown {
                let x = time.place(f64::from(sample.at_ms));
                let y = latency.place(millis(sample.latency_us));
                // Writing into a text cannot fail.
                let _infallible = write!(path, "M{x:.1} {y:.1}h0");
            }
            dots.push((series.colour, path));
        }
        let events: usize = series.iter().map(|series| series.samples.len()).sum();
        let note = thinned.then(|| {
            let events = grouped(&(events as u64));
            format!("{events} events; where they are too many, a column shows its fastest, P50, P95, P99 and slowest.")
        });
        Self { lines: Self::lines(&latency, all), time, latency, logarithmic, dots, few: events <= 60, note }
    }

    fn scale(series: &[Series], all: Percentiles, logarithmic: bool) -> Scale {
        let places = (BOTTOM, TOP);
        // What took less than a microsecond is recorded as nothing, which has no place on a logarithmic axis.
        let most = millis(all.max_us.max(1));
        if !logarithmic {
            return Scale::from_zero(most, places);
        }
        let least = series.iter().flat_map(|series| &series.samples).map(|sample| sample.latency_us).min();
        let least = millis(least.unwrap_or(1).max(1));
        Scale::logarithmic((nice_floor(least), nice_step(most)), places)
    }

    /// The events of a series that are drawn, and whether they are fewer than there are.
    fn shown(series: &Series, time: &TimeAxis) -> (Vec<LatencySample>, bool) {
        if series.samples.len() <= Self::MOST_DOTS {
            return (series.samples.clone(), false);
        }
        let column = |sample: &LatencySample| (time.place(f64::from(sample.at_ms)) / Self::COLUMN) as i64;
        let mut shown = Vec::new();
        for together in series.samples.chunk_by(|left, right| column(left) == column(right)) {
            let mut latencies: Vec<u32> = together.iter().map(|sample| sample.latency_us).collect();
            let mut kept: Vec<u32> =
                [0, 50, 95, 99, 100].iter().filter_map(|p| percentile(&mut latencies, *p)).collect();
            kept.dedup();
            shown.extend(kept.into_iter().map(|latency_us| LatencySample { at_ms: together[0].at_ms, latency_us }));
        }
        (shown, true)
    }

    /// The lines from the slowest down; a label gives way downwards to the one above it, and all move up when the last
    /// one would fall off the drawing.
    fn lines(latency: &Scale, all: Percentiles) -> Vec<Line> {
        let mut lines: Vec<Line> = [("P99", all.p99_us), ("P95", all.p95_us), ("P50", all.p50_us)]
            .into_iter()
            .map(|(name, micros)| {
                let place = latency.place(millis(micros));
                Line { name, value: shown_millis(millis(micros)), place, label_place: place }
            })
            .collect();
        for index in 1..lines.len() {
            lines[index].label_place = lines[index].label_place.max(lines[index - 1].label_place + Self::LABEL_HEIGHT);
        }
        let over = lines.last().map_or(0.0, |line| (line.label_place - BOTTOM).max(0.0));
        lines.iter_mut().for_each(|line| line.label_place -= over);
        lines
    }

    /// Where the labels stand, from the slowest percentile to the fastest.
    #[cfg(test)]
    pub(super) fn label_places(&self) -> Vec<f64> {
        self.lines.iter().map(|line| line.label_place).collect()
    }
}
