use std::time::Duration;

use super::super::{CompatibilityLevel, FailedAddress, VersionChoice};
use super::*;
use crate::{SchemaGuid, SchemaId};

fn message(status: u16, body: &str) -> String {
    let request = RegistryRequest::Latest { subject: "orders-Order".into() };
    RegistryError::new(request, "http://r:1", RegistryFailure::from_answer(status, body.as_bytes())).to_string()
}

#[test]
fn each_code_has_its_message_and_says_whether_asking_again_helps() {
    let place = "the Schema Registry at http://r:1 did not give the latest version of subject `orders-Order`: ";
    for (status, body, text, again) in [
        (404, r#"{"error_code":40401,"message":"m"}"#, "it knows no such subject", false),
        (404, r#"{"error_code":40402,"message":"m"}"#, "the subject has no such version", false),
        (404, r#"{"error_code":40403,"message":"m"}"#, "it has no such schema there", false),
        (422, r#"{"error_code":42201,"message":"bad"}"#, "it takes the schema for invalid; it says: bad", false),
        (
            409,
            r#"{"error_code":409,"message":"no"}"#,
            "the schema is incompatible with an earlier version; change the schema, or the subject's compatibility \
             level; it says: no",
            false,
        ),
        (401, "", "it refuses the credentials with status 401; it says: (nothing)", false),
        (403, "<html>", "it refuses the credentials with status 403; it says: <html>", false),
        (429, "", "it is asked too often (status 429)", true),
        (
            503,
            r#"{"error_code":50003,"message":"leader"}"#,
            "it is out of order, with status 503; it says: leader",
            true,
        ),
        (
            422,
            r#"{"error_code":42202,"message":"version"}"#,
            "it answers status 422, code 42202; it says: version",
            false,
        ),
        (
            404,
            "no page",
            "it does not offer that (status 404); check the address and its path, and whether the registry is new \
             enough; it says: no page",
            false,
        ),
        (
            405,
            r#"{"error_code":405,"message":"m"}"#,
            "it does not offer that (status 405); check the address and its path, and whether the registry is new \
             enough; it says: m",
            false,
        ),
        (404, r#"{"error_code":40408,"message":"m"}"#, "it answers status 404, code 40408; it says: m", false),
    ] {
        assert_eq!(message(status, body), format!("{place}{text}"));
        assert_eq!(RegistryFailure::from_answer(status, body.as_bytes()).helps_to_ask_again(), again, "{text}");
    }
}

#[test]
fn a_page_instead_of_an_answer_is_cut() {
    assert!(message(500, &"x".repeat(10_000)).len() < 700);
}

#[test]
fn what_was_asked_is_part_of_the_message() {
    let subject = || "s".to_owned();
    for (request, text) in [
        (RegistryRequest::Register { subject: subject() }, "did not register the schema under subject `s`: "),
        (RegistryRequest::LookUp { subject: subject() }, "did not find the schema under subject `s`: "),
        (RegistryRequest::ById { id: SchemaId::new(7) }, "did not give the schema with id 7: "),
        (RegistryRequest::Version { subject: subject(), version: 2 }, "did not give version 2 of subject `s`: "),
        (RegistryRequest::Subjects { prefix: subject() }, "did not list the subjects that start with `s`: "),
        (
            RegistryRequest::ByGuid { guid: SchemaGuid::from_bytes([7; 16]) },
            "did not give the schema with GUID 07070707-0707-0707-0707-070707070707: ",
        ),
        (RegistryRequest::Versions { subject: subject() }, "did not list the versions of subject `s`: "),
        (
            RegistryRequest::IsCompatible { subject: subject(), versions: VersionChoice::Number(3) },
            "did not compare the schema with version 3 of subject `s`: ",
        ),
        (
            RegistryRequest::CompatibilityLevel { subject: Some(subject()) },
            "did not give the compatibility level of subject `s`: ",
        ),
        (
            RegistryRequest::SetCompatibilityLevel { subject: None, level: CompatibilityLevel::Full },
            "did not set its own compatibility level to FULL: ",
        ),
        (
            RegistryRequest::ReferencedBy { subject: subject(), version: 2 },
            "did not list the schemas that refer to version 2 of subject `s`: ",
        ),
    ] {
        let error = RegistryError::new(request, "u", RegistryFailure::TooManyRequests).to_string();
        assert!(error.contains(text), "{error}");
    }
}

#[test]
fn the_cause_is_the_source_and_not_part_of_the_text() {
    let cause = Arc::new(std::io::Error::other("refused"));
    let failure = RegistryFailure::Unreachable(cause);
    let error = RegistryError::new(RegistryRequest::ById { id: SchemaId::new(1) }, "http://r", failure);
    assert_eq!(
        error.to_string(),
        "the Schema Registry at http://r did not give the schema with id 1: it cannot be reached; check the \
         address, and whether it runs"
    );
    assert_eq!(error.source().unwrap().to_string(), "refused");
}

#[test]
fn the_code_of_the_registry_is_kept_whether_the_failure_tells_it_or_not() {
    let error = |failure| RegistryError::new(RegistryRequest::Subjects { prefix: String::new() }, "u", failure);
    for (status, body, code) in [
        (404, r#"{"error_code":40401,"message":"m"}"#, Some(40401)),
        (422, r#"{"error_code":42201,"message":"m"}"#, Some(42201)),
        (422, r#"{"error_code":42205,"message":"m"}"#, Some(42205)),
        (429, "", None),
    ] {
        assert_eq!(error(RegistryFailure::from_answer(status, body.as_bytes())).code, code);
    }
    assert_eq!(error(RegistryFailure::TooManyRequests).with_code(Some(42901)).code, Some(42901));
    assert_eq!(error(RegistryFailure::SubjectNotFound).with_code(None).code, Some(40401));
}

#[test]
fn what_became_of_each_address_is_told_and_the_last_cause_is_the_source() {
    let cause = |text: &str| RegistryFailure::Unreachable(Arc::new(std::io::Error::other(text.to_owned())));
    let failed = |url: &str, failure| FailedAddress { url: url.into(), failure };
    let timed_out = RegistryFailure::TimedOut { after: Duration::from_secs(5) };
    let tried = Arc::from([
        failed("http://a", cause("first")),
        failed("http://b", cause("second")),
        failed("http://c", timed_out),
    ]);
    let request = RegistryRequest::ById { id: SchemaId::new(1) };
    let error = RegistryError::new(request, "http://a, http://b, http://c", RegistryFailure::NoneAnswers { tried });
    assert_eq!(
        error.to_string(),
        "the Schema Registry at http://a, http://b, http://c did not give the schema with id 1: none of its addresses \
         answers: http://a: it cannot be reached; check the address, and whether it runs; http://b: it cannot be \
         reached; check the address, and whether it runs; http://c: there was no answer within 5000 ms"
    );
    assert_eq!(error.source().unwrap().to_string(), "second");
    assert!(error.helps_to_ask_again());
}
