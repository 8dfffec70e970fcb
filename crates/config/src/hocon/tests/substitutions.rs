use std::cell::Cell;

use super::{amounts_to, layer, reads, resolve, resolved};
use crate::Environment;
use crate::hocon::Value;

/// The problems of a text, one line each.
#[track_caller]
fn problems(text: &str) -> Vec<String> {
    resolved(&[text]).problems.iter().map(|(path, error)| format!("{} at {path}: {error}", error.place)).collect()
}

/// Where the value at `path` comes from.
#[track_caller]
fn origin(layers: &[&str], path: &str) -> String {
    let root: Value = resolved(layers).value.unwrap();
    root.at(path).unwrap().origin.to_string()
}

#[test]
fn a_default_survives_an_unset_variable() {
    reads("a = 1\na = ${?NOPE}", "{a = 1}");
    reads("a { b = 1 }\na = ${?NOPE}", "{a = {b = 1}}");
    amounts_to(&["a = 1\na = ${?NOPE}", "b = 2"], "{a = 1, b = 2}");
    amounts_to(&["a = 1", "a = ${?NOPE}"], "{a = 1}");
}

#[test]
fn a_set_variable_takes_the_defaults_place() {
    reads("a = 1\na = ${?HOME}", "{a = \"/home/ann\"}");
    reads("a = 1\na = ${?EMPTY}", "{a = \"\"}");
    reads("a = ${HOME}/x", "{a = \"/home/ann/x\"}");
    assert_eq!(origin(&["a = 1\na = ${?HOME}"], "a"), "environment variable HOME");
}

#[test]
fn a_key_without_default_is_absent_where_its_variable_is_unset() {
    reads("a = ${?NOPE}\nb = 1", "{b = 1}");
    reads("a = ${?NOPE}${?NADA}\nb = ${?NOPE} ${?NADA}", "{}");
    reads("l = [1, ${?NOPE}, 2]", "{l = [1, 2]}");
}

#[test]
fn the_configuration_comes_before_the_environment() {
    reads("HOME = mine\na = ${HOME}", "{HOME = \"mine\", a = \"mine\"}");
    reads("HOME = null\na = ${?HOME}", "{HOME = null, a = null}");
}

#[test]
fn substitutions_see_the_whole_layered_configuration() {
    reads("a = ${b.c}\nb { c = 1 }\nb.c = 2", "{a = 2, b = {c = 2}}");
    amounts_to(&["a = ${b}\nb = 1", "b = 2"], "{a = 2, b = 2}");
    amounts_to(&["b = 1", "a = ${b}"], "{b = 1, a = 1}");
    reads("a { b = 1, c = ${a.b} }\na.b = 2", "{a = {b = 2, c = 2}}");
    reads("a = ${\"x.y\"}\n\"x.y\" = 1", "{a = 1, \"x.y\" = 1}");
}

#[test]
fn a_value_keeps_the_place_where_it_is_written() {
    assert_eq!(origin(&["a = 1\n  b.c = two"], "b.c"), "t:2:9");
    assert_eq!(origin(&["a = ${b}\nb = 1"], "a"), "t:2:5");
    assert_eq!(origin(&["b = 1\na = x ${b}"], "a"), "t:2:5");
    assert_eq!(origin(&["a = 1\na = ${?NOPE}"], "a"), "t:1:5");
}

#[test]
fn substitutions_join_texts_lists_and_objects() {
    reads("h = localhost, p = 9092, a = ${h}\":\"${p}", "{h = \"localhost\", p = 9092, a = \"localhost:9092\"}");
    reads("n = 5, a = ${n} ${n}  s", "{n = 5, a = \"5 5  s\"}");
    reads("l = [1], a = ${l} [2] ${?NOPE}", "{l = [1], a = [1, 2]}");
    reads(
        "d { x = 1, y = 2 }\na = ${d} { y = 3 }\nb : ${d}",
        "{d = {x = 1, y = 2}, a = {x = 1, y = 3}, b = {x = 1, y = 2}}",
    );
    reads("a = ${?NOPE} x ${?NOPE} y ${?NOPE}", "{a = \" x  y \"}");
}

#[test]
fn an_object_that_is_overlaid_shows_through_a_substitution() {
    reads("d { x = 1 }\na = ${d}\na { y = 2 }", "{d = {x = 1}, a = {x = 1, y = 2}}");
    reads("a { y = 2 }\nd { x = 1 }\na = ${d}\nb = ${a.x}", "{a = {y = 2, x = 1}, d = {x = 1}, b = 1}");
    reads("d { x = ${a.y} }\na = ${d} { y = 1 }\n", "{d = {x = 1}, a = {x = 1, y = 1}}");
}

#[test]
fn a_self_reference_sees_what_came_before() {
    reads("p = [1]\np = ${p} [2]\np = ${p} [3]", "{p = [1, 2, 3]}");
    reads("p = a\np = ${p}\":b\"", "{p = \"a:b\"}");
    reads("p = ${?p}x", "{p = \"x\"}");
    amounts_to(&["p = [1]", "p = ${p} [2]"], "{p = [1, 2]}");
    reads("o { x = 1 }\no = ${o} { y = ${o.x} }", "{o = {x = 1, y = 1}}");
    reads("l = [1]\nl = [${l}, 2]", "{l = [[1], 2]}");
}

