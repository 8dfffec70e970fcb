use proptest::prelude::*;

use super::{layer, refused, resolved};

#[test]
fn an_unclosed_brace_is_an_error_where_it_was_opened() {
    refused("a = 1\nb {\n  c = 2\n", "t:2:3: This '{' is never closed: '}' was expected before the end of the text");
    refused("{ a = 1", "t:1:1: This '{' is never closed: '}' was expected before the end of the text");
    refused("a = [{ b = 1 ", "t:1:6: This '{' is never closed: '}' was expected before the end of the text");
}

#[test]
fn an_unclosed_bracket_is_an_error_where_it_was_opened() {
    refused("a =\n [1,\n2\n", "t:2:2: This '[' is never closed: ']' was expected before the end of the text");
}

#[test]
fn an_unclosed_text_is_an_error_where_it_was_opened() {
    refused(
        "a = 1\nb = \"two\nc = 3",
        "t:2:5: This quoted text is never closed: '\"' was expected before the end of its line",
    );
    refused(
        "b = \"two\nc = \"3\"",
        "t:1:5: This quoted text is never closed: '\"' was expected before the end of its line",
    );
    refused("b = \"two", "t:1:5: This quoted text is never closed: '\"' was expected before the end of its line");
    refused(
        "b = \"\"\"two\n\"\"",
        "t:1:5: This triple-quoted text is never closed: '\"\"\"' was expected before the end of the text",
    );
}

#[test]
fn a_missing_value_is_an_error_where_it_should_stand() {
    let next = "Key 'a.b' has no value: a value was expected, found the next key";
    refused("a.b =\nc = 2", &format!("t:1:5: {next}"));
    refused("a.b =\n\n  c d {\n}", &format!("t:1:5: {next}"));
    refused("x {\n a.b : # comment\n \"c\" += 1 }", &format!("t:2:6: {next}"));
    refused("a =", "t:1:3: Key 'a' has no value: a value was expected, found the end of the text");
    refused("x { a = }", "t:1:7: Key 'a' has no value: a value was expected, found '}'");
    refused("a = , b = 1", "t:1:3: Key 'a' has no value: a value was expected, found ','");
    refused("a = = 1", "t:1:3: Key 'a' has no value: a value was expected, found '='");
    refused("a = [1,,2]", "t:1:8: The list lacks a value here: a value or ']' was expected, found ','");
    refused("a = [1 }", "t:1:8: ',', a new line or ']' was expected after the value, found '}'");
}

#[test]
fn a_key_without_separator_is_an_error_after_the_key() {
    refused("a\nb = 1", "t:1:2: '=', ':', '+=' or '{' was expected after key 'a', found a new line");
    refused("a.b", "t:1:4: '=', ':', '+=' or '{' was expected after key 'a.b', found the end of the text");
    refused("= 1", "t:1:1: A key was expected, found '='");
    refused("\u{feff}= 1", "t:1:1: A key was expected, found '='");
    refused("a = 1,, b = 2", "t:1:7: A key was expected, found ','");
    refused("]", "t:1:1: A key was expected, found ']'");
    refused("${a} = 1", "t:1:1: A key was expected, found a substitution");
}

#[test]
fn an_unquoted_text_with_a_colon_is_an_error_that_says_to_quote() {
    let error = layer("url = http://localhost:8081").unwrap_err();
    assert_eq!(error.to_string(), "',', a new line or the end of the text was expected after the value, found ':'");
    assert_eq!((error.place.line, error.place.column), (1, 11));
    assert!(error.reason.suggestion().ends_with("must be quoted"));
}

#[test]
fn braces_and_brackets_that_close_nothing_are_errors() {
    refused("a = 1\n}", "t:2:1: This '}' closes nothing: a key or the end of the text was expected");
    refused("{ a = 1 } }", "t:1:11: The end of the text was expected after the closing '}', found '}'");
    refused(
        "{ a = 1 }\nb = 2",
        "t:2:1: The end of the text was expected after the closing '}', found an unquoted text",
    );
    refused("a = 1 ]", "t:1:7: ',', a new line or the end of the text was expected after the value, found ']'");
    refused("[1]", "t:1:1: A configuration is an object, but this text begins with '['");
}

