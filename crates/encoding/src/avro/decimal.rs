use std::str::FromStr;

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::{BigInt, Sign};
use serde_json::{Number, Value};

use super::binary;

/// A text with more characters is no decimal that anyone means.
const LONGEST_TEXT: usize = 1_000;

fn parse(text: &str) -> Option<BigDecimal> {
    if text.len() > LONGEST_TEXT { None } else { BigDecimal::from_str(text).ok() }
}

/// The whole number that stands for `text` with `scale` digits after the point; nothing when it has more digits than
/// `precision`, or more of them after the point.
pub(super) fn unscaled(text: &str, precision: usize, scale: usize) -> Option<BigInt> {
    let (digits, own_scale) = parse(text)?.normalized().into_bigint_and_scale();
    let missing_zeros = u32::try_from(i64::try_from(scale).ok()?.checked_sub(own_scale)?).ok()?;
    if digits.sign() == Sign::NoSign {
        return Some(digits);
    }
    // Compared before it is multiplied, so that `1e999999999` costs nothing.
    let all = digits.magnitude().to_string().len().checked_add(usize::try_from(missing_zeros).ok()?)?;
    (all <= precision).then(|| digits * BigInt::from(10).pow(missing_zeros))
}

/// The number as two's complement of exactly `size` bytes, the highest first; nothing when it needs more.
pub(super) fn widened(number: &BigInt, size: usize) -> Option<Vec<u8>> {
    let bytes = number.to_signed_bytes_be();
    let missing = size.checked_sub(bytes.len())?;
    let filler = if number.sign() == Sign::Minus { 0xff } else { 0 };
    let mut wide = vec![filler; missing];
    wide.extend_from_slice(&bytes);
    Some(wide)
}

/// What the logical type `big-decimal` holds: the digits with their length, then the scale.
pub(super) fn with_scale(text: &str) -> Option<Vec<u8>> {
    let (digits, scale) = parse(text)?.into_bigint_and_scale();
    let mut bytes = Vec::new();
    binary::write_bytes(&digits.to_signed_bytes_be(), &mut bytes);
    binary::write_long(scale, &mut bytes);
    Some(bytes)
}

/// The JSON of a decimal from its digits: a number where a JSON number holds it exactly, else a text.
pub(super) fn to_json(digits: &[u8], scale: i64) -> Value {
    let decimal = BigDecimal::new(BigInt::from_signed_bytes_be(digits), scale);
    // The plain form writes every zero, and a scale is only a number in a schema.
    const MOST_ZEROS: u64 = 1_000;
    let text = if scale.unsigned_abs() > MOST_ZEROS { decimal.to_string() } else { decimal.to_plain_string() };
    match exact_number(&decimal, &text) {
        Some(number) => Value::Number(number),
        None => Value::String(text),
    }
}

/// What [`with_scale`] wrote; nothing when it is none.
pub(super) fn from_digits_and_scale(mut bytes: &[u8]) -> Option<Value> {
    let length = usize::try_from(binary::read_long(&mut bytes)?).ok()?;
    let (digits, mut bytes) = bytes.split_at_checked(length)?;
    let scale = binary::read_long(&mut bytes)?;
    bytes.is_empty().then(|| to_json(digits, scale))
}

fn exact_number(decimal: &BigDecimal, text: &str) -> Option<Number> {
    if let Ok(whole) = text.parse::<i64>() {
        return Some(Number::from(whole));
    }
    let number = Number::from_f64(text.parse().ok()?)?;
    (parse(&number.to_string()).as_ref() == Some(decimal)).then_some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn digits_after_the_point_must_not_be_more_than_the_scale() {
        let number = |text| unscaled(text, 6, 2).map(|number| number.to_string());
        for (text, digits) in [
            ("12.34", Some("1234")),
            ("12.340", Some("1234")),
            ("12", Some("1200")),
            ("-0.5", Some("-50")),
            ("0", Some("0")),
            ("0.000", Some("0")),
            ("1.2e3", Some("120000")),
            ("9999.99", Some("999999")),
            ("10000", None),
            ("12.345", None),
            ("1e999999999", None),
            ("1e-999999999", None),
            ("twelve", None),
            ("", None),
        ] {
            assert_eq!(number(text).as_deref(), digits, "{text}");
        }
    }

    #[test]
    fn a_fixed_decimal_is_filled_with_its_sign() {
        assert_eq!(widened(&BigInt::from(5), 3), Some(vec![0, 0, 5]));
        assert_eq!(widened(&BigInt::from(-5), 3), Some(vec![0xff, 0xff, 0xfb]));
        assert_eq!(widened(&BigInt::from(128), 1), None);
    }

    #[test]
    fn a_decimal_is_a_number_where_a_number_is_exact() {
        let json = |digits: &str, scale| to_json(&digits.parse::<BigInt>().unwrap().to_signed_bytes_be(), scale);
        assert_eq!(json("1234", 2), json!(12.34));
        assert_eq!(json("1200", 2), json!(12.0));
        assert_eq!(json("-7", 0), json!(-7));
        assert_eq!(json("123456789012345678901", 2), json!("1234567890123456789.01"));
        assert_eq!(json("9223372036854775808", 0), json!("9223372036854775808"));
        assert_eq!(json("1", 1_000_000_000), json!("1E-1000000000"));
    }

    proptest! {
        #[test]
        fn a_decimal_comes_back_equal(digits: i128, scale in 0usize..20) {
            let number = BigInt::from(digits);
            let json = to_json(&number.to_signed_bytes_be(), i64::try_from(scale).unwrap());
            let text = json.as_str().map_or_else(|| json.to_string(), str::to_owned);
            prop_assert_eq!(unscaled(&text, 60, scale), Some(number));
        }

        #[test]
        fn a_big_decimal_comes_back_equal(digits: i128, scale in -20i64..20) {
            let text = BigDecimal::new(BigInt::from(digits), scale).to_string();
            let json = from_digits_and_scale(&with_scale(&text).unwrap()).unwrap();
            let back = json.as_str().map_or_else(|| json.to_string(), str::to_owned);
            prop_assert_eq!(parse(&back), parse(&text));
        }

        #[test]
        fn any_bytes_are_a_big_decimal_or_none(bytes: Vec<u8>) {
            let _ = from_digits_and_scale(&bytes);
        }
    }
}
