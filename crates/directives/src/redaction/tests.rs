use proptest::prelude::*;
use serde_json::json;

use super::*;

fn redaction(paths: &[&str]) -> Redaction {
    Redaction::of(paths.iter().map(|path| JsonPath::parse(path).unwrap()).collect())
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(redaction(&["$.pin", "$.card.pin"]).text(text), expected);
}

#[test]
fn every_path_is_hidden_and_nothing_else() {
    let mut event = json!({"cardNumber": "4111", "owner": {"pin": 1234, "name": "Ann"}});
    redaction(&["$.cardNumber", "$..pin"]).apply(&mut event);
    assert_eq!(event, json!({"cardNumber": REDACTED, "owner": {"pin": REDACTED, "name": "Ann"}}));
}

#[test]
fn what_a_path_finds_is_hidden_where_it_lies_in_or_around_something_hidden() {
    let event = json!({"card": {"pin": 1234, "owner": "Ann"}, "cards": [{"pin": 1}, {"pin": 2}], "n": 7});
    let redaction = redaction(&["$.card", "$.cards[*].pin"]);
    let found = |path| redaction.find(&JsonPath::parse(path).unwrap(), &event);
    assert_eq!(found("$.card.pin"), [json!(REDACTED)]);
    assert_eq!(found("$.cards[?@.pin == 2].pin"), [json!(REDACTED)]);
    assert_eq!(found("$.cards"), [json!([{"pin": REDACTED}, {"pin": REDACTED}])]);
    assert_eq!(found("$.card.owner.length()"), [json!(REDACTED)]);
    assert_eq!(found("$.cards.length()"), [json!(2)]);
    assert_eq!(found("$.n"), [json!(7)]);
    assert_eq!(found("$.gone"), Vec::<Value>::new());
}

