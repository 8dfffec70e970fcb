use proptest::prelude::*;

use super::*;

#[track_caller]
fn found(notation: &str, text: &str) -> Option<Vec<(String, String)>> {
    Pattern::parse(notation).captures(text).map(|captures| captures.0)
}

fn pairs(pairs: &[(&str, &str)]) -> Option<Vec<(String, String)>> {
    Some(pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
}

#[test]
fn optional_and_alternative_parts_may_nest() {
    let notation = "I have (a|an)[ old| new[ red]] cat[ {n:int}]";
    assert_eq!(found(notation, "I have a cat"), pairs(&[]));
    assert_eq!(found(notation, "I have an new red cat 3"), pairs(&[("n", "3")]));
    assert_eq!(found(notation, "I have a red cat"), None);
    assert_eq!(found(notation, "I have a cat 3 "), None, "the whole text counts");
}

#[test]
fn each_kind_takes_what_it_is_and_nothing_else() {
    for (kind, fits, fits_not) in [
        ("string", r#""a b""#, "a"),
        ("string", "'a b'", "'a"),
        ("string", r#""say \"hi\" \\""#, r#""a" b""#),
        ("string", r#""""#, ""),
        ("int", "12", "-1"),
        ("word", "com.acme.Order", "two words"),
        ("type", "OrderCreated", "an"),
        ("json", r#"{"a": "}"}"#, "[1]"),
        ("value", "-1.5e3", "yes"),
        ("value", "true", "True"),
        ("value", r#"["]"]"#, "'a"),
        ("value", "null", "nil"),
        ("duration", "200 ms", "200"),
        ("duration", "1.5m", ".5m"),
        ("format", "Avro", "XML"),
        ("format", "JSON", "JSO"),
    ] {
        let notation = format!("x {{it:{kind}}}");
        assert_eq!(found(&notation, &format!("x {fits}")), pairs(&[("it", fits)]), "{kind} {fits}");
        assert_eq!(found(&notation, &format!("x {fits_not}")), None, "{kind} {fits_not}");
    }
}

#[test]
fn json_ends_where_its_object_ends_whatever_its_texts_say() {
    let notation = "event {event:json} to topic {topic:string}[ with headers {headers:json}]";
    let text = r#"event {"a": "} to topic \"x\" with headers {"} to topic "t" with headers {"h": "} to topic \"y\""}"#;
    let expected = [
        ("event", r#"{"a": "} to topic \"x\" with headers {"}"#),
        ("topic", r#""t""#),
        ("headers", r#"{"h": "} to topic \"y\""}"#),
    ];
    assert_eq!(found(notation, text), pairs(&expected));
}

#[test]
fn broken_json_is_still_taken_so_that_its_step_can_say_what_is_wrong() {
    let expected = [("event", r#"{"a": }"#), ("topic", r#""t""#)];
    assert_eq!(found("event {event:json} to {topic:string}", r#"event {"a": } to "t""#), pairs(&expected));
}

#[test]
fn one_of_several_texts_is_captured() {
    let notation = "{which=the event|all events} should{not= not}";
    assert_eq!(found(notation, "all events should not"), pairs(&[("which", "all events"), ("not", " not")]));
    assert_eq!(found(notation, "no event should not"), None);
}

#[test]
fn a_pattern_is_shown_without_the_names_of_its_parameters() {
    let pattern = Pattern::parse("the event[ {part=key|value}] should (be {text:string}|have {n:int})");
    assert_eq!(pattern.shown(), "the event[ (key|value)] should (be {string}|have {int})");
}

#[test]
fn variants_are_all_texts_that_a_pattern_stands_for() {
    let pattern = Pattern::parse("a[ b| c] {n:int}");
    let variants = pattern.variants(&|_| "1".to_owned());
    assert_eq!(variants, ["a b 1", "a c 1", "a 1"]);
}

proptest! {
    #[test]
    fn no_notation_and_no_text_panics(notation in "[a-c \\[\\](){}|:=\"é]{0,20}", text in "[a-c {}\\[\\]\"'\\\\é0-9]{0,20}") {
        let _captures = Pattern::parse(&notation).captures(&text);
    }

    #[test]
    fn quoted_text_is_found_again(text in "[^\"\\\\]{0,12}") {
        let found = Pattern::parse("x {it:string} y").captures(&format!("x \"{text}\" y"));
        let expected = format!("\"{text}\"");
        prop_assert_eq!(found.as_ref().and_then(|found| found.get("it")), Some(expected.as_str()));
    }
}
