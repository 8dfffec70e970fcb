use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A point of wall time, in whole microseconds since the Unix epoch.
///
/// It stamps evidence. Durations are never computed from it: that is a monotonic clock's work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// This many microseconds after the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// This many milliseconds after the Unix epoch, Kafka's unit.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1000))
    }

    /// Microseconds after the Unix epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Milliseconds after the Unix epoch, cut down.
    pub const fn as_millis(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The time from `earlier` to this one; nothing when `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Reads RFC 3339 text such as `2026-01-31T08:00:00Z`.
    pub fn parse(text: &str) -> Option<Self> {
        let moment = OffsetDateTime::parse(text.trim(), &Rfc3339).ok()?;
        i64::try_from(moment.unix_timestamp_nanos() / 1000).ok().map(Self)
    }
}

impl From<SystemTime> for Timestamp {
    fn from(moment: SystemTime) -> Self {
        let micros = match moment.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |micros| -micros),
        };
        Self(micros)
    }
}

/// RFC 3339 in UTC with six decimals: `2026-01-31T08:00:00.000000Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment =
            OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1000).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
            moment.year(),
            u8::from(moment.month()),
            moment.day(),
            moment.hour(),
            moment.minute(),
            moment.second(),
            moment.microsecond()
        )
    }
}

/// The wall clock, handed in wherever something is stamped, so that a test decides what time it is.
#[derive(Clone, Copy, Debug)]
pub struct WallClock(fn() -> Timestamp);

impl WallClock {
    /// The machine's clock.
    #[allow(clippy::disallowed_methods, reason = "this is the one clock that everything else is handed")]
    pub const fn system() -> Self {
        Self(|| Timestamp::from(SystemTime::now()))
    }

    /// A clock that reads what `now` says.
    pub const fn reading(now: fn() -> Timestamp) -> Self {
        Self(now)
    }

    /// What the clock shows.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_number_agree() {
        let stamp = Timestamp::parse("2026-01-31T08:00:00.25Z").unwrap();
        assert_eq!(stamp.as_millis(), 1_769_846_400_250);
        assert_eq!(stamp.to_string(), "2026-01-31T08:00:00.250000Z");
        assert_eq!(Timestamp::parse(&stamp.to_string()), Some(stamp));
    }

    #[test]
    fn a_time_with_an_offset_is_read_as_utc() {
        assert_eq!(Timestamp::parse("2026-01-31T09:00:00+01:00"), Timestamp::parse("2026-01-31T08:00:00Z"));
        assert_eq!(Timestamp::parse("yesterday"), None);
    }
}
