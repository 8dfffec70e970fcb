/// The 50th, 95th and 99th percentile of latencies, and the largest, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percentiles {
    /// Half of the events took at most this long.
    pub p50_us: u32,
    /// 95 of 100 events took at most this long.
    pub p95_us: u32,
    /// 99 of 100 events took at most this long.
    pub p99_us: u32,
    /// The slowest event took this long.
    pub max_us: u32,
}

impl Percentiles {
    /// The percentiles of these latencies in any order; nothing without one.
    pub fn of(mut micros: Vec<u32>) -> Option<Self> {
        Some(Self {
            p50_us: percentile(&mut micros, 50)?,
            p95_us: percentile(&mut micros, 95)?,
            p99_us: percentile(&mut micros, 99)?,
            max_us: percentile(&mut micros, 100)?,
        })
    }
}

/// The percentile of `values` by the nearest-rank rule: the smallest value such that at least `percent` of a hundred
/// values are no larger. It is always one of the values, never between two. Nothing without values.
///
/// `percent` is cut to 100; 0 gives the smallest value. The values come back in another order.
pub fn percentile(values: &mut [u32], percent: u32) -> Option<u32> {
    let last = values.len().checked_sub(1)?;
    // Whole numbers, since 68 % of 75 values is one more than 51 of them in floating point.
    let rank = (values.len() * percent.min(100) as usize).div_ceil(100);
    let (_, value, _) = values.select_nth_unstable(rank.saturating_sub(1).min(last));
    Some(*value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_nearest_rank_is_taken() {
        let mut values = [15, 20, 35, 40, 50];
        for (percent, expected) in [(0, 15), (5, 15), (30, 20), (40, 20), (50, 35), (99, 50), (100, 50), (200, 50)] {
            assert_eq!(percentile(&mut values, percent), Some(expected), "P{percent}");
        }
    }

    #[test]
    fn a_single_value_is_every_percentile_and_no_value_is_none() {
        let only = Percentiles { p50_us: 7, p95_us: 7, p99_us: 7, max_us: 7 };
        assert_eq!(Percentiles::of(vec![7]), Some(only));
        assert_eq!(Percentiles::of(Vec::new()), None);
    }

    #[test]
    fn of_a_hundred_values_the_percentile_is_its_own_rank() {
        let found = Percentiles::of((1..=100).rev().collect()).unwrap();
        assert_eq!(found, Percentiles { p50_us: 50, p95_us: 95, p99_us: 99, max_us: 100 });
    }

    #[test]
    fn a_rank_that_is_whole_is_not_rounded_up() {
        let mut values: Vec<u32> = (1..=75).collect();
        assert_eq!(percentile(&mut values, 68), Some(51));
    }

    proptest! {
        #[test]
        fn enough_values_are_no_larger_and_the_next_smaller_would_not_do(
            values in proptest::collection::vec(0_u32..1000, 1..200),
            percent in 1_u32..=100,
        ) {
            let found = percentile(&mut values.clone(), percent).unwrap();
            let share = |limit: &dyn Fn(u32) -> bool| values.iter().filter(|value| limit(**value)).count() * 100;
            prop_assert!(values.contains(&found));
            prop_assert!(share(&|value| value <= found) >= percent as usize * values.len());
            prop_assert!(share(&|value| value < found) < percent as usize * values.len());
        }
    }
}
