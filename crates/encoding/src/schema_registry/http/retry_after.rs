use std::time::Duration;

use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};
use time::PrimitiveDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

/// The form in which HTTP's dates are written today (RFC 9110, section 5.6.7).
const HTTP_DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

/// How long a registry wants to be left alone, where it says so.
///
/// A date is measured against the answer's own date, so that a clock that is wrong on either side changes nothing. Where
/// that is missing, or the wish cannot be read, nothing was wished.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let wish = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = wish.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = PrimitiveDateTime::parse(wish, HTTP_DATE).ok()?;
    let now = date(headers, &DATE)?;
    Some(Duration::try_from(until - now).unwrap_or(Duration::ZERO))
}

fn date(headers: &HeaderMap, name: &HeaderName) -> Option<PrimitiveDateTime> {
    PrimitiveDateTime::parse(headers.get(name)?.to_str().ok()?.trim(), HTTP_DATE).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(retry_after_header: &str, date: Option<&str>) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, retry_after_header.parse().unwrap());
        if let Some(date) = date {
            headers.insert(DATE, date.parse().unwrap());
        }
        retry_after(&headers).map(|wish| wish.as_secs())
    }

    #[test]
    fn a_wish_is_read_in_seconds_and_as_a_date() {
        let now = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(wish("7", None), Some(7));
        assert_eq!(wish(" 120 ", now), Some(120));
        assert_eq!(wish("Sun, 06 Nov 1994 08:50:07 GMT", now), Some(30));
        assert_eq!(wish("Mon, 07 Nov 1994 00:00:00 GMT", now), Some(54_623));
        assert_eq!(wish("Sun, 06 Nov 1994 08:49:00 GMT", now), Some(0), "the time is over");
    }

    #[test]
    fn what_cannot_be_read_wishes_nothing() {
        let now = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        for (wished, date) in [
            ("", now),
            ("-1", now),
            ("1.5", now),
            ("99999999999999999999999", now),
            ("soon", now),
            ("Sun, 06 Nov 1994 08:50:07 GMT", None),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some("yesterday")),
        ] {
            assert_eq!(wish(wished, date), None, "{wished}");
        }
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }
}
