//! How the page writes numbers and times. The template hands all of them in by reference.

use test_probe_directives::Timestamp;

use crate::figures::{millis, shown_millis, shown_rate};

/// A count with its digits in groups of three, apart by a narrow blank that does not break.
pub(super) fn grouped(count: &u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A latency in microseconds, shown in milliseconds.
pub(super) fn micros_cell(micros: &u32) -> String {
    shown_millis(millis(*micros))
}

/// A latency in a table's cell.
pub(super) fn millis_cell(millis: &Option<f64>) -> String {
    millis.map_or_else(none, shown_millis)
}

/// A rate in a table's cell.
pub(super) fn rate_cell(rate: &Option<f64>) -> String {
    rate.map_or_else(none, |rate| if rate < 100.0 { shown_rate(rate) } else { grouped(&(rate.round() as u64)) })
}

/// A moment to the second.
pub(super) fn moment(at: Timestamp) -> String {
    let text = at.to_string();
    let seconds = text.split('.').next().unwrap_or_default();
    format!("{} UTC", seconds.replace('T', " "))
}

fn none() -> String {
    "–".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups_of_three() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(|count| grouped(&count)),
            ["0", "999", "1\u{202f}000", "1\u{202f}234\u{202f}567"].map(str::to_owned)
        );
    }

    #[test]
    fn a_moment_is_shown_to_the_second() {
        let at = Timestamp::parse("2026-01-31T08:00:00.25Z").unwrap();
        assert_eq!(moment(at), "2026-01-31 08:00:00 UTC");
    }
}
