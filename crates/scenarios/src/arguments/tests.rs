use proptest::prelude::*;
use serde_json::json;
use test_probe_actors::supervision::explain;

use super::*;
use crate::pattern::Pattern;

/// The arguments of a step whose one parameter is `it`.
#[track_caller]
fn given(kind: &str, text: &str) -> Arguments {
    let captures = Pattern::parse(&format!("x {{it:{kind}}}")).captures(&format!("x {text}")).expect("the text fits");
    Arguments { captures, ..Arguments::default() }
}

fn below(media_type: Option<&str>, content: &str) -> Arguments {
    let doc_string = Some(DocString { media_type: media_type.map(str::to_owned), content: content.to_owned() });
    Arguments { doc_string, ..Arguments::default() }
}

#[test]
fn texts_lose_their_quotes_and_keep_their_backslashes() {
    for (text, read) in
        [(r#""a b""#, "a b"), ("'a b'", "a b"), (r#""say \"hi\"""#, "say \"hi\""), (r#""^\d+$""#, r"^\d+$"), ("''", "")]
    {
        assert_eq!(given("string", text).the_text("it"), read, "{text}");
    }
    assert_eq!(Arguments::default().text("it"), None);
}

#[test]
fn values_keep_their_types() {
    for (text, value) in [
        (r#""10""#, json!("10")),
        ("'true'", json!("true")),
        ("10", json!(10)),
        ("-1.5e1", json!(-15.0)),
        ("true", json!(true)),
        ("null", json!(null)),
        (r#"{"a": [1]}"#, json!({"a": [1]})),
        (r#"["x"]"#, json!(["x"])),
    ] {
        assert_eq!(given("value", text).value("it").unwrap(), value, "{text}");
    }
}

#[test]
fn headers_are_texts_numbers_and_booleans_and_may_stand_twice() {
    let headers = given("json", r#"{"b": "x", "a": 1, "t": [true, "y"]}"#).headers("it").unwrap();
    let expected = Headers::none().with("b", "x").with("a", "1").with("t", "true").with("t", "y");
    assert_eq!(headers, expected);
    assert_eq!(Arguments::default().headers("it").unwrap(), Headers::none());
}

#[test]
fn bytes_are_read_from_digits() {
    assert_eq!(given("string", r#""00 fF7b""#).hex("it").unwrap(), [0, 0xff, 0x7b]);
    assert_eq!(given("string", r#""""#).hex("it").unwrap(), [0_u8; 0]);
}

#[test]
fn a_doc_strings_type_may_name_its_format() {
    for (media_type, format) in [
        (None, None),
        (Some("json"), None),
        (Some("avro"), Some(Format::Avro)),
        (Some("protobuf"), Some(Format::Protobuf)),
    ] {
        assert_eq!(below(media_type, r#"{"a": 1}"#).doc_json().unwrap(), (json!({"a": 1}), format));
    }
}

#[test]
fn what_cannot_be_read_is_refused_with_its_text_and_the_way_out() {
    let refused = |error: InvalidArgument| explain(&error);
    let table: [(InvalidArgument, &str); 13] = [
        (
            given("json", r#"{"a": }"#).json("it").unwrap_err(),
            "`{\"a\": }` is not JSON: expected value at line 1 column 7",
        ),
        (
            given("string", r#""order.id""#).json_path("it").unwrap_err(),
            "`order.id` is not a JSONPath: at position 0, parser error; a path starts with `$`, such as $.order.items[0].sku",
        ),
        (
            given("duration", "5 parsecs").duration("it").unwrap_err(),
            "`5 parsecs` is not a duration; write a number and a unit, such as 200 ms, 5 seconds or 2m",
        ),
        (
            given("duration", "25 hours").duration("it").unwrap_err(),
            "`25 hours` is too long for a step; the longest time is 1d",
        ),
        (
            given("int", "99999999999").number("it").unwrap_err(),
            "99999999999 is out of range; a number from 0 to 4294967295 is expected here",
        ),
        (
            given("string", r#""0g""#).hex("it").unwrap_err(),
            "`0g` is not bytes in hexadecimal digits; write two for each byte, such as \"00 ff 7b\"",
        ),
        (
            given("json", r#"{"a": {}}"#).headers("it").unwrap_err(),
            "header `a` is {} (an object); a header is a text, a number or a boolean, or a list of them",
        ),
        (
            given("word", "QueFull").nack_kind("it").unwrap_err(),
            "`QueFull` is no kind of rejection, did you mean `QueueFull`?; the kinds are DslNotInitialized, \
             ActorNotRegistered, SchemaRegistryNotInitialized, SchemaNotFound, SchemaRegistry, Encoding, QueueFull, \
             StreamClosed, Timeout, Authentication, Broker, ActorFailed, WouldDeadlock",
        ),
        (
            below(Some("xml"), "<a/>").doc_json().unwrap_err(),
            "a doc string of type `xml` cannot be read; use json, avro, or none",
        ),
        (below(None, "{").doc_json().unwrap_err(), "`{` is not JSON: EOF while parsing an object at line 1 column 1"),
        (
            Arguments::default().doc_json().unwrap_err(),
            "the step needs a doc string below it: lines between \"\"\" and \"\"\"",
        ),
        (
            Arguments::default().table().map(drop).unwrap_err(),
            "the step needs a table below it, with a heading and a row for each event",
        ),
        (
            given("string", r#""0f0""#).hex("it").unwrap_err(),
            "`0f0` is not bytes in hexadecimal digits; write two for each byte, such as \"00 ff 7b\"",
        ),
    ];
    for (error, message) in table {
        assert_eq!(refused(error), message);
    }
    let message = refused(given("string", r#""[a""#).regex("it").unwrap_err());
    assert!(
        message.starts_with("`[a` is not a pattern; a pattern is a regular expression such as ^ORD-[0-9]+$: "),
        "{message}"
    );
}

proptest! {
    #[test]
    fn bytes_written_in_digits_are_read_back(bytes: Vec<u8>) {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        prop_assert_eq!(given("string", &format!("\"{digits}\"")).hex("it").unwrap(), bytes);
    }

    #[test]
    fn json_values_are_read_back(number: i64, text in "[^\"\\\\']{0,10}") {
        prop_assert_eq!(given("value", &number.to_string()).value("it").unwrap(), json!(number));
        prop_assert_eq!(given("value", &format!("\"{text}\"")).value("it").unwrap(), json!(text));
    }
}
