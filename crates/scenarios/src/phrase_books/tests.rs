use proptest::prelude::*;

use super::*;

#[track_caller]
fn refused(text: &str) -> String {
    StepBook::new().with_phrase_books([("steps/a.yaml", text)]).unwrap_err().to_string()
}

fn phrase(sentence: &str, step: &str) -> String {
    format!("phrases:\n  - phrase: {sentence}\n    steps:\n      - {step}\n")
}

#[test]
fn a_step_is_written_as_it_stands_in_a_feature() {
    for step in [
        r#"I produce event {"orderId": "{id}", "n": 1} to topic "orders""#,
        r#"'I produce event {"orderId": "{id}", "n": 1} to topic "orders"'"#,
        r#"step: 'I produce event {"orderId": "{id}", "n": 1} to topic "orders"'"#,
    ] {
        let book = StepBook::new().with_phrase_books([("a", phrase("an order {id}", step))]).unwrap();
        assert_eq!(book.phrases[0].steps[0].text, r#"I produce event {"orderId": "{id}", "n": 1} to topic "orders""#);
    }
}

#[test]
fn every_sort_of_parameter_of_a_step_may_be_a_phrases() {
    for step in [
        "I wait {x}",
        r#"I produce {x} events from template "t" to topic "{y}" at {z} per second"#,
        r#"I produce event {x} to topic "{y}""#,
        r#"the topic "{x}" uses {y} serialization"#,
        "the event should be rejected with {x}",
        r#"I should receive {x} {y} events from topic "{z}" within {w}"#,
        r#"the event should match JSONPath "$.{x}" with value {y}"#,
        r#"I produce a {x} event to "{y}""#,
    ] {
        let book = StepBook::new().with_phrase_books([("a", phrase("with {x} and {y} and {z} and {w}", step))]);
        assert!(book.is_ok(), "{step}: {}", book.unwrap_err());
    }
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    for (text, message) in [
        (
            phrase("an order {id}", r#"I produce event {"a": "{idd}"} to topic "{x}""#),
            "steps/a.yaml:4: the phrase has no parameter {idd}; did you mean {id}?\nsteps/a.yaml:4: the phrase has no parameter \
             {x}; it has {id}",
        ),
        (phrase("an order", "I wait {x}"), "steps/a.yaml:4: the phrase has no parameter {x}; it has no parameters"),
        (
            phrase("an order", "I wiat 5 seconds"),
            "steps/a.yaml:4: no built-in step reads `I wiat 5 seconds`; the nearest are `I wait {duration}`, `broker {int} is \
             down for {duration}`",
        ),
        (
            phrase("I wait {x}", "I wait 1s"),
            "steps/a.yaml:2: `I wait {x}` reads as built-in step 31 does, `I wait {duration}`",
        ),
        (
            phrase("all", "I wait 1s") + "  - phrase: again\n    steps: [I wait 1s, all]\n",
            "steps/a.yaml:6: `all` is a phrase itself (steps/a.yaml:2); phrases are made of built-in steps only",
        ),
        (
            phrase("me", "me"),
            "steps/a.yaml:4: `me` is a phrase itself (steps/a.yaml:2); phrases are made of built-in steps only",
        ),
        (
            phrase("all {x}", "I wait 1s") + "  - phrase: all things\n    steps: [I wait 1s]\n",
            "steps/a.yaml:5: `all things` reads as the phrase `all {x}` does (steps/a.yaml:2)",
        ),
        (phrase("a", "the event should equal:"), "steps/a.yaml:4: `the event should equal:` needs a `doc-string`"),
        (
            phrase("a", r#"I produce the following events to topic "o":"#),
            "steps/a.yaml:4: `I produce the following events to topic \"o\":` needs a `table`",
        ),
        (phrase("a", "step: I wait 1s\n        doc-string: x"), "steps/a.yaml:4: `I wait 1s` takes no `doc-string`"),
        (phrase("a", "step: I wait 1s\n        table: [[x]]"), "steps/a.yaml:4: `I wait 1s` takes no `table`"),
        ("phrases:\n  - phrase: a\n".to_owned(), "steps/a.yaml:2: a phrase needs `steps`: a list of built-in steps"),
        ("phrases:\n  - phrase: a\n    steps: []\n".to_owned(), "steps/a.yaml:3: a phrase without steps does nothing"),
        (
            "phrases:\n  - phrases: a\n    steps: [I wait 1s]\n".to_owned(),
            "steps/a.yaml:2: a phrase has no `phrases`, did you mean `phrase`?\nsteps/a.yaml:2: `phrase` is missing: the team's \
             sentence",
        ),
        ("phrases: x\n".to_owned(), "steps/a.yaml:1: `phrases` is a list, not x"),
        (
            "- a\n".to_owned(),
            "steps/a.yaml:1: a phrase book is a mapping, not a list\nsteps/a.yaml:1: a phrase book has a list `phrases`",
        ),
        (
            "phrases: [a]\n".to_owned(),
            "steps/a.yaml:1: a phrase is a mapping, not a\nsteps/a.yaml:1: a phrase needs `steps`: a list of built-in steps",
        ),
    ] {
        assert_eq!(refused(&text), message, "{text}");
    }
    let broken = refused("phrases: [\n");
    assert!(broken.starts_with("steps/a.yaml:") && broken.contains(": not YAML: "), "{broken}");
}

#[test]
fn the_problems_of_all_books_come_at_once() {
    let files = [("a", phrase("one", "two")), ("b", "phrases: x".to_owned()), ("c", phrase("three", "I wait 1s"))];
    let error = StepBook::new().with_phrase_books(files).unwrap_err();
    let files: Vec<&str> = error.problems.iter().map(|problem| problem.file.as_str()).collect();
    assert_eq!(files, ["b", "a"]);
}

#[test]
fn phrases_of_books_added_one_after_the_other_are_told_apart() {
    let book = StepBook::new().with_phrase_books([("a", phrase("one", "I wait 1s"))]).unwrap();
    let error = book.with_phrase_books([("b", phrase("one", "I wait 2s"))]).unwrap_err();
    assert_eq!(error.to_string(), "b:2: `one` reads as the phrase `one` does (a:2)");
}

proptest! {
    #[test]
    fn no_text_panics(text in "((phrases|phrase|steps|step|table|doc-string|: |- |\n|  |I wait |\\{x\\}|1s|\\[|\\]|'|\\||é){0,24})") {
        let _book = StepBook::new().with_phrase_books([("a", text)]);
    }
}
