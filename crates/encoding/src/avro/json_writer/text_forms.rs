//! Dates, times and durations as a person writes them.

use apache_avro::schema::Schema;
use serde_json::{Map, Value};
use time::format_description::well_known::Rfc3339;
use time::macros::{date, format_description};
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time};

const EPOCH_DAY: i64 = date!(1970 - 01 - 01).to_julian_day() as i64;
const NANOS_OF_MICRO: i128 = 1_000;
const NANOS_OF_MILLI: i128 = 1_000_000;

/// The number for a text by RFC 3339, in the unit of `schema`; nothing when it is no such text, or the schema is for
/// something else. What is finer than the unit is cut off.
pub(super) fn moment(schema: &Schema, text: &str) -> Option<i64> {
    match schema {
        Schema::Date => date(text),
        Schema::TimeMillis => in_units(time_of_day(text)?, NANOS_OF_MILLI),
        Schema::TimeMicros => in_units(time_of_day(text)?, NANOS_OF_MICRO),
        Schema::TimestampMillis => in_units(instant(text)?, NANOS_OF_MILLI),
        Schema::TimestampMicros => in_units(instant(text)?, NANOS_OF_MICRO),
        Schema::TimestampNanos => in_units(instant(text)?, 1),
        Schema::LocalTimestampMillis => in_units(local(text)?, NANOS_OF_MILLI),
        Schema::LocalTimestampMicros => in_units(local(text)?, NANOS_OF_MICRO),
        Schema::LocalTimestampNanos => in_units(local(text)?, 1),
        _ => None,
    }
}

fn in_units(nanos: i128, unit: i128) -> Option<i64> {
    i64::try_from(nanos.div_euclid(unit)).ok()
}

fn date(text: &str) -> Option<i64> {
    let day = Date::parse(text, format_description!("[year]-[month]-[day]")).ok()?;
    Some(i64::from(day.to_julian_day()) - EPOCH_DAY)
}

fn time_of_day(text: &str) -> Option<i128> {
    let time = Time::parse(text, format_description!("[hour]:[minute]:[second][optional [.[subsecond]]]")).ok()?;
    let (hours, minutes, seconds, nanos) = time.as_hms_nano();
    let seconds = (i128::from(hours) * 60 + i128::from(minutes)) * 60 + i128::from(seconds);
    Some(seconds * 1_000_000_000 + i128::from(nanos))
}

fn instant(text: &str) -> Option<i128> {
    OffsetDateTime::parse(text, &Rfc3339).ok().map(OffsetDateTime::unix_timestamp_nanos)
}

fn local(text: &str) -> Option<i128> {
    let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second][optional [.[subsecond]]]");
    let moment = PrimitiveDateTime::parse(text, form).ok()?;
    Some(moment.assume_utc().unix_timestamp_nanos())
}

/// The 12 bytes of `{"months": …, "days": …, "millis": …}`; what is left out is 0.
pub(super) fn duration(parts: &Map<String, Value>) -> Option<Vec<u8>> {
    const UNITS: [&str; 3] = ["months", "days", "millis"];
    if parts.is_empty() || parts.keys().any(|name| !UNITS.contains(&name.as_str())) {
        return None;
    }
    let mut bytes = Vec::with_capacity(12);
    for unit in UNITS {
        let count = parts.get(unit).map_or(Some(0), Value::as_u64)?;
        bytes.extend_from_slice(&u32::try_from(count).ok()?.to_le_bytes());
    }
    Some(bytes)
}
