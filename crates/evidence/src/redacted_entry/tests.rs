use proptest::prelude::*;
use test_probe_directives::JsonPath;

use super::*;

fn redaction(paths: &[&str]) -> Redaction {
    Redaction::of(paths.iter().map(|path| JsonPath::parse(path).unwrap()).collect())
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(redacted_text(text, &redaction(&["$.pin"])), expected);
}

#[test]
fn documents_are_found_wherever_they_stand_in_a_text() {
    check("no document", "no document");
    check(r#"a {"pin":1} b {"pin":2,"n":3} c"#, r#"a {"pin":"***REDACTED***"} b {"pin":"***REDACTED***","n":3} c"#);
    check(r#"{ broken {"pin":1}"#, r#"{ broken {"pin":"***REDACTED***"}"#);
    check(r#"größe {"pin":1}"#, r#"größe {"pin":"***REDACTED***"}"#);
    check(r#"[1,2] {"other": 1.0}"#, r#"[1,2] {"other": 1.0}"#);
}

#[test]
fn a_document_over_several_lines_stays_one() {
    check("{\n\"pin\": 1\n}", "{\n  \"pin\": \"***REDACTED***\"\n}");
}

#[test]
fn a_text_with_nothing_to_hide_is_not_copied() {
    assert!(matches!(redacted_text(r#"{"a": 1}"#, &redaction(&["$.pin"])), Cow::Borrowed(_)));
}

#[test]
fn a_row_is_a_document_of_its_heading() {
    let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    let mut step = Step {
        keyword: "When".to_owned(),
        text: String::new(),
        line: 1,
        doc_string: None,
        table: Some(vec![row(&["id", "pin"]), row(&["1", "1234"]), row(&["2"]), row(&["3", "5678", "more"])]),
        background: false,
    };
    redact_arguments(&mut step, &redaction(&["$.pin"]));
    assert_eq!(
        step.table.unwrap(),
        [row(&["id", "pin"]), row(&["1", REDACTED]), row(&["2"]), row(&["3", REDACTED, "more"])]
    );
}

proptest! {
    #[test]
    fn any_text_around_a_document_stays_what_it_is(before in "[^{\\[\"]{0,20}", after in "\\PC{0,20}") {
        let text = format!("{before}{{\"pin\":\"secret\"}} {after}");
        let hidden = redacted_text(&text, &redaction(&["$.pin"])).into_owned();
        let expected = format!("{before}{{\"pin\":\"***REDACTED***\"}} ");
        prop_assert!(hidden.starts_with(&expected), "{}", hidden);
    }

    #[test]
    fn no_text_is_too_odd(text in any::<String>()) {
        redacted_text(&text, &redaction(&["$..pin"]));
    }
}
