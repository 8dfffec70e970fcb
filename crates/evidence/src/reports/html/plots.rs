//! The plots of the page: drawn as SVG by hand, so that their colours follow the page's light, dark and print styles,
//! and so that they need no fonts of the machine.
//!
//! ```text
//! RunRecord ─▶ Series ─▶ Timeline ─┬─▶ LatencyPlot      a dot an event, thinned out where they would overlap
//!                                  └─▶ ThroughputPlot   a bar a span of time, topics on top of each other
//! ```

mod frame;
mod latency;
mod scale;
mod series;
mod throughput;
mod timeline;

pub(super) use latency::LatencyPlot;
pub(super) use series::Series;
pub(super) use throughput::ThroughputPlot;
pub(super) use timeline::Timeline;

#[cfg(test)]
mod tests;
