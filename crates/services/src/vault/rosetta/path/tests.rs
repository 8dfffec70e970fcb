use proptest::prelude::*;
use serde_json::json;

use super::*;

fn answer() -> Value {
    json!({
        "credentials": {"id": "A", "client-id": "dashed", "any name": "spaced", "a.b": "dots", "q\"q": "quote", "none": null},
        "items": [{"secret": "s0", "tags": ["x", "y"]}, {"secret": "s1", "tags": []}],
        "grid": [["00", "01"], ["10", "11"]],
        "word": "größe"
    })
}

fn one(value: Value) -> Option<Found> {
    Some(Found::One(value))
}

fn many<const N: usize>(values: [Value; N]) -> Option<Found> {
    Some(Found::Many(values.to_vec()))
}

#[test]
fn every_form_of_the_grammar_finds_its_value() {
    for (path, found) in [
        ("$.credentials.id", one(json!("A"))),
        ("credentials.id", one(json!("A"))),
        (" credentials.client-id ", one(json!("dashed"))),
        ("$.credentials[\"any name\"]", one(json!("spaced"))),
        ("$[\"credentials\"]['a.b']", one(json!("dots"))),
        ("$.credentials[\"q\\\"q\"]", one(json!("quote"))),
        ("$.items[1].secret", one(json!("s1"))),
        ("$.items[*].secret", many([json!("s0"), json!("s1")])),
        ("items[*].tags[*]", many([json!("x"), json!("y")])),
        ("$.grid[1][0]", one(json!("10"))),
        ("grid[0][*]", many([json!("00"), json!("01")])),
        ("$.credentials.none", one(json!(null))),
        ("$.credentials.gone?", one(json!(null))),
        ("$.gone?.deeper.still", one(json!(null))),
        ("$.credentials[\"gone\"]?", one(json!(null))),
        ("$.credentials.id?", one(json!("A"))),
        ("$.items.length()", one(json!(2))),
        ("items[0].tags[*].length()", one(json!(2))),
        ("$.credentials.length()", one(json!(6))),
        ("word.length()", one(json!(5))),
        ("$.length()", one(json!(4))),
        ("length()", one(json!(4))),
        // Queries of RFC 9535 beyond the Scala grammar.
        ("$.items[?@.secret=='s1'].tags", one(json!([]))),
        ("$.items[-1].secret", one(json!("s1"))),
        ("$..secret", many([json!("s0"), json!("s1")])),
        // Paths that lead nowhere.
        ("$.gone", None),
        ("$.gone.deeper?", None),
        ("$.gone?.x.y[0]", one(json!(null))),
        ("$.credentials?.gone", None),
        ("$.word.id", None),
        ("$.word[0]", None),
        ("$.items[2]", None),
        ("$.items[*].gone", None),
        ("$.credentials[*]", None),
        ("$.gone.length()", None),
        ("$.credentials.none.length()", None),
        ("$.items[?@.secret=='s2']", None),
    ] {
        assert_eq!(RosettaPath::parse(path).unwrap().find(&answer()), found, "{path}");
    }
}

#[test]
fn a_root_that_is_a_list_or_a_text_is_reached() {
    for (path, document, found) in [
        ("$.[0]", json!(["a"]), one(json!("a"))),
        ("$[0]", json!(["a"]), one(json!("a"))),
        ("[0].x", json!([{"x": "a"}]), one(json!("a"))),
        ("$.[*]", json!(["a", "b"]), many([json!("a"), json!("b")])),
        ("$", json!("a"), one(json!("a"))),
    ] {
        assert_eq!(RosettaPath::parse(path).unwrap().find(&document), found, "{path}");
    }
}

#[test]
fn what_is_no_path_is_refused_with_the_reason() {
    for (path, reason) in [
        ("", "it is empty"),
        ("a..b", "a name is missing"),
        ("a.", "a name is missing"),
        ("$credentials", "a dot or a bracket belongs before `credentials`"),
        ("a[x]", "[x] is neither a number, [*] nor a name"),
        ("a[0", "a bracket is not closed"),
        ("a[99999999999999999999]", "[99999999999999999999] is neither a number, [*] nor a name"),
        ("a[\"x", "a quote is not closed"),
        ("a[\"x\"", "a bracket is missing after [\"x\""),
        ("a(b)", "`(` cannot stand in the name `a(b)`; write [\"a(b)\"]"),
        ("length().a", "`(` cannot stand in the name `length()`; write [\"length()\"]"),
        ("a[0]b", "a dot or a bracket belongs before `b`"),
    ] {
        let expected = format!(
            "`{path}` is no path: {reason}; write such as $.credentials.id, $.items[0].secret or $[\"any name\"]"
        );
        assert_eq!(RosettaPath::parse(path).unwrap_err().to_string(), expected, "{path}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,40}") {
        if let Ok(path) = RosettaPath::parse(&text) {
            let _found = path.find(&answer());
        }
    }

    #[test]
    fn no_text_of_the_grammars_own_characters_panics(text in "[$.a\\[\\]*?0\"'\\\\()ß]{0,12}") {
        if let Ok(path) = RosettaPath::parse(&text) {
            let _found = path.find(&answer());
        }
    }

    #[test]
    fn any_name_is_reached_in_quotes(name in "\\PC{1,12}") {
        let path = format!("$[\"{}\"]", name.replace('\\', "\\\\").replace('"', "\\\""));
        let document = Value::Object([(name, json!("here"))].into_iter().collect());
        prop_assert_eq!(RosettaPath::parse(&path).unwrap().find(&document), one(json!("here")));
    }
}
