use std::time::Duration;

/// A text that is no duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a duration; write a number and a unit, such as 200 ms, 5 seconds or 2m")]
pub struct InvalidDuration {
    text: String,
}

/// Reads a duration as HOCON and the steps write it: a number, possibly with a fraction, and a unit.
///
/// Units are those of HOCON: `ns`, `us`, `ms`, `s`, `m`, `h`, `d` and their long names, singular or plural. A bare
/// number is refused here; where a bare number has a meaning (HOCON reads it as milliseconds), the caller decides.
///
/// # Errors
/// [`InvalidDuration`] when the number or the unit cannot be read, or when the duration does not fit.
///
/// ```
/// # use std::time::Duration;
/// # use test_probe_directives::parse_duration;
/// assert_eq!(parse_duration("5 seconds")?, Duration::from_secs(5));
/// assert_eq!(parse_duration("1.5m")?, Duration::from_secs(90));
/// # Ok::<(), test_probe_directives::InvalidDuration>(())
/// ```
pub fn parse_duration(text: &str) -> Result<Duration, InvalidDuration> {
    let invalid = || InvalidDuration { text: text.to_owned() };
    let trimmed = text.trim();
    let unit_at = trimmed.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(invalid)?;
    let (number, unit) = trimmed.split_at(unit_at);
    let nanos_per_unit: u64 = match unit {
        "ns" | "nano" | "nanos" | "nanosecond" | "nanoseconds" => 1,
        "us" | "micro" | "micros" | "microsecond" | "microseconds" => 1_000,
        "ms" | "milli" | "millis" | "millisecond" | "milliseconds" => 1_000_000,
        "s" | "second" | "seconds" => 1_000_000_000,
        "m" | "minute" | "minutes" => 60_000_000_000,
        "h" | "hour" | "hours" => 3_600_000_000_000,
        "d" | "day" | "days" => 86_400_000_000_000,
        _ => return Err(invalid()),
    };
    let number = number.trim();
    if let Ok(whole) = number.parse::<u64>() {
        return whole.checked_mul(nanos_per_unit).map(Duration::from_nanos).ok_or_else(invalid);
    }
    let seconds = number.parse::<f64>().map_err(|_| invalid())? * (nanos_per_unit as f64) / 1e9;
    Duration::try_from_secs_f64(seconds).map_err(|_| invalid())
}

/// Writes a duration the way a person would: the largest unit that needs no fraction (`90s`, `2m`, `250ms`).
pub fn describe_duration(duration: Duration) -> String {
    let nanos = duration.as_nanos();
    let units: [(u128, &str); 6] = [
        (86_400_000_000_000, "d"),
        (3_600_000_000_000, "h"),
        (60_000_000_000, "m"),
        (1_000_000_000, "s"),
        (1_000_000, "ms"),
        (1_000, "us"),
    ];
    units
        .iter()
        .find(|(size, _)| nanos >= *size && nanos.is_multiple_of(*size))
        .map_or_else(|| format!("{nanos}ns"), |(size, unit)| format!("{}{unit}", nanos / size))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_unit_is_read() {
        for (text, millis) in [
            ("200 ms", 200.0),
            ("5 seconds", 5_000.0),
            ("1 second", 1_000.0),
            ("2 minutes", 120_000.0),
            ("10m", 600_000.0),
            ("1h", 3_600_000.0),
            ("1 day", 86_400_000.0),
            ("0.5s", 500.0),
            ("1500us", 1.5),
        ] {
            assert_eq!(parse_duration(text).unwrap().as_secs_f64() * 1000.0, millis, "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused_with_the_text() {
        for text in ["", "5", "seconds", "-3s", "5 parsecs", "99999999999999d", "1e400s"] {
            let error = parse_duration(text).unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{text}` is not a duration")), "{error}");
        }
    }

    proptest! {
        #[test]
        fn what_is_described_is_read_back(nanos in 0_u64..u64::MAX / 2) {
            let duration = Duration::from_nanos(nanos);
            prop_assert_eq!(parse_duration(&describe_duration(duration)), Ok(duration));
        }
    }
}
