use super::series::Series;

/// The span of time that both plots show, in milliseconds after the run's start, and the width of a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reports::html) struct Timeline {
    pub(super) from_ms: u64,
    pub(super) to_ms: u64,
    pub(super) bucket_ms: u64,
}

impl Timeline {
    /// More bars than this would be too thin.
    const MOST_BARS: u64 = 60;
    /// A bar over less time than this would show the clock's grain, and not a rate.
    const LEAST_BUCKET_MS: u64 = 10;
    /// The bar of a run whose events have no extent in time.
    const LONE_BUCKET_MS: u64 = 1000;

    /// The span from the first to the last event, in whole bars; nothing without events.
    pub(in crate::reports::html) fn of(series: &[Series]) -> Option<Self> {
        let times = || series.iter().flat_map(|series| &series.samples).map(|sample| u64::from(sample.at_ms));
        let (first, last) = (times().min()?, times().max()?);
        let span = last - first;
        let bucket_ms = if span == 0 {
            Self::LONE_BUCKET_MS
        } else {
            // With few events a bar needs two of them on average, or a single event would look like a high rate.
            let events = times().count() as u64;
            let few = (span * 2).div_ceil(events);
            nice(span.div_ceil(Self::MOST_BARS).max(few).max(Self::LEAST_BUCKET_MS))
        };
        let from_ms = first / bucket_ms * bucket_ms;
        Some(Self { from_ms, to_ms: (last / bucket_ms + 1) * bucket_ms, bucket_ms })
    }

    pub(super) fn bars(&self) -> usize {
        usize::try_from((self.to_ms - self.from_ms) / self.bucket_ms).unwrap_or(usize::MAX)
    }

    /// The bar that a moment falls into.
    pub(super) fn bar_of(&self, at_ms: u32) -> usize {
        usize::try_from((u64::from(at_ms) - self.from_ms) / self.bucket_ms).unwrap_or(usize::MAX)
    }
}

/// The next of 1, 2, 5, 10, 20, 50 … that is not below `least`.
fn nice(least: u64) -> u64 {
    let mut decade = 1;
    loop {
        if let Some(found) = [1, 2, 5].map(|step| step * decade).into_iter().find(|width| *width >= least) {
            return found;
        }
        decade *= 10;
    }
}
