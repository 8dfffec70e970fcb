use super::{Described, scheme_of, shown};

const S3: Described = Described { storage: "S3", example: "s3://bucket/prefix" };

#[track_caller]
fn names(text: &str, bucket: &str, prefix: &str) {
    let (found, path) = S3.bucket_and_prefix(text, "s3").unwrap();
    assert_eq!((found.as_str(), path.as_ref()), (bucket, prefix), "{text}");
}

#[track_caller]
fn is_refused(text: &str, with: &str) {
    let message = S3.bucket_and_prefix(text, "s3").unwrap_err().to_string();
    assert!(message.contains(with), "{message}");
    assert!(message.ends_with("write s3://bucket/prefix"), "{message}");
}

#[test]
fn slashes_that_separate_nothing_are_dropped() {
    names("s3://tests/orders/new", "tests", "orders/new");
    names("s3://tests/orders/", "tests", "orders");
    names("s3://tests//orders//new//", "tests", "orders/new");
    names("S3://tests/", "tests", "");
    names("s3://tests", "tests", "");
    names("s3://tests/with space/ü%20", "tests", "with space/ü%20");
}

#[test]
fn what_names_no_folder_is_refused_with_the_reason() {
    is_refused("gs://tests/orders", "does not start with s3://");
    is_refused("/tests/orders", "does not start with s3://");
    is_refused("", "does not start with s3://");
    is_refused("s3:///orders", "names no bucket");
    is_refused("s3://te sts/orders", "letters, digits");
    is_refused("s3://tests/a/../b", "`..`");
}

#[test]
fn credentials_in_a_text_are_never_shown() {
    let message = S3.bucket_and_prefix("s3://key:pa55@tests/orders?sig=pa55#pa55", "s3").unwrap_err().to_string();
    assert!(message.contains("`s3://tests/orders`") && !message.contains("pa55"), "{message}");
    assert_eq!(shown("https://a@b:pa55@host/c@d?sig=pa55"), "https://host/c@d");
    assert_eq!(shown("/folder/a?b#c@d"), "/folder/a?b#c@d");
}

#[test]
fn only_what_looks_like_a_scheme_is_one() {
    assert_eq!(scheme_of("GS://bucket").as_deref(), Some("gs"));
    assert_eq!(scheme_of("/folder/with://in-it"), None);
    assert_eq!(scheme_of("orders"), None);
}
