//! Moments, spans of time and field masks as JSON writes them.

use std::fmt::Write;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const NANOS: u32 = 1_000_000_000;

/// The longest span, about ten thousand years.
const MOST_SECONDS: u64 = 315_576_000_000;

/// The seconds and nanoseconds of a text by RFC 3339; nothing when it is none, or lies outside the years 1 to 9999.
pub(super) fn parse_timestamp(text: &str) -> Option<(i64, i32)> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    let seconds = moment.unix_timestamp();
    let year = OffsetDateTime::from_unix_timestamp(seconds).ok()?.year();
    (1..=9999).contains(&year).then_some(())?;
    Some((seconds, i32::try_from(moment.nanosecond()).ok()?))
}

/// The text of a moment; nothing when the numbers are none.
pub(super) fn timestamp(seconds: i64, nanos: i64) -> Option<String> {
    let moment =
        OffsetDateTime::from_unix_timestamp(seconds).ok().filter(|moment| (1..=9999).contains(&moment.year()))?;
    let nanos = u32::try_from(nanos).ok().filter(|nanos| *nanos < NANOS)?;
    let (year, month, day) = moment.to_calendar_date();
    let (hour, minute, second) = moment.to_hms();
    let month = u8::from(month);
    let mut text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    write_fraction(nanos, &mut text);
    text.push('Z');
    Some(text)
}

