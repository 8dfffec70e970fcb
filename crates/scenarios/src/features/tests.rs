use proptest::prelude::*;

use super::*;

#[track_caller]
fn parsed(text: &str) -> ParsedFeature {
    Features::parse([("a.feature", text)]).unwrap().features.remove(0)
}

#[track_caller]
fn refused(text: &str) -> String {
    Features::parse([("a.feature", text)]).unwrap_err().to_string()
}

const OUTLINE: &str = "@f
Feature: Orders
  Background:
    Given a background
  @s
  Scenario Outline: an order of <n>
    Given <n> items
      \"\"\"json
      {\"n\": <n>}
      \"\"\"
    And these
      | x | <n> |

    # a comment
    @first
    Examples: few
      Some words.

      | n |
      # another comment
      | 1 |
      | 2 |
    Examples:
      | n  |
      | 10 |
  Rule: plain
    Scenario: one
      Given <n> stays
";

#[test]
fn each_row_of_an_outline_becomes_a_scenario_on_the_rows_own_line() {
    let parsed = parsed(OUTLINE);
    let scenarios: Vec<(&str, usize, Option<u64>, Vec<String>)> = parsed
        .scenarios()
        .map(|(_, scenario)| {
            let line = scenario.position.line;
            (scenario.name.as_str(), line, parsed.example_rows.get(&line).copied(), scenario.tags.clone())
        })
        .collect();
    let (first, bare) = (vec!["s".to_owned(), "first".to_owned()], vec!["s".to_owned()]);
    let expected = vec![
        ("an order of 1", 21, Some(1), first.clone()),
        ("an order of 2", 22, Some(2), first),
        ("an order of 10", 25, Some(3), bare),
        ("one", 27, None, vec![]),
    ];
    assert_eq!(scenarios, expected);
    let steps = &parsed.feature.scenarios[2].steps;
    assert_eq!(steps[0].value, "10 items");
    assert!(steps[0].docstring.as_deref().is_some_and(|text| text.contains("{\"n\": 10}")));
    assert_eq!(steps[1].table.as_ref().unwrap().rows, [["x", "10"]]);
    assert_eq!(parsed.feature.rules[0].scenarios[0].steps[0].value, "<n> stays", "no outline, no placeholder");
}

#[test]
fn other_languages_and_a_byte_order_mark_are_read() {
    let german =
        "\u{feff}# language: de\nFunktionalität: Bestellungen\n  Szenario: eine\n    Angenommen etwas\n    Und mehr\n";
    let parsed = parsed(german);
    let steps: Vec<&str> = parsed.feature.scenarios[0].steps.iter().map(|step| step.value.as_str()).collect();
    assert_eq!(steps, ["etwas", "mehr"]);
    assert_eq!(parsed.feature.keyword, "Funktionalität");
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    let scenario = "Feature: f\n  Scenario: s\n    Given x\n";
    for (text, message) in [
        (
            format!("{scenario}    Gven y\n"),
            "a.feature:4: `Gven y` is not understood here; a step begins with Given, When, Then, And, But or *, a section \
             with Feature:, Rule:, Background:, Scenario:, Scenario Outline: or Examples:",
        ),
        (
            format!("{scenario}  @slow\n\n  Scenaro: t\n    Given y\n"),
            "a.feature:6: `Scenaro: t` is not understood here; a step begins with Given, When, Then, And, But or *, a section \
             with Feature:, Rule:, Background:, Scenario:, Scenario Outline: or Examples:",
        ),
        (
            "nonsense\n".to_owned(),
            "a.feature:1: `nonsense` is not understood here; a step begins with Given, When, Then, And, But or *, a section \
             with Feature:, Rule:, Background:, Scenario:, Scenario Outline: or Examples:",
        ),
        (
            "# language: xx\nFeature: f\n".to_owned(),
            "a.feature:1: language `xx` is not known; en, de, fr and so on are",
        ),
        (format!("{scenario}      \"\"\"\n      text\n"), "a.feature:4: this doc string has no end"),
        (
            format!("{scenario}      | a | b |\n      | 1 |\n"),
            "a.feature:5: this row has 1 cell, but the first row of its table has 2",
        ),
        ("\n# nothing\n".to_owned(), "a.feature: the file holds no feature"),
        ("Feature: f\n".to_owned(), "a.feature:1: feature 'f' has no scenario"),
        (
            "Feature: f\n  Scenario: s\n    Gven y\n".to_owned(),
            "a.feature:2: scenario 's' has no steps, so it checks nothing; was `Gven y` meant as one?",
        ),
        ("Feature: f\n  Scenario: s\n".to_owned(), "a.feature:2: scenario 's' has no steps, so it checks nothing"),
        (
            "Feature: f\n  Scenario Outline: s\n    Given x\n".to_owned(),
            "a.feature:2: outline 's' has no examples, so nothing runs",
        ),
        (
            "Feature: f\n  Scenario Outline: s\n    Given x\n    Examples:\n      | n |\n".to_owned(),
            "a.feature:4: these examples have no rows, so nothing runs with them",
        ),
        (
            "Feature: f\n  Scenario Outline: s\n    Given <count>\n    Examples:\n      | counts |\n      | 1 |\n"
                .to_owned(),
            "a.feature:3: no column of the examples is called <count>; did you mean <counts>?",
        ),
    ] {
        assert_eq!(refused(&text), message, "{text}");
    }
}

#[test]
fn the_problems_of_all_files_come_at_once() {
    let broken = "Feature: f\n  Scenario: a\n  Scenario: b\n";
    let error = Features::parse([("a", broken), ("b", OUTLINE), ("c", "nonsense"), ("b", OUTLINE)]).unwrap_err();
    let places: Vec<String> =
        error.problems.iter().map(|problem| format!("{}:{:?}", problem.uri, problem.line)).collect();
    assert_eq!(places, ["a:Some(2)", "a:Some(3)", "c:Some(1)", "b:None"]);
    assert_eq!(error.problems[3].to_string(), "b: the file is given twice");
}

#[test]
fn scenarios_are_counted_by_their_rows() {
    assert_eq!(Features::parse([("a", OUTLINE)]).unwrap().scenario_count(), 4);
}

proptest! {
    #[test]
    fn no_text_panics(text in "((Feature: |Scenario: |Scenario Outline: |Given |Examples:|Rule: |Background:|\\||\"\"\"|@t|#|<a>| |\r?\n|é){0,40})") {
        let _features = Features::parse([("a", text)]);
    }
}
