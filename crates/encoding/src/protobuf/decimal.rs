//! Confluent's decimal: a whole number as two's complement, the highest byte first, and where its point stands.

use std::str::FromStr;

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::BigInt;
use serde_json::{Number, Value};

/// A text with more characters is no decimal that anyone means.
const LONGEST_TEXT: usize = 1_000;

/// What the message's three fields hold.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    pub(super) value: Vec<u8>,
    pub(super) precision: u32,
    pub(super) scale: i32,
}

fn parse(text: &str) -> Option<BigDecimal> {
    if text.len() > LONGEST_TEXT { None } else { BigDecimal::from_str(text).ok() }
}

/// The decimal of a text, with the digits that it has: `12.50` has two after the point.
pub(super) fn of_text(text: &str) -> Option<Decimal> {
    let (digits, scale) = parse(text)?.into_bigint_and_scale();
    Some(Decimal {
        precision: u32::try_from(digits.magnitude().to_string().len()).ok()?,
        scale: i32::try_from(scale).ok()?,
        value: digits.to_signed_bytes_be(),
    })
}

/// A number where a JSON number holds it exactly, digits after the point and all; else a text.
pub(super) fn to_json(value: &[u8], scale: i64) -> Value {
    let decimal = BigDecimal::new(BigInt::from_signed_bytes_be(value), scale);
    // The plain form writes every zero, and a scale is only a number in a payload.
    const MOST_ZEROS: u64 = 1_000;
    let text = if scale.unsigned_abs() > MOST_ZEROS { decimal.to_string() } else { decimal.to_plain_string() };
    match exact(&text) {
        Some(number) => Value::Number(number),
        None => Value::String(text),
    }
}

fn exact(text: &str) -> Option<Number> {
    let number = match text.parse::<i64>() {
        Ok(whole) => Number::from(whole),
        Err(_) => Number::from_f64(text.parse().ok()?)?,
    };
    let same = of_text(&number.to_string()).zip(of_text(text)).is_some_and(|(number, text)| number == text);
    // A number that is written with an exponent has other digits than it shows.
    same.then_some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_digits_are_kept() {
        let decimal = |value: i32, bytes: usize, precision, scale| Decimal {
            value: value.to_be_bytes()[4 - bytes..].to_vec(),
            precision,
            scale,
        };
        for (text, wanted, back) in [
            ("12.5", decimal(125, 1, 3, 1), json!(12.5)),
            ("12.50", decimal(1250, 2, 4, 2), json!("12.50")),
            ("-7", decimal(-7, 1, 1, 0), json!(-7)),
            ("0", decimal(0, 1, 1, 0), json!(0)),
            ("200", decimal(200, 2, 3, 0), json!(200)),
        ] {
            let read = of_text(text).unwrap();
            assert_eq!(read, wanted, "{text}");
            assert_eq!(to_json(&read.value, i64::from(read.scale)), back);
        }
        assert_eq!(of_text("12345678901234567890.12").map(|read| read.precision), Some(22));
        for text in ["", "twelve", "1,5", "NaN"] {
            assert_eq!(of_text(text), None, "{text}");
        }
        assert_eq!(to_json(&[1], 2_000_000_000), json!("1E-2000000000"));
        assert_eq!(to_json(&[], 0), json!(0));
    }

    proptest! {
        #[test]
        fn a_decimal_comes_back_equal(digits: i128, scale in -20i32..20) {
            let value = BigInt::from(digits).to_signed_bytes_be();
            let json = to_json(&value, i64::from(scale));
            let text = json.as_str().map_or_else(|| json.to_string(), str::to_owned);
            let wanted = BigDecimal::new(BigInt::from(digits), i64::from(scale));
            prop_assert_eq!(parse(&text), Some(wanted));
        }
    }
}
