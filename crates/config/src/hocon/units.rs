//! Durations and sizes as HOCON writes them.

use std::time::Duration;

use test_probe_directives::{InvalidDuration, parse_duration};

/// Reads a duration; a bare number is milliseconds.
pub(crate) fn duration_of(text: &str) -> Result<Duration, InvalidDuration> {
    let is_bare = !text.trim().is_empty() && !text.contains(|c: char| c.is_ascii_alphabetic());
    if is_bare { parse_duration(&format!("{text}ms")) } else { parse_duration(text) }
}

/// A text that is no size.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a size; write a number and a unit, such as 64 KiB, 10 MiB or 1G, or a number of bytes")]
pub(crate) struct InvalidSize {
    text: String,
}

/// Reads a size in bytes: a number, possibly with a fraction, and a unit of HOCON. A bare number is bytes.
///
/// One letter and the names with an `i` are powers of 1024: `k`, `Ki`, `KiB`, `kibibytes`. `kB`, `MB` and the names
/// without it are powers of 1000.
pub(crate) fn size_of(text: &str) -> Result<u64, InvalidSize> {
    let invalid = || InvalidSize { text: text.to_owned() };
    let trimmed = text.trim();
    let unit_at = trimmed.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(trimmed.len());
    let (number, unit) = trimmed.split_at(unit_at);
    let bytes_per_unit = bytes_per(unit).ok_or_else(invalid)?;
    let number = number.trim();
    if let Ok(whole) = number.parse::<u64>() {
        return whole.checked_mul(bytes_per_unit).ok_or_else(invalid);
    }
    let bytes = number.parse::<f64>().map_err(|_| invalid())? * bytes_per_unit as f64;
    let fits = (0.0..=2f64.powi(63)).contains(&bytes);
    if fits { Ok(bytes as u64) } else { Err(invalid()) }
}

fn bytes_per(unit: &str) -> Option<u64> {
    const BINARY: [[&str; 5]; 4] = [
        ["K", "k", "Ki", "KiB", "kibibyte"],
        ["M", "m", "Mi", "MiB", "mebibyte"],
        ["G", "g", "Gi", "GiB", "gibibyte"],
        ["T", "t", "Ti", "TiB", "tebibyte"],
    ];
    const DECIMAL: [[&str; 2]; 4] = [["kB", "kilobyte"], ["MB", "megabyte"], ["GB", "gigabyte"], ["TB", "terabyte"]];
    let unit = if unit.len() > 2 { unit.strip_suffix('s').unwrap_or(unit) } else { unit };
    if matches!(unit, "" | "B" | "b" | "byte") {
        return Some(1);
    }
    let power_in = |position: Option<usize>, base: u64| {
        position.and_then(|position| u32::try_from(position + 1).ok()).map(|power| base.pow(power))
    };
    power_in(BINARY.iter().position(|names| names.contains(&unit)), 1024)
        .or_else(|| power_in(DECIMAL.iter().position(|names| names.contains(&unit)), 1000))
}
