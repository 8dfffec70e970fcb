use std::time::Duration;

use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};
use time::PrimitiveDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

/// The form in which HTTP's dates are written today (RFC 9110, section 5.6.7).
const HTTP_DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

/// How long an endpoint wants to be left alone, where it says so.
///
/// A date is measured against the answer's own date, so that a clock that is wrong on either side changes nothing. Where
/// that is missing, or the wish cannot be read, nothing was wished.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let wish = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = wish.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let wait = date(headers, &RETRY_AFTER)? - date(headers, &DATE)?;
    Some(Duration::try_from(wait).unwrap_or(Duration::ZERO))
}

fn date(headers: &HeaderMap, name: &HeaderName) -> Option<PrimitiveDateTime> {
    PrimitiveDateTime::parse(headers.get(name)?.to_str().ok()?.trim(), HTTP_DATE).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_read_in_seconds_and_as_a_date_and_what_cannot_be_read_wishes_nothing() {
        let now = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        for (wish, date, seconds) in [
            ("7", None, Some(7)),
            (" 120 ", now, Some(120)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", now, Some(30)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", now, Some(0)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", None, None),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some("yesterday"), None),
            ("-1", now, None),
            ("1.5", now, None),
            ("soon", now, None),
            ("", now, None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, wish.parse().unwrap());
            if let Some(date) = date {
                headers.insert(DATE, date.parse().unwrap());
            }
            assert_eq!(retry_after(&headers).map(|wait| wait.as_secs()), seconds, "{wish}");
        }
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }
}