#[test]
fn what_is_expected_at_a_redacted_path_is_hidden_without_a_document() {
    let redaction = redaction(&["$.card.pin", "$.cards[?@.kind == 'credit'].pin"]);
    for (path, value, hides) in [
        ("$.card.pin", json!(1), true),
        ("$ ['card'] .pin", json!(1), true),
        ("$.card.pin.length()", json!(4), true),
        ("$..pin", json!(1), true),
        ("$.cards[3].pin", json!(1), true),
        ("$.card", json!({"pin": 1}), true),
        ("$.card", json!("none"), false),
        ("$.card", json!("{\"pin\": 1}"), true),
        ("$.card.owner", json!({"pin": 1}), false),
        ("$.pin", json!(1), false),
    ] {
        assert_eq!(redaction.hides(&JsonPath::parse(path).unwrap(), &value), hides, "{path}");
    }
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
fn a_document_that_was_cut_or_has_placeholders_is_known_by_the_names_of_its_members() {
    check(r#"{"n":1,"pin":"12","x":{{any}}}"#, r#"{"n":1,"pin":"***REDACTED***","x":{{any}}}"#);
    check(r#"{"pin" : 12, "x…"#, r#"{"pin" : "***REDACTED***", "x…"#);
    check("{\"pin\":\"12… and\nmore", "{\"pin\":\"***REDACTED***\" and\nmore");
    check(r#"{"n": {"pin": 12}}"#, r#"{"n": {"pin": 12}}"#);
    check(r#"{"n": {"pin": 12}} {"#, r#"{"n": {"pin": 12}} {"#);
    check(r#"{ {"n": {"pin": 12}}"#, r#"{ {"n": {"pin": "***REDACTED***"}}"#);
    check(r#"{"pin": no value"#, r#"{"pin": no value"#);
    let redaction = redaction(&["$.cards[*].pin", "$.card['the pin'][0]"]);
    redaction.note_text(r#"{"pin": "4711", "the pin": ["4712"], "id": "4713", "x": {{uuid}}}"#);
    assert_eq!(redaction.text("4711 4712 4713"), "***REDACTED*** ***REDACTED*** 4713");
}

#[test]
fn a_document_over_several_lines_stays_one() {
    check("{\n\"pin\": 1\n}", "{\n  \"pin\": \"***REDACTED***\"\n}");
}

#[test]
fn what_a_text_says_is_at_a_redacted_path_is_hidden_however_short_it_is() {
    check("$.pin: 12 does not fit; a text is", "$.pin: ***REDACTED*** does not fit; a text is");
    check("$.pin is \"12\" (a text)", "$.pin is ***REDACTED*** (a text)");
    check("$.pin.length() is 2", "$.pin.length() is ***REDACTED***");
    check("$.pin: [1, 2, 3… does not fit", "$.pin: ***REDACTED*** does not fit");
    check("$.card: {\"pin\":1,\"x\":… does not fit\nnext", "$.card: ***REDACTED*** does not fit\nnext");
    check("$.card: \"none\" does not fit", "$.card: \"none\" does not fit");
    check(r#"$.card: "{\"pin\":12}" does not fit"#, "$.card: ***REDACTED*** does not fit");
    check("$.pin: field `pin` is missing", "$.pin: field `pin` is missing");
    check("$.other: 12 does not fit", "$.other: 12 does not fit");
    check("$.pin is ***REDACTED*** (a text)", "$.pin is ***REDACTED*** (a text)");
    check("$.pin: \"12\nnext", "$.pin: ***REDACTED***\nnext");
}

#[test]
fn what_events_had_at_redacted_places_is_hidden_in_every_text() {
    let redaction = redaction(&["$.pin", "$.card.pin"]);
    let clone = redaction.clone();
    redaction.note(&json!({"pin": "4711", "n": 8000}));
    redaction.note_text("a {\"pin\": 4712} and {\"card\": {\"pin\": [4713, \"4714\"]}}");
    let table = [["pin", "n"], ["4715", "8001"]].map(|row| row.map(str::to_owned).to_vec());
    redaction.note_table(&table);
    redaction.note_at(&JsonPath::parse("$.card.pin").unwrap(), &json!("4716"));
    redaction.note_at(&JsonPath::parse("$.card").unwrap(), &json!("8002"));
    let text = "4711 4712 4713 4714 4715 4716 8000 8001 8002";
    let hidden = format!("{}8000 8001 8002", format!("{REDACTED} ").repeat(6));
    assert_eq!(clone.text(text), hidden, "clones share what they remember");
    assert_eq!(clone.afresh().text(text), text);
}

#[test]
fn a_redaction_does_not_print_what_it_remembers() {
    let redaction = redaction(&["$.pin"]);
    redaction.note(&json!({"pin": "4711"}));
    assert_eq!(format!("{redaction:?}"), "Redaction { paths: [JsonPath($.pin)], .. }");
}

#[test]
fn a_text_with_nothing_to_hide_is_not_copied() {
    assert!(matches!(redaction(&["$.pin"]).text(r#"{"a": 1}"#), Cow::Borrowed(_)));
    assert!(matches!(Redaction::default().text(r#"{"pin": 1}"#), Cow::Borrowed(_)));
}

fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
}

#[track_caller]
fn check_table(paths: &[&str], table: &[&[&str]], expected: &[&[&str]]) {
    let mut hidden = rows(table);
    redaction(paths).table(&mut hidden);
    assert_eq!(hidden, rows(expected));
}

#[test]
fn a_row_is_a_document_of_its_heading() {
    check_table(
        &["$.pin"],
        &[&["id", "pin"], &["1", "1234"], &["2"], &["3", "5678", "more"]],
        &[&["id", "pin"], &["1", REDACTED], &["2"], &["3", REDACTED, "more"]],
    );
}

#[test]
fn a_heading_is_a_path_to_its_cells() {
    check_table(
        &["$.card.pin", "$.cards[*].pin", "$.lines[?@.kind == 'x'].pin"],
        &[
            &["card.pin", "$.card.owner", "cards[0].pin", "cards[1].pin", "lines[0].kind", "lines[0].pin"],
            &["1", "Ann", "2", "3", "x", "4"],
            &["1", "Ann", "", "3", "y", "4"],
        ],
        &[
            &["card.pin", "$.card.owner", "cards[0].pin", "cards[1].pin", "lines[0].kind", "lines[0].pin"],
            &[REDACTED, "Ann", REDACTED, REDACTED, "x", REDACTED],
            &[REDACTED, "Ann", REDACTED, REDACTED, "y", "4"],
        ],
    );
}

#[test]
fn cells_that_are_documents_and_headings_that_are_no_paths_are_hidden_too() {
    check_table(
        &["$.card.pin", "$['the pin']", "$['a..b']"],
        &[&["card", "the pin", "a..b"], &["{\"pin\": 1, \"n\": 2}", "3", "4"]],
        &[&["card", "the pin", "a..b"], &["{\"pin\":\"***REDACTED***\",\"n\":2}", REDACTED, REDACTED]],
    );
}

#[test]
fn columns_that_contradict_each_other_are_hidden_each() {
    check_table(
        &["$.a.pin", "$.list[1].pin"],
        &[&["a", "a.pin", "list[1].pin"], &["1", "2", "3"]],
        &[&["a", "a.pin", "list[1].pin"], &["1", REDACTED, REDACTED]],
    );
}

proptest! {
    #[test]
    fn any_text_around_a_document_stays_what_it_is(before in "[^{\\[\"]{0,20}", after in "\\PC{0,20}") {
        let text = format!("{before}{{\"pin\":\"secret\"}} {after}");
        let hidden = redaction(&["$.pin"]).text(&text).into_owned();
        let expected = format!("{before}{{\"pin\":\"***REDACTED***\"}} ");
        prop_assert!(hidden.starts_with(&expected), "{}", hidden);
    }

    #[test]
    fn no_text_is_too_odd(text in any::<String>(), path in "[$.a\\[\\]\": 0-9…{}]{0,12}") {
        let redaction = redaction(&["$..pin", "$.a"]);
        redaction.note_text(&text);
        redaction.text(&text);
        redaction.text(&path);
        let mut table = vec![vec![path.clone(), text.clone()], vec![text, path]];
        redaction.note_table(&table);
        redaction.table(&mut table);
    }
}
