use super::{amounts_to, reads};

#[test]
fn comments_and_blank_lines_are_skipped() {
    reads("# one\n\n// two\na = 1 # three\nb = 2 // four\n\t\n", "{a = 1, b = 2}");
    reads("# nothing but comments", "{}");
    reads("", "{}");
}

#[test]
fn root_braces_may_be_left_out() {
    reads("{ a = 1, b { c = 2 } }", "{a = 1, b = {c = 2}}");
    reads("\u{feff}\r\n{\r\n a = 1\r\n}\r\n# end", "{a = 1}");
}

#[test]
fn members_are_divided_by_commas_or_new_lines() {
    reads("a = 1, b = 2\nc = 3\n, d = 4,\n", "{a = 1, b = 2, c = 3, d = 4}");
    reads("l = [1, 2\n3\n,4,\n]", "{l = [1, 2, 3, 4]}");
}

#[test]
fn keys_are_paths() {
    reads("a.b.c = 1\na.b { d : 2 }\na { b.e = 3 }", "{a = {b = {c = 1, d = 2, e = 3}}}");
    reads("\"a.b\".c = 1", "{\"a.b\" = {c = 1}}");
    reads("a . b = 1", "{a = {b = 1}}");
    reads("two words = 1\n\"\" = 2", "{\"two words\" = 1, \"\" = 2}");
    reads("1.5 = x", "{1 = {5 = \"x\"}}");
}

#[test]
fn a_value_may_stand_on_the_line_after_its_separator() {
    reads("a =\n  1\nb :\n\n [\n1\n]\nc =\n{ d = 1 }", "{a = 1, b = [1], c = {d = 1}}");
}

#[test]
fn a_separator_or_brace_may_stand_on_the_line_after_its_key() {
    reads("a\n{\n b = 1\n}\nc\n\n = 2", "{a = {b = 1}, c = 2}");
}

#[test]
fn unquoted_texts_become_what_they_look_like() {
    reads("a = true, b = false, c = null, d = yes", "{a = true, b = false, c = null, d = \"yes\"}");
    reads("a = 1, b = -2.50, c = 1e3, d = 1E+3, e = 2.5e-3", "{a = 1, b = -2.50, c = 1e3, d = 1E+3, e = 2.5e-3}");
    reads("a = 1., b = .5, c = 1.2.3, d = -", "{a = \"1.\", b = \".5\", c = \"1.2.3\", d = \"-\"}");
}

#[test]
fn neighbours_on_a_line_are_one_text() {
    reads("a = 10 seconds", "{a = \"10 seconds\"}");
    reads("a =   one   two\t # comment", "{a = \"one   two\"}");
    reads("a = \"quoted \"rest 1.50 true null", "{a = \"quoted rest 1.50 true null\"}");
    reads("a = 1\"\"", "{a = \"1\"}");
}

#[test]
fn quoted_texts_have_escapes() {
    reads(r#"a = "\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#, "{a = \"\\\"\\\\/\\u0008\\u000c\\n\\r\\té😀\"}");
    reads("a = \"${x} # : = { no comment\"", "{a = \"${x} # : = { no comment\"}");
    reads("a = \"null\", b = \"1\"", "{a = \"null\", b = \"1\"}");
}

#[test]
fn triple_quoted_texts_are_raw() {
    reads("a = \"\"\"one\n \\n \"two\" \"\"\"", "{a = \"one\\n \\\\n \\\"two\\\" \"}");
    reads("a = \"\"\"x\"\"\"\"\"", "{a = \"x\\\"\\\"\"}");
    reads("a = \"\"\"\"\"\"", "{a = \"\"}");
}

#[test]
fn later_values_win_and_objects_merge() {
    reads("a = 1\na = 2", "{a = 2}");
    reads("a { b = 1, c { d = 1 } }\na { c { e = 2 }, b = 3 }", "{a = {b = 3, c = {d = 1, e = 2}}}");
    reads("a { b = 1 }\na = 5", "{a = 5}");
    reads("a { b = 1 }\na = 5\na { c = 2 }", "{a = {c = 2}}");
    reads("a { b = 1 }\na = null", "{a = null}");
    reads("a = [1]\na = [2]", "{a = [2]}");
}

#[test]
fn later_layers_win_and_objects_merge_across_layers() {
    amounts_to(&["a { b = 1, c = 2 }", "a.b = 3", "d = 4"], "{a = {b = 3, c = 2}, d = 4}");
    amounts_to(&["a { b = 1 }", "a = 5"], "{a = 5}");
}

#[test]
fn lists_and_objects_side_by_side_are_one() {
    reads("a = [1] [2, 3]", "{a = [1, 2, 3]}");
    reads("a = { b = 1 } { c = 2, b = 3 }", "{a = {b = 3, c = 2}}");
}

#[test]
fn appending_makes_a_list() {
    reads("a += 1", "{a = [1]}");
    reads("a = [1]\na += 2\na += [3]", "{a = [1, 2, [3]]}");
    reads("x.a = [1]\nx { a += 2 }", "{x = {a = [1, 2]}}");
    reads("l = [{ a += 1 }]", "{l = [{a = [1]}]}");
    reads("l.a = [1]\nl = [{ a += 2 }]", "{l = [{a = [2]}]}");
    amounts_to(&["a = [1]", "a += 2"], "{a = [1, 2]}");
}

#[test]
fn lists_hold_anything() {
    reads("a = [1, two words, { b = 1 }, [true], null]", "{a = [1, \"two words\", {b = 1}, [true], null]}");
    reads("a = []", "{a = []}");
}

#[test]
fn include_may_be_a_key() {
    reads("include = 1\ninclude.b = 2", "{\"include\" = {b = 2}}");
}
