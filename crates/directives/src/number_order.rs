use std::cmp::Ordering;

use serde_json::Number;

/// The order of two JSON numbers by their value, whatever they are written as: `1` is `1.0`.
///
/// Whole numbers are compared as such. Beyond 2^53 not all of them are floating-point numbers, so that ids such as
/// 9007199254740993 and 9007199254740992 would be the same.
pub fn number_order(left: &Number, right: &Number) -> Option<Ordering> {
    match (whole(left), whole(right)) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        (Some(left), None) => whole_and_fraction(left, right.as_f64()?),
        (None, Some(right)) => whole_and_fraction(right, left.as_f64()?).map(Ordering::reverse),
        (None, None) => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

fn whole(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

/// A whole number of 64 bits against any other, without rounding it.
fn whole_and_fraction(whole: i128, other: f64) -> Option<Ordering> {
    // Beyond this nothing of 64 bits comes near, and below it the whole part fits.
    const FAR: f64 = 1e30;
    if !(-FAR..FAR).contains(&other) {
        return 0.0.partial_cmp(&other);
    }
    let below = other.floor();
    Some(match whole.cmp(&(below as i128)) {
        Ordering::Equal if other > below => Ordering::Less,
        order => order,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_ordered_by_value_and_whole_ones_exactly() {
        use Ordering::{Equal, Greater, Less};
        for (left, right, order) in [
            (json!(1), json!(1.0), Equal),
            (json!(1), json!(1.5), Less),
            (json!(-1), json!(-1.5), Greater),
            (json!(1.5), json!(1), Greater),
            (json!(0.1), json!(0.2), Less),
            (json!(9_007_199_254_740_993_i64), json!(9_007_199_254_740_992_i64), Greater),
            (json!(9_007_199_254_740_993_i64), json!(9_007_199_254_740_992.0), Greater),
            (json!(u64::MAX), json!(u64::MAX - 1), Greater),
            (json!(u64::MAX), json!(i64::MIN), Greater),
            (json!(u64::MAX), json!(18_446_744_073_709_551_616.0), Less),
            (json!(i64::MIN), json!(-1e300), Greater),
            (json!(7), json!(1e300), Less),
        ] {
            let (Some(left), Some(right)) = (left.as_number(), right.as_number()) else { panic!("two numbers") };
            assert_eq!(number_order(left, right), Some(order), "{left} {right}");
            assert_eq!(number_order(right, left), Some(order.reverse()), "{right} {left}");
        }
    }
}