/// The seconds and nanoseconds of a text such as `-1.5s`, both with its sign.
pub(super) fn parse_duration(text: &str) -> Option<(i64, i32)> {
    let number = text.strip_suffix('s')?;
    let (sign, number) = number.strip_prefix('-').map_or((1, number), |number| (-1, number));
    let (whole, fraction) = number.split_once('.').map_or((number, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || fraction.is_some_and(|fraction| !digits(fraction) || fraction.len() > 9) {
        return None;
    }
    let seconds = whole.parse().ok().filter(|seconds: &u64| *seconds <= MOST_SECONDS)?;
    let nanos: i32 = format!("{:0<9}", fraction.unwrap_or("")).parse().ok()?;
    Some((i64::try_from(seconds).ok()? * sign, if sign < 0 { -nanos } else { nanos }))
}

/// The text of a span; nothing when the numbers are none.
pub(super) fn duration(seconds: i64, nanos: i64) -> Option<String> {
    let fits = seconds.unsigned_abs() <= MOST_SECONDS && nanos.unsigned_abs() < u64::from(NANOS);
    if !fits || seconds.signum() * nanos.signum() < 0 {
        return None;
    }
    let sign = if seconds < 0 || nanos < 0 { "-" } else { "" };
    let mut text = format!("{sign}{}", seconds.unsigned_abs());
    write_fraction(u32::try_from(nanos.unsigned_abs()).ok()?, &mut text);
    text.push('s');
    Some(text)
}

/// Nothing, three, six or nine digits, as few as do.
fn write_fraction(nanos: u32, text: &mut String) {
    let (number, digits) = match nanos {
        0 => return,
        nanos if nanos % 1_000_000 == 0 => (nanos / 1_000_000, 3),
        nanos if nanos % 1_000 == 0 => (nanos / 1_000, 6),
        nanos => (nanos, 9),
    };
    // A text takes whatever is written to it.
    write!(text, ".{number:0digits$}").unwrap_or_default();
}

/// The path in a file that JSON calls `userName`: `user_name`.
pub(super) fn path_of_json(text: &str) -> Option<String> {
    let mut path = String::with_capacity(text.len() + 4);
    for character in text.chars() {
        match character {
            '_' => return None,
            'A'..='Z' => path.extend(['_', character.to_ascii_lowercase()]),
            _ => path.push(character),
        }
    }
    Some(path)
}

/// The name in JSON of a path; nothing when it could not be read back.
pub(super) fn path_to_json(path: &str) -> Option<String> {
    let mut text = String::with_capacity(path.len());
    let mut characters = path.chars();
    while let Some(character) = characters.next() {
        match character {
            '_' => text.push(characters.next().filter(char::is_ascii_lowercase)?.to_ascii_uppercase()),
            'A'..='Z' | ',' => return None,
            _ => text.push(character),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_moment_has_as_many_digits_as_it_needs() {
        for (text, numbers) in [
            ("1970-01-01T00:00:00Z", (0, 0)),
            ("2026-01-31T08:00:00.250Z", (1_769_846_400, 250_000_000)),
            ("1969-12-31T23:59:59.000001Z", (-1, 1_000)),
            ("0001-01-01T00:00:00.000000001Z", (-62_135_596_800, 1)),
            ("9999-12-31T23:59:59.999999999Z", (253_402_300_799, 999_999_999)),
        ] {
            assert_eq!(parse_timestamp(text), Some(numbers), "{text}");
            assert_eq!(timestamp(numbers.0, i64::from(numbers.1)).as_deref(), Some(text));
        }
        assert_eq!(parse_timestamp("2026-01-31T09:00:00+01:00"), Some((1_769_846_400, 0)));
        for text in ["", "2026-01-31", "2026-01-31T08:00:00", "0000-01-01T00:00:00Z"] {
            assert_eq!(parse_timestamp(text), None, "{text}");
        }
        for (seconds, nanos) in [(i64::MAX, 0), (i64::MIN, 0), (0, -1), (0, 1_000_000_000), (253_402_300_800, 0)] {
            assert_eq!(timestamp(seconds, nanos), None, "{seconds} {nanos}");
        }
    }

    #[test]
    fn a_span_has_one_sign() {
        for (text, numbers) in
            [("0s", (0, 0)), ("1.500s", (1, 500_000_000)), ("-0.000001s", (0, -1_000)), ("-3.000000001s", (-3, -1))]
        {
            assert_eq!(parse_duration(text), Some(numbers), "{text}");
            assert_eq!(duration(numbers.0, i64::from(numbers.1)).as_deref(), Some(text));
        }
        assert_eq!(parse_duration("1.5s"), Some((1, 500_000_000)));
        for text in ["", "s", "1", "1.s", ".5s", "--1s", "+1s", "1.0000000000s", "1e3s", "315576000001s"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
        for (seconds, nanos) in [(1, -1), (-1, 1), (0, 1_000_000_000), (i64::MIN, i64::MIN)] {
            assert_eq!(duration(seconds, nanos), None, "{seconds} {nanos}");
        }
    }

    #[test]
    fn a_path_is_written_as_json_names_are() {
        assert_eq!(path_of_json("user.displayName").as_deref(), Some("user.display_name"));
        assert_eq!(path_to_json("user.display_name").as_deref(), Some("user.displayName"));
        assert_eq!(path_of_json("user_name"), None);
        for path in ["userName", "user__name", "user_", "user_1", "a,b"] {
            assert_eq!(path_to_json(path), None, "{path}");
        }
    }

    proptest! {
        #[test]
        fn any_numbers_are_a_text_that_is_read_back_or_none(seconds: i64, nanos in -1_100_000_000i64..1_100_000_000) {
            let near = seconds % 400_000_000_000;
            for seconds in [seconds, near] {
                if let Some(text) = timestamp(seconds, nanos) {
                    prop_assert_eq!(parse_timestamp(&text), Some((seconds, i32::try_from(nanos).unwrap())));
                }
                if let Some(text) = duration(seconds, nanos) {
                    prop_assert_eq!(parse_duration(&text), Some((seconds, i32::try_from(nanos).unwrap())));
                }
            }
        }

        #[test]
        fn any_text_is_a_form_or_none(text: String) {
            let _ = (parse_timestamp(&text), parse_duration(&text), path_of_json(&text), path_to_json(&text));
        }
    }
}
