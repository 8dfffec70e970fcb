//! Values that have bounds.

use super::{Checked, Findings, Issue, KeySpec, Refusal, Value, scalar_text, wrong_type};
use crate::hocon::{duration_of, size_of};
use crate::keys::Bounds;

pub(super) fn integer(
    spec: &KeySpec,
    value: &Value,
    bounds: Bounds,
    findings: &mut Findings,
) -> Result<Checked, Refusal> {
    let number = whole(spec, value)?;
    within_bounds(spec, i64::from(number), bounds, &PLAIN, value, findings)?;
    Ok(Checked::Integer(number.unsigned_abs()))
}

/// A number that the Scala system's services refuse in their own words where it is none of at least 1.
pub(super) fn positive(
    spec: &KeySpec,
    value: &Value,
    bounds: Bounds,
    findings: &mut Findings,
) -> Result<Checked, Refusal> {
    let number = whole(spec, value)?;
    if number < 1 {
        let message = format!("{} must be positive, got: {number}", spec.description);
        return Err(Refusal::new(message, format!("Set '{}' to at least 1", spec.path)));
    }
    within_bounds(spec, i64::from(number), bounds, &PLAIN, value, findings)?;
    Ok(Checked::Integer(number.unsigned_abs()))
}

fn whole(spec: &KeySpec, value: &Value) -> Result<i32, Refusal> {
    let invalid =
        |cause: String| wrong_type(spec, "integer", format!("Write a whole number, such as {} = 10", spec.path), cause);
    let text = scalar_text(value).map_err(invalid)?;
    // A whole number of the Scala system has 32 bits; one written with a fraction of zero is whole too.
    match text.trim().parse::<i32>() {
        Ok(number) => Ok(number),
        Err(cause) => match text.trim().parse::<f64>() {
            Ok(number) if number.fract() == 0.0 && number.abs() <= f64::from(i32::MAX) => Ok(number as i32),
            _ => Err(invalid(format!("'{text}': {cause}"))),
        },
    }
}

pub(super) fn duration(
    spec: &KeySpec,
    value: &Value,
    bounds: Bounds,
    findings: &mut Findings,
) -> Result<Checked, Refusal> {
    let invalid = |cause: String| {
        let suggestion = format!("Write a number and a unit, such as {} = 30s, 5 minutes or 250ms", spec.path);
        wrong_type(spec, "duration", suggestion, cause)
    };
    let text = scalar_text(value).map_err(invalid)?;
    let duration = duration_of(&text).map_err(|cause| invalid(cause.to_string()))?;
    let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    within_bounds(spec, millis, bounds, &MILLISECONDS, value, findings)?;
    Ok(Checked::Duration(duration))
}

pub(super) fn size(spec: &KeySpec, value: &Value, bounds: Bounds, findings: &mut Findings) -> Result<Checked, Refusal> {
    let invalid = |cause: String| {
        let suggestion = format!("Write a number and a unit, such as {} = 64 KiB, 10 MiB or 1G", spec.path);
        wrong_type(spec, "size", suggestion, cause)
    };
    let text = scalar_text(value).map_err(invalid)?;
    let bytes = size_of(&text).map_err(|cause| invalid(cause.to_string()))?;
    within_bounds(spec, i64::try_from(bytes).unwrap_or(i64::MAX), bounds, &BYTES, value, findings)?;
    Ok(Checked::Size(bytes))
}

pub(super) fn fraction(spec: &KeySpec, value: &Value) -> Result<Checked, Refusal> {
    let invalid =
        |cause: String| wrong_type(spec, "number", format!("Write a number, such as {} = 0.2", spec.path), cause);
    let text = scalar_text(value).map_err(invalid)?;
    let number: f64 = text.trim().parse().map_err(|cause| invalid(format!("'{text}': {cause}")))?;
    if (0.0..=1.0).contains(&number) {
        return Ok(Checked::Fraction(number));
    }
    let KeySpec { path, description, .. } = spec;
    let message = format!("{description} must be from 0 to 1, got {number}");
    Err(Refusal::new(message, format!("Set '{path}' to a number from 0 to 1")))
}

/// How a number is written in messages.
struct Unit {
    /// What follows the number.
    sign: &'static str,
    /// The number as a person would write it.
    pretty: fn(i64) -> String,
}

const PLAIN: Unit = Unit { sign: "", pretty: |number| number.to_string() };
const MILLISECONDS: Unit = Unit { sign: "ms", pretty: pretty_millis };
const BYTES: Unit = Unit { sign: " bytes", pretty: pretty_bytes };

/// Reports one bound at most: the lower one, else the upper one, else the doubtful one. The last is a warning.
fn within_bounds(
    spec: &KeySpec,
    got: i64,
    bounds: Bounds,
    unit: &Unit,
    value: &Value,
    findings: &mut Findings,
) -> Result<(), Refusal> {
    let KeySpec { path, description, .. } = spec;
    let Unit { sign, pretty } = unit;
    let Bounds { min, recommended, max } = bounds;
    if got < min {
        let message = format!("{description} must be at least {min}{sign}, got {got}{sign}");
        return Err(Refusal::new(message, format!("Set '{path}' to at least {}", pretty(min))));
    }
    if let Some(max) = max.filter(|max| got > max.value) {
        let message = format!("{description} must not exceed {}{sign}, got {got}{sign} ({})", max.value, max.reason);
        return Err(Refusal::new(message, format!("Set '{path}' to at most {}", pretty(max.value))));
    }
    if let Some(recommended) = recommended.filter(|recommended| got > *recommended) {
        let message = format!("{description} is {got}{sign} (recommended maximum: {recommended}{sign})");
        let suggestion = format!("Consider reducing '{path}' to at most {}", pretty(recommended));
        findings.add(Issue::warning(path, message, suggestion).standing_at(&value.origin));
    }
    Ok(())
}

fn pretty_millis(millis: i64) -> String {
    match millis {
        ..1_000 => format!("{millis}ms"),
        1_000..60_000 => format!("{}s", millis / 1_000),
        _ => format!("{}m", millis / 60_000),
    }
}

fn pretty_bytes(bytes: i64) -> String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    let unit = units.iter().find(|(size, _)| bytes >= *size && bytes % size == 0);
    unit.map_or_else(|| format!("{bytes} bytes"), |(size, name)| format!("{} {name}", bytes / size))
}

#[cfg(test)]
mod tests {
    use super::{pretty_bytes, pretty_millis};

    #[test]
    fn bounds_are_written_in_the_largest_unit_that_fits() {
        let millis = [0, 999, 1_000, 59_999, 60_000, 3_600_000].map(pretty_millis);
        assert_eq!(millis, ["0ms", "999ms", "1s", "59s", "1m", "60m"]);
        let bytes = [1_000, 1 << 10, (1 << 20) + 1, 3 << 20, 1 << 30].map(pretty_bytes);
        assert_eq!(bytes, ["1000 bytes", "1 KiB", "1048577 bytes", "3 MiB", "1 GiB"]);
    }
}
