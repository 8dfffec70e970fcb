use crate::error::ServiceError;

/// As long as a path may be on common file systems, and longer than any object key.
const MAX_BUCKET_CHARS: usize = 4096;

const MAX_TEST_TYPE_CHARS: usize = 2048;

/// Checks what a test is to be started with, by the rules and in the words of the REST interface. The first thing that is
/// wrong is told.
pub(super) fn validate_start(bucket: &str, test_type: Option<&str>) -> Result<(), ServiceError> {
    let wrong = wrong_with_bucket(bucket).or_else(|| test_type.and_then(wrong_with_test_type));
    wrong.map_or(Ok(()), |message| Err(ServiceError::InvalidRequest { message: message.to_owned() }))
}

fn wrong_with_bucket(bucket: &str) -> Option<&'static str> {
    let trimmed = bucket.trim();
    if trimmed.is_empty() {
        return Some("block-storage-path cannot be empty");
    }
    if trimmed.chars().count() > MAX_BUCKET_CHARS {
        return Some("block-storage-path exceeds maximum length (4096 characters)");
    }
    bucket.contains('\0').then_some("block-storage-path contains invalid null character")
}

fn wrong_with_test_type(test_type: &str) -> Option<&'static str> {
    if test_type.trim().is_empty() {
        return Some("test-type cannot be empty string (omit field or provide valid value)");
    }
    if test_type.chars().count() > MAX_TEST_TYPE_CHARS {
        return Some("test-type exceeds maximum length (2048 characters)");
    }
    test_type.contains('\0').then_some("test-type contains invalid null character")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bucket: &str, test_type: Option<&str>, expected: &str) {
        let told = validate_start(bucket, test_type).map_or_else(|error| error.to_string(), |()| "fine".to_owned());
        assert_eq!(told, expected);
    }

    #[test]
    fn what_a_test_is_started_with_is_checked_by_the_rules_of_the_rest_interface() {
        check("s3://bucket/orders", None, "fine");
        check("s3://bucket/orders", Some("functional"), "fine");
        check("", None, "block-storage-path cannot be empty");
        check(" \t", None, "block-storage-path cannot be empty");
        check(&"ä".repeat(4096), None, "fine");
        check(&format!(" {} ", "a".repeat(4096)), None, "fine");
        check(&"a".repeat(4097), None, "block-storage-path exceeds maximum length (4096 characters)");
        check("a\0b", None, "block-storage-path contains invalid null character");
        check("a", Some(" "), "test-type cannot be empty string (omit field or provide valid value)");
        check("a", Some(&"t".repeat(2048)), "fine");
        check("a", Some(&"t".repeat(2049)), "test-type exceeds maximum length (2048 characters)");
        check("a", Some("t\0"), "test-type contains invalid null character");
        check("", Some(""), "block-storage-path cannot be empty");
    }
}