#[test]
fn the_specifications_own_examples_of_self_reference_hold() {
    reads("foo : { a : { c : 1 } }\nfoo : ${foo.a}\nfoo : { a : 2 }", "{foo = {a = 2, c = 1}}");
    reads("bar : { foo : 42, baz : ${bar.foo} }\nbar : { foo : 43 }", "{bar = {foo = 43, baz = 43}}");
    reads(
        "bar : { a : ${foo.d}, b : 1 }\nbar.b = 3\nfoo : { c : ${bar.b}, d : 2 }\nfoo.d = 4",
        "{bar = {a = 4, b = 3}, foo = {c = 3, d = 4}}",
    );
    reads("a : 1, b : 2, a : ${b}, b : ${a}", "{a = 1, b = 2}");
}

#[test]
fn a_substitution_that_finds_nothing_is_a_problem_with_its_place() {
    assert_eq!(
        problems("a = 1\nb.c = ${nope.x}\nd = ${nope.x}\ne = ok"),
        [
            "t:2:7 at b.c: Substitution '${nope.x}' finds neither a key nor an environment variable of this name",
            "t:3:5 at d: Substitution '${nope.x}' finds neither a key nor an environment variable of this name",
        ]
    );
}

#[test]
fn a_substitution_that_is_overridden_is_never_followed() {
    reads("a = ${nope}\na = 1", "{a = 1}");
}

#[test]
fn cycles_are_problems_with_their_place() {
    assert_eq!(problems("a = ${a}"), ["t:1:5 at a: Substitution '${a}' leads back to itself"]);
    assert_eq!(problems("a = ${b}\nb = ${a}").len(), 2);
    assert!(problems("a = ${b}\nb = ${a}")[0].ends_with("leads back to itself"));
    assert_eq!(problems("a = ${b}\nb { c = ${a} }")[0], "t:2:3 at a.c: Key 'a.c' would contain itself");
    assert!(problems("a { b = ${a} }")[0].ends_with("would contain itself"));
    assert_eq!(problems("a = [${a}]"), ["t:1:6 at a: Substitution '${a}' leads back to itself"]);
}

#[test]
fn a_cycle_elsewhere_is_not_hidden_by_an_optional_substitution() {
    assert_eq!(problems("l = ${l} [4]\nl += 3"), ["t:1:5 at l: Substitution '${l}' leads back to itself"]);
}

#[test]
fn optional_cycles_are_absent() {
    reads("a = ${?a}", "{}");
    reads("a = ${?b}\nb = ${?a}", "{}");
    reads("a = ${b}\nb = ${?a} [1]", "{a = [1], b = [1]}");
}

#[test]
fn values_of_different_kinds_cannot_stand_side_by_side() {
    assert_eq!(
        problems("a = 1 { b = 2 }"),
        ["t:1:5 at a: a number and an object cannot stand side by side in one value"]
    );
    assert_eq!(
        problems("l = [1]\na = ${l} text"),
        ["t:2:5 at a: a list and a text cannot stand side by side in one value"]
    );
    assert_eq!(problems("a = [1] {}"), ["t:1:5 at a: a list and an object cannot stand side by side in one value"]);
}

/// An environment without variables that counts the questions.
#[derive(Default)]
struct Counting(Cell<usize>);

impl Environment for Counting {
    fn get(&self, _name: &str) -> Option<String> {
        self.0.set(self.0.get() + 1);
        None
    }
}

#[test]
fn a_text_that_doubles_itself_again_and_again_ends_in_a_problem_after_bounded_work() {
    let mut text = "a0 = ${?NOPE}x\n".to_owned();
    for n in 1..64 {
        text.push_str(&format!("a{n} = ${{a{}}}${{a{}}}\n", n - 1, n - 1));
    }
    let environment = Counting::default();
    let problems = resolve(&[layer(&text).unwrap()], &environment, &[]).problems;
    let mut reasons: Vec<String> = problems.iter().map(|(_, error)| format!("{}: {error}", error.place)).collect();
    reasons.dedup();
    let [reason] = reasons.as_slice() else { panic!("one reason: {reasons:?}") };
    assert!(reason.ends_with("The substitutions unfold into more than 200000 values"), "{reason}");
    assert!((1..200_000).contains(&environment.0.get()), "{} questions", environment.0.get());
}

#[test]
fn a_chain_of_substitutions_without_end_is_a_problem_and_no_overflow() {
    let chain: String = (0..5_000).map(|n| format!("a{n} = ${{a{}}}\n", n + 1)).collect();
    assert!(problems(&chain).iter().any(|problem| problem.contains("lead through more than 150 others")));
}

#[test]
fn what_lies_elsewhere_is_not_followed() {
    let layers = [layer("other { x = ${nope} }\nmine { y = 1 }").unwrap()];
    let resolved = resolve(&layers, &std::collections::BTreeMap::<String, String>::new(), &["mine"]);
    assert_eq!(resolved.problems, []);
    assert_eq!(resolved.value.unwrap().to_string(), "{y = 1}");
    assert!(resolve(&layers, &std::collections::BTreeMap::<String, String>::new(), &["none"]).value.is_none());
}
