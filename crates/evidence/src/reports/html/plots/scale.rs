use crate::reports::html::shown::grouped;

/// Where values stand on an axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    /// The smallest and the largest value.
    values: (f64, f64),
    /// Where those two stand, in units of the drawing.
    places: (f64, f64),
    logarithmic: bool,
}

/// A value on the axis with its label.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    pub(super) place: f64,
    pub(super) label: String,
}

impl Scale {
    /// Equal steps for equal differences.
    pub(super) fn linear(values: (f64, f64), places: (f64, f64)) -> Self {
        Self { values, places, logarithmic: false }
    }

    /// Equal steps for equal factors; the values are positive.
    pub(super) fn logarithmic(values: (f64, f64), places: (f64, f64)) -> Self {
        Self { values, places, logarithmic: true }
    }

    /// From zero to a round value that is not below `largest`.
    pub(super) fn from_zero(largest: f64, places: (f64, f64)) -> Self {
        let step = nice_step(largest.max(f64::MIN_POSITIVE) / 4.0);
        Self::linear((0.0, (largest / step).ceil() * step), places)
    }

    pub(super) fn place(&self, value: f64) -> f64 {
        let (low, high) = self.values;
        let value = value.clamp(low, high);
        let share =
            if self.logarithmic { (value / low).ln() / (high / low).ln() } else { (value - low) / (high - low) };
        self.places.0 + share * (self.places.1 - self.places.0)
    }

    /// Round values along the axis, `about` as many as asked for.
    pub(super) fn ticks(&self, about: usize) -> Vec<Tick> {
        let values = if self.logarithmic { self.factors(about) } else { self.steps(about) };
        values.into_iter().map(|(value, label)| Tick { place: self.place(value), label }).collect()
    }

    fn steps(&self, about: usize) -> Vec<(f64, String)> {
        let (low, high) = self.values;
        let step = nice_step((high - low) / about as f64);
        let decimals = (-step.log10().floor()).max(0.0) as usize;
        let first = (low / step - 1e-9).ceil() as i64;
        let last = (high / step + 1e-9).floor() as i64;
        (first..=last).map(|n| n as f64 * step).map(|value| (value, label(value, decimals))).collect()
    }

    /// 1, 2 and 5 of each decade, or only the ones where those would be too many.
    fn factors(&self, about: usize) -> Vec<(f64, String)> {
        let (low, high) = self.values;
        let decades = (low.log10().floor() as i32)..=(high.log10().ceil() as i32);
        let digits: &[f64] = if decades.clone().count() * 3 > about * 2 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        decades
            .flat_map(|decade| digits.iter().map(move |digit| (digit * 10_f64.powi(decade), decade)))
            .filter(|(value, _)| (low * 0.999..=high * 1.001).contains(value))
            .map(|(value, decade)| (value, label(value, (-decade).max(0) as usize)))
            .collect()
    }
}

fn label(value: f64, decimals: usize) -> String {
    if decimals == 0 { grouped(&(value.round() as u64)) } else { format!("{value:.decimals$}") }
}

/// The next of 1, 2, 5 times a power of ten that is not below `least`.
pub(super) fn nice_step(least: f64) -> f64 {
    let decade = 10_f64.powf(least.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| factor * decade >= least * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * decade
}

/// The previous of 1, 2, 5 times a power of ten that is not above `most`.
pub(super) fn nice_floor(most: f64) -> f64 {
    let decade = 10_f64.powf(most.log10().floor());
    let factor = [5.0, 2.0, 1.0].into_iter().find(|factor| factor * decade <= most * (1.0 + 1e-9));
    factor.unwrap_or(1.0) * decade
}
