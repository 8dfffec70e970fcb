use proptest::prelude::*;
use serde_json::json;
use test_probe_actors::supervision::explain;

use super::*;

#[track_caller]
fn differences(expected: &str, value: &Value, extent: Extent) -> Vec<String> {
    differences_told(expected, value, extent, &Redaction::default())
}

#[track_caller]
fn differences_told(expected: &str, value: &Value, extent: Extent, redaction: &Redaction) -> Vec<String> {
    let expectation = Expectation::parse("the doc string", expected).unwrap();
    expectation.differences(value, extent, redaction).iter().map(Difference::to_string).collect()
}

#[test]
fn a_subset_may_leave_members_out_and_a_whole_may_not() {
    let value = json!({"id": "A", "lines": [{"n": 1, "sku": "x"}], "more": true});
    assert_eq!(differences(r#"{"lines": [{"n": 1.0}]}"#, &value, Extent::Subset), [""; 0]);
    assert_eq!(
        differences(r#"{"id": "A", "lines": [{"n": 1}]}"#, &value, Extent::Whole),
        [
            r#"$.lines[0].sku is "x" (a text), and nothing is expected there"#,
            "$.more is true, and nothing is expected there"
        ]
    );
}

#[test]
fn every_difference_is_listed_with_its_path_and_types() {
    let value = json!({"n": "10", "list": [1, 2], "id": "x", "code": "Q", "deep": {"odd name": 1}, "o": 5});
    let expected = r#"{"n": 10, "list": [1], "id": {{uuid}}, "code": "{{regex "^R"}}", "deep": {"odd name": null}, "gone": {}, "o": {}, "l": [{{any}}]}"#;
    assert_eq!(
        differences(expected, &value, Extent::Subset),
        [
            r#"$.n is "10" (a text), not 10 (a number)"#,
            "$.list has 2 elements, not 1",
            r#"$.id is "x" (a text), not a UUID"#,
            r#"$.code is "Q" (a text), not a text that matches ^R"#,
            "$.deep['odd name'] is 1 (a number), not null",
            "$.gone is missing; an object is expected",
            "$.o is 5 (a number), not an object",
            "$.l is missing; a list of 1 is expected",
        ]
    );
}

#[test]
fn what_is_hidden_is_told_by_its_type_alone() {
    let paths = ["$.pin", "$.card.pin", "$.cards[*].pin", "$.safe"].map(|path| JsonPath::parse(path).unwrap());
    let redaction = Redaction::of(paths.to_vec());
    let value = json!({"pin": "4711", "card": {"pin": 4712, "n": 1}, "cards": [{"pin": 4713}], "safe": {"a": [1]}});
    let expected = r#"{"pin": 4714, "card": {"pin": "{{regex "^471"}}", "n": 2, "gone": 1}, "cards": [{"pin": 1}], "safe": {"a": [2], "b": "4715"}}"#;
    assert_eq!(
        differences_told(expected, &value, Extent::Subset, &redaction),
        [
            "$.pin is ***REDACTED*** (a text), not ***REDACTED*** (a number)",
            "$.card.pin is ***REDACTED*** (a number), not a text that matches ***REDACTED***",
            "$.card.n is 1 (a number), not 2 (a number)",
            "$.card.gone is missing; 1 (a number) is expected",
            "$.cards[0].pin is ***REDACTED*** (a number), not ***REDACTED*** (a number)",
            "$.safe.a[0] is ***REDACTED*** (a number), not ***REDACTED*** (a number)",
            "$.safe.b is missing; ***REDACTED*** (a text) is expected",
        ]
    );
    assert_eq!(
        differences_told(r#"{"cards": 1}"#, &value, Extent::Whole, &redaction),
        [
            r#"$.cards is [{"pin":"***REDACTED***"}] (a list), not 1 (a number)"#,
            "$.pin is ***REDACTED*** (a text), and nothing is expected there",
            r#"$.card is {"pin":"***REDACTED***","n":1} (an object), and nothing is expected there"#,
            "$.safe is ***REDACTED*** (an object), and nothing is expected there",
        ]
    );
}

#[test]
fn placeholders_may_stand_in_quotes_or_not() {
    let value = json!({"a": [1], "b": "6e7f85a9-d0fe-3b5d-bb50-4c6f2991d744", "c": "R-17", "d": null});
    for expected in [
        r#"{"a": {{any}}, "b": {{uuid}}, "c": {{regex "^R-\d+$"}}, "d": {{any}}}"#,
        r#"{"a": "{{any}}", "b": "{{ uuid }}", "c": "{{regex "^R-\d+$"}}", "d": "{{any}}"}"#,
        r#"{"c": "{{regex \"^R-\\d+$\"}}"}"#,
        r#"{"c": "{{regex '^R-\d+$'}}"}"#,
        "{{any}}",
    ] {
        assert_eq!(differences(expected, &value, Extent::Subset), [""; 0], "{expected}");
    }
}

#[test]
fn a_pattern_fits_texts_only() {
    assert_eq!(
        differences(r#"{{regex "1"}}"#, &json!(1), Extent::Subset),
        ["$ is 1 (a number), not a text that matches 1"]
    );
}

#[test]
fn what_is_wrong_is_named_with_its_place_and_the_way_out() {
    let refused = |text: &str| explain(&Expectation::parse("expected/a.json", text).unwrap_err());
    assert_eq!(
        refused("{\n\"a\": {{uid}}}"),
        "expected/a.json, line 2: {{uid}} fits nothing, did you mean {{uuid}}?; there are {{any}}, {{uuid}} and {{regex \"…\"}}"
    );
    assert_eq!(
        refused("[{{regex}}]"),
        "expected/a.json, line 1: {{regex}} fits nothing; there are {{any}}, {{uuid}} and {{regex \"…\"}}"
    );
    assert_eq!(
        refused(r#"["id {{any}}"]"#),
        "expected/a.json, line 1: {{any}} must be a whole value, not a part of a text; use {{regex \"…\"}} for that"
    );
    assert!(refused(r#"[{{regex "("}}]"#).starts_with("expected/a.json, line 1: `(` is not a pattern: "));
    assert_eq!(refused("{"), "expected/a.json is not JSON: EOF while parsing an object at line 1 column 1");

    let files = Texts::of([("order-reserved", "{}"), ("twice", "{}"), ("twice", "[]")]);
    let missing = |name: &str, files: &Texts| explain(&Expectation::find(files, name).unwrap_err());
    assert_eq!(
        missing("order-reservd", &files),
        "there is no expected/order-reservd.json; did you mean order-reserved?"
    );
    assert_eq!(missing("x", &files), "there is no expected/x.json; there are order-reserved, twice");
    assert_eq!(
        missing("twice", &files),
        "2 files of expected/ are called twice.json, and a step could mean any of them; rename all but one"
    );
    assert_eq!(missing("x", &Texts::default()), "there is no expected/x.json; the test expects no files");
}

fn any_json() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z\"\\\\é]{0,6}".prop_map(Value::from)
    ];
    scalar.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,3}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect()))
        ]
    })
}

proptest! {
    #[test]
    fn a_value_is_as_expected_when_it_is_expected(value in any_json()) {
        let expectation = Expectation::parse("x", &value.to_string()).unwrap();
        prop_assert_eq!(expectation.differences(&value, Extent::Whole, &Redaction::default()), vec![]);
    }

    #[test]
    fn two_values_differ_unless_they_are_equal(left in any_json(), right in any_json()) {
        let expectation = Expectation::parse("x", &left.to_string()).unwrap();
        prop_assert_eq!(expectation.differences(&right, Extent::Whole, &Redaction::default()).is_empty(), left == right);
    }
}