#[test]
fn bad_substitutions_are_errors() {
    refused("a = ${b", "t:1:5: This substitution is never closed: '}' was expected before the end of its line");
    refused("a = ${b\n}", "t:1:5: This substitution is never closed: '}' was expected before the end of its line");
    refused("a = ${}", "t:1:5: A substitution is '${path}' or '${?path}', found no path in it");
    refused("a = ${?}", "t:1:5: A substitution is '${path}' or '${?path}', found no path in it");
    refused("a = ${b[]}", "t:1:8: A substitution is '${path}' or '${?path}', found '[' in it");
    refused("a = ${a ${b}}", "t:1:9: A substitution is '${path}' or '${?path}', found '$' in it");
    refused("a = ${b#}", "t:1:8: A substitution is '${path}' or '${?path}', found '#' in it");
    refused("a = ${b..c}", "t:1:7: A path has an empty part");
    refused("a = ${b.}", "t:1:5: A path has an empty part");
    refused("a = $b", "t:1:5: '$' cannot stand in an unquoted text");
}

#[test]
fn characters_that_the_language_keeps_must_be_quoted() {
    refused("a = why?", "t:1:8: '?' cannot stand in an unquoted text");
    refused("a = user@host", "t:1:9: '@' cannot stand in an unquoted text");
    refused("a = C:\\x", "t:1:6: ',', a new line or the end of the text was expected after the value, found ':'");
    refused("a = 1+1", "t:1:6: '+' cannot stand in an unquoted text");
    refused("a* = 1", "t:1:2: '*' cannot stand in an unquoted text");
}

#[test]
fn bad_escapes_and_paths_are_errors() {
    refused(r#"a = "x\y""#, "t:1:7: '\\y' is not an escape of a quoted text");
    refused(r#"a = "\u12""#, "t:1:6: '\\u12' is not an escape of a quoted text");
    refused(r#"a = "\ud800x""#, "t:1:6: '\\ud800' is not an escape of a quoted text");
    refused("a..b = 1", "t:1:1: A path has an empty part");
    refused(".a = 1", "t:1:1: A path has an empty part");
    refused("a. = 1", "t:1:1: A path has an empty part");
}

#[test]
fn an_earlier_error_is_told_before_a_later_one() {
    refused("a = 1 }\nb = \"unclosed", "t:1:7: This '}' closes nothing: a key or the end of the text was expected");
}

#[test]
fn nesting_is_bounded() {
    let limit = "Objects and lists are nested deeper than 100 levels";
    let deep = |open: &str, count: usize| layer(&format!("a = {}", open.repeat(count)));
    assert_eq!(deep("[", 5_000).unwrap_err().to_string(), limit);
    assert_eq!(deep("{a=", 5_000).unwrap_err().to_string(), limit);
    assert_eq!(layer(&format!("{}a = 1", "a.".repeat(5_000))).unwrap_err().to_string(), limit);
    assert!(layer(&format!("a = {}{}", "[".repeat(90), "]".repeat(90))).is_ok());
}

/// Texts in which the signs of the language are more common than elsewhere.
fn hocon_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("{"),
        Just("}"),
        Just("["),
        Just("]"),
        Just(","),
        Just("="),
        Just(":"),
        Just("+="),
        Just("\n"),
        Just(" "),
        Just("\""),
        Just("\"\"\""),
        Just("\\"),
        Just("\\u00"),
        Just("${"),
        Just("${?"),
        Just("$"),
        Just("a"),
        Just("b.c"),
        Just("."),
        Just("#"),
        Just("//"),
        Just("include"),
        Just("required("),
        Just("1e+"),
        Just("-5"),
        Just("\u{feff}"),
        Just("ü"),
        Just("null"),
        Just("a = ${b}\n"),
        Just("b = ${?a} [1]\n"),
        Just("a { b = 1 }\n"),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,80}") {
        if layer(&text).is_ok() {
            resolved(&[&text]);
        }
    }

    #[test]
    fn no_text_that_looks_like_hocon_panics(text in hocon_like(), later in hocon_like()) {
        let readable: Vec<&str> = [&*text, &*later].into_iter().filter(|text| layer(text).is_ok()).collect();
        resolved(&readable);
    }
}
