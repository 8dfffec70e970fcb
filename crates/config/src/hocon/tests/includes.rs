use std::collections::BTreeMap;

use super::{Files, parse, resolve};
use crate::{ConfigFile, Includes, LoadFileError};

fn files(files: &[(&'static str, &'static str)]) -> Files {
    Files(files.iter().copied().collect())
}

/// Asserts that a text amounts to `expected` where `with` can be included.
#[track_caller]
fn reads(text: &str, with: &[(&'static str, &'static str)], expected: &str) {
    let layer = parse("main.conf", text, &files(with)).unwrap();
    let resolved = resolve(&[layer], &BTreeMap::<String, String>::new(), &[]);
    assert_eq!(resolved.problems, []);
    assert_eq!(resolved.value.unwrap().to_string(), expected);
}

#[track_caller]
fn refused(text: &str, with: &[(&'static str, &'static str)], expected: &str) {
    let error = parse("main.conf", text, &files(with)).unwrap_err();
    assert_eq!(format!("{}: {error}", error.place), expected);
}

#[test]
fn an_included_file_stands_where_it_is_included() {
    let more = [("more.conf", "a = 2, b = 3")];
    reads("a = 1\ninclude \"more.conf\"", &more, "{a = 2, b = 3}");
    reads("include \"more.conf\"\na = 1", &more, "{a = 1, b = 3}");
    reads("x { include \"more.conf\" }, c = 1", &more, "{x = {a = 2, b = 3}, c = 1}");
    reads("include file(\"more.conf\")\ninclude required(\"more.conf\"), c = 1", &more, "{a = 2, b = 3, c = 1}");
    reads("l = [{ include required(file(\"more.conf\")) }]", &more, "{l = [{a = 2, b = 3}]}");
}

#[test]
fn an_included_value_keeps_its_own_place() {
    let layer = parse("main.conf", "x { include \"more.conf\" }", &files(&[("more.conf", "\na = 1")])).unwrap();
    let root = resolve(&[layer], &BTreeMap::<String, String>::new(), &[]).value.unwrap();
    assert_eq!(root.at("x.a").unwrap().origin.to_string(), "more.conf:2:5");
}

#[test]
fn substitutions_of_an_included_file_look_below_the_include_first() {
    let more = [("more.conf", "a = ${b}\nb = 1")];
    reads("b = 2\nx { include \"more.conf\" }", &more, "{b = 2, x = {a = 1, b = 1}}");
    reads("b = 2\nx { include \"more.conf\", b = 3 }", &more, "{b = 2, x = {a = 3, b = 3}}");
    reads("b = 2\nx { include \"other.conf\" }", &[("other.conf", "a = ${b}")], "{b = 2, x = {a = 2}}");
    reads("x.l = [1]\nx { include \"app.conf\" }", &[("app.conf", "l += 2")], "{x = {l = [1, 2]}}");
}

#[test]
fn a_file_that_is_not_there_is_left_out_unless_it_is_required() {
    reads("include \"nope.conf\"\na = 1", &[], "{a = 1}");
    refused(
        "\n include required(\"nope.conf\")",
        &[],
        "main.conf:2:10: The required include 'nope.conf' was not found",
    );
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_at_the_include() {
    refused(
        "include \"broken\"",
        &[],
        "main.conf:1:9: The include 'broken' could not be read: configuration file 'broken' is not UTF-8 text; save it \
         as UTF-8",
    );
}

#[test]
fn an_error_in_an_included_file_names_that_file() {
    let error = "more.conf:1:3: Key 'a' has no value: a value was expected, found the end of the text";
    refused("include \"more.conf\"", &[("more.conf", "a =")], error);
}

#[test]
fn includes_that_run_in_a_circle_are_an_error() {
    refused(
        "include \"a.conf\"",
        &[("a.conf", "x = 1\ninclude \"b.conf\""), ("b.conf", "include \"c.conf\""), ("c.conf", "include \"a.conf\"")],
        "c.conf:1:9: The include 'a.conf' includes itself, or includes are nested deeper than 16 files",
    );
}

/// Every file includes another one.
struct Endless;

impl Includes for Endless {
    fn load(&self, _including: &str, name: &str) -> Result<Option<ConfigFile>, LoadFileError> {
        Ok(Some(ConfigFile { name: name.to_owned(), text: format!("include \"{name}x\"") }))
    }
}

#[test]
fn includes_without_end_are_an_error() {
    let error = parse("main.conf", "include \"a\"", &Endless).unwrap_err();
    let last = format!("a{}", "x".repeat(16));
    assert_eq!(
        error.to_string(),
        format!("The include '{last}' includes itself, or includes are nested deeper than 16 files")
    );
}

#[test]
fn other_kinds_of_includes_are_refused_by_name() {
    refused(
        "include classpath(\"x.conf\")",
        &[],
        "main.conf:1:9: 'include classpath(' is not supported; files are included relative to the file that includes them",
    );
    refused(
        "include file(x)",
        &[],
        "main.conf:1:9: 'include file(x)' is not supported; files are included relative to the file that includes them",
    );
    refused("include file(\"x\"", &[], "main.conf:1:9: An include names a file in quotes: include \"file.conf\"");
    refused("include file( 5", &[], "main.conf:1:14: An include names a file in quotes: include \"file.conf\"");
}
