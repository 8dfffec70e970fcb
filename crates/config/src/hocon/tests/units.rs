use std::time::Duration;

use crate::hocon::{duration_of, size_of};

#[test]
fn a_bare_number_is_milliseconds() {
    for (text, millis) in
        [("30s", 30_000), ("1 minute", 60_000), ("250", 250), (" 5 ", 5), ("0", 0), ("300 seconds", 300_000)]
    {
        assert_eq!(duration_of(text), Ok(Duration::from_millis(millis)), "{text}");
    }
    assert_eq!(duration_of("1.5"), Ok(Duration::from_micros(1_500)));
}

#[test]
fn what_is_no_duration_is_refused() {
    for text in ["", " ", "soon", "-5", "5 parsecs", "1 2"] {
        assert!(duration_of(text).is_err(), "{text}");
    }
}

#[test]
fn sizes_have_the_units_of_hocon() {
    for (text, bytes) in [
        ("0", 0),
        ("512", 512),
        ("10 B", 10),
        ("2 bytes", 2),
        ("1k", 1 << 10),
        ("1K", 1 << 10),
        ("64 KiB", 64 << 10),
        ("1kB", 1_000),
        ("3 kilobytes", 3_000),
        ("10 MiB", 10 << 20),
        ("10MB", 10_000_000),
        ("0.5 M", 512 << 10),
        ("2 gibibytes", 2 << 30),
        ("1 T", 1 << 40),
    ] {
        assert_eq!(size_of(text), Ok(bytes), "{text}");
    }
}

#[test]
fn what_is_no_size_is_refused_with_the_text() {
    for text in ["", "MiB", "-1", "5 parsecs", "99999999T", "1e3M", "KiB 5"] {
        assert_eq!(
            size_of(text).unwrap_err().to_string(),
            format!(
                "`{text}` is not a size; write a number and a unit, such as 64 KiB, 10 MiB or 1G, or a number of bytes"
            )
        );
    }
}
