use std::borrow::Borrow;

use super::scale::{Scale, Tick};
use super::timeline::Timeline;

/// The drawing's measures, shared by both plots so that their times stand below each other.
pub(super) const WIDTH: f64 = 1080.0;
pub(super) const HEIGHT: f64 = 280.0;
pub(super) const LEFT: f64 = 64.0;
pub(super) const RIGHT: f64 = 964.0;
pub(super) const TOP: f64 = 14.0;
pub(super) const BOTTOM: f64 = 232.0;

/// The axis of time, in the unit that suits the span.
pub(super) struct TimeAxis {
    scale: Scale,
    ms_per_unit: f64,
    /// What stands below the axis.
    pub(super) title: String,
}

impl TimeAxis {
    pub(super) fn of(timeline: Timeline) -> Self {
        let (unit, ms_per_unit) = match timeline.to_ms - timeline.from_ms {
            0..=600_000 => ("seconds", 1_000.0),
            600_001..=36_000_000 => ("minutes", 60_000.0),
            _ => ("hours", 3_600_000.0),
        };
        let values = (timeline.from_ms as f64 / ms_per_unit, timeline.to_ms as f64 / ms_per_unit);
        Self {
            scale: Scale::linear(values, (LEFT, RIGHT)),
            ms_per_unit,
            title: format!("{unit} after the run's start"),
        }
    }

    /// Where a moment stands.
    pub(super) fn place(&self, at_ms: f64) -> f64 {
        self.scale.place(at_ms / self.ms_per_unit)
    }

    pub(super) fn ticks(&self) -> Vec<Tick> {
        self.scale.ticks(9)
    }
}

/// A place in the drawing, to a tenth of a unit. The templates hand in fields by reference and sums by value.
pub(super) fn px(place: impl Borrow<f64>) -> String {
    format!("{:.1}", place.borrow())
}
