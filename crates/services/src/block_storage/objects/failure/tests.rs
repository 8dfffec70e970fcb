use std::error::Error;
use std::io;

use super::{failed_to, tell};

#[derive(Debug, thiserror::Error)]
#[error("Generic S3 error: {source}")]
struct Repeating {
    source: Cause,
}

#[derive(Debug, thiserror::Error)]
#[error("error sending request")]
struct Cause(#[source] io::Error);

#[test]
fn a_cause_is_told_once_however_often_it_is_repeated() {
    let error = Repeating { source: Cause(io::Error::other("Connection refused")) };
    assert_eq!(tell(&error), "Generic S3 error: error sending request: Connection refused");
}

#[test]
fn of_an_answer_only_code_and_message_are_told() {
    let answer = "Server returned 400: <?xml version=\"1.0\"?><Error><Code>ExpiredToken</Code>\n\
                  <Message>The provided token has expired.</Message><Token-0>pa55</Token-0></Error>";
    let told = tell(&io::Error::other(answer));
    assert_eq!(told, "Server returned 400: ExpiredToken: The provided token has expired.");
    let told = tell(&io::Error::other("Server returned 400: <html>pa55</html>"));
    assert_eq!(told, "Server returned 400: (a document that says no more)");
}

#[test]
fn a_long_answer_is_cut_between_characters() {
    let told = tell(&io::Error::other("ü".repeat(10_000)));
    assert_eq!(told.chars().count(), 601);
}

#[test]
fn the_error_names_place_and_cause_without_repeating_itself() {
    let error = failed_to("read", "s3://tests/orders")(io::Error::other("no route"));
    assert_eq!(error.to_string(), "cannot read `s3://tests/orders`");
    let source = error.source().unwrap();
    assert_eq!(source.to_string(), "no route");
    assert!(source.source().is_none());
}
