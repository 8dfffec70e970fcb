//! The check itself finds what it is there to find.

use std::path::Path;

use crate::check::check;
use crate::rust_tests::{Function, functions};
use crate::section::Section;
use crate::{Totals, problems_of};

/// A workspace with one file of tests, and a catalogue of one section.
fn problems_in(section: &str, entries: &str) -> Vec<String> {
    let text = format!(
        "section: \"{section}\"\ntitle: Things\nactive: 1\ncommented-out: 0\nfeatures:\n  thing.feature:\n{entries}"
    );
    problems_of_text(section, &text)
}

fn problems_of_text(section: &str, text: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace");
    let section_read = match Section::parse("things.yaml", text) {
        Ok(section) => section,
        Err(problem) => return vec![problem],
    };
    let counted = section_read.entries.iter().filter(|entry| !entry.is_commented_out).count();
    let nothing = Totals { component: 0, component_commented_out: 0, integration: 0, rest_commented_out: 0 };
    let totals = match section {
        "10.13" => Totals { integration: counted, ..nothing },
        "10.14" => Totals { rest_commented_out: section_read.entries.len() - counted, ..nothing },
        _ => Totals { component: counted, component_commented_out: section_read.entries.len() - counted, ..nothing },
    };
    check(root, &[section_read], &[section], totals)
}

const GOOD: &str = "    - scenario: it works\n      file: tests/catalogue/tests.rs\n      test: a_scenario_with_a_test_that_runs_is_fine\n";

/// An entry whose test has this name.
fn covered_by(test: &str) -> String {
    GOOD.replace("a_scenario_with_a_test_that_runs_is_fine", test)
}

#[test]
fn a_scenario_with_a_test_that_runs_is_fine() {
    assert_eq!(problems_in("10.4", GOOD), [""; 0]);
    let two =
        covered_by("[a_scenario_with_a_test_that_runs_is_fine, a_scenario_without_a_test_is_named_with_its_line]");
    assert_eq!(problems_in("10.4", &two), [""; 0]);
}

#[test]
fn a_scenario_without_a_test_is_named_with_its_line() {
    assert_eq!(problems_in("10.4", "    - scenario: it works\n"), ["things.yaml:7: 'it works' has no test"]);
    assert_eq!(
        problems_in("10.4", &covered_by("PENDING")),
        ["things.yaml:7: 'it works' has no test: it is still to be written"]
    );
    assert_eq!(problems_in("10.4", &covered_by("[]")), ["things.yaml:7: 'it works' has no test"]);
}

#[test]
fn a_test_that_is_not_there_is_named() {
    assert_eq!(
        problems_in("10.4", &covered_by("it_is_not_there")),
        ["things.yaml:7: 'it works' is covered by it_is_not_there, which is not in tests/catalogue/tests.rs"]
    );
    let elsewhere = "    - scenario: it works\n      file: crates/nowhere.rs\n      test: x\n";
    assert_eq!(
        problems_in("10.4", elsewhere),
        ["things.yaml:7: 'it works' names `crates/nowhere.rs`, which is not there"]
    );
    assert_eq!(
        problems_in("10.4", &covered_by("covered_by")),
        [
            "things.yaml:7: 'it works' is covered by covered_by, which is a function of tests/catalogue/tests.rs and no test"
        ]
    );
}

#[test]
fn a_file_outside_of_the_repository_is_refused() {
    for file in ["/tmp/x.rs", "../x.rs", "crates/../../x.rs", "src/x.rs", "\"\""] {
        let problems = problems_in("10.4", &format!("    - scenario: it works\n      file: {file}\n      test: x\n"));
        assert_eq!(problems.len(), 1);
        assert!(problems[0].ends_with("which is no file of crates/ or tests/"), "{problems:?}");
    }
}

#[test]
fn one_of_several_tests_that_is_not_there_is_enough() {
    let two = covered_by("[a_scenario_with_a_test_that_runs_is_fine, it_is_not_there]");
    let problems = problems_in("10.4", &two);
    assert!(problems[0].contains("it_is_not_there") && problems.len() == 1, "{problems:?}");
}

#[test]
fn what_a_scenario_waits_for_is_one_of_few_things_and_each_has_its_sections() {
    let waits = |reason: &str| format!("    - scenario: it works\n      waits-for: {reason}\n");
    for section in ["10.11", "10.13"] {
        assert_eq!(problems_in(section, &waits("protobuf-and-json-schema")), [""; 0]);
    }
    let commented_out = format!("{}      is: commented-out\n", waits("http-service"));
    let text = format!(
        "section: \"10.14\"\ntitle: Things\nactive: 0\ncommented-out: 1\nfeatures:\n  thing.feature:\n{commented_out}"
    );
    assert_eq!(problems_of_text("10.14", &text), [""; 0]);

    for (section, reason, said) in [
        ("10.4", "protobuf-and-json-schema", "which only section 10.11 or 10.13 may"),
        ("10.4", "http-service", "which only section 10.14 may"),
        ("10.11", "http-service", "which only section 10.14 may"),
        ("10.11", "better-weather", "which nobody knows"),
    ] {
        let problems = problems_in(section, &waits(reason));
        assert_eq!(problems, [format!("things.yaml:7: 'it works' waits for `{reason}`, {said}")]);
    }
    let both = format!("{GOOD}      waits-for: protobuf-and-json-schema\n");
    let problems = problems_in("10.11", &both);
    assert!(problems[0].contains("has a test and waits for something"), "{problems:?}");
}

#[test]
fn scenarios_are_counted_and_none_stands_twice() {
    let twice = format!("{GOOD}{GOOD}");
    assert_eq!(
        problems_in("10.4", &twice),
        ["things.yaml: 2 scenarios are active, but the section says 1", "things.yaml:10: 'it works' stands twice"]
    );
    let commented_out = format!("{GOOD}      is: commented-out\n");
    assert_eq!(
        problems_in("10.4", &commented_out),
        [
            "things.yaml: 0 scenarios are active, but the section says 1",
            "things.yaml: 1 scenarios are commented-out, but the section says 0",
        ]
    );
}

#[test]
fn the_sums_of_all_sections_and_the_sections_themselves_are_checked() {
    let text = format!("section: \"10.4\"\ntitle: Things\nactive: 1\ncommented-out: 0\nfeatures:\n  f:\n{GOOD}");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace");
    let sections = || vec![Section::parse("things.yaml", &text).expect("a section")];
    let one = Totals { component: 1, component_commented_out: 0, integration: 0, rest_commented_out: 0 };
    assert_eq!(check(root, &sections(), &["10.4"], one), [""; 0]);
    let problems = check(root, &sections(), &["10.4"], Totals { component: 2, ..one });
    assert!(problems[0].starts_with("the catalogue holds Totals { component: 1,"), "{problems:?}");
    let problems = check(root, &sections(), &["10.4", "10.5"], one);
    assert_eq!(problems, ["section 10.5 stands 0 times in the catalogue, not once"]);
    let problems = check(root, &sections(), &[], one);
    assert_eq!(problems, ["things.yaml: there is no section `10.4`"]);
    let mut twice = sections();
    twice.extend(sections());
    let problems = check(root, &twice, &["10.4"], Totals { component: 2, ..one });
    assert_eq!(problems, ["section 10.4 stands 2 times in the catalogue, not once"]);
}

#[test]
fn what_cannot_be_read_is_named_with_its_line() {
    for (text, said) in [
        ("section: [", "things.yaml:"),
        ("section: \"10.4\"\nsections: 3\n", "things.yaml:2: nobody reads the key `sections`"),
        ("active: many\n", "things.yaml:1: a whole number is wanted here"),
        ("features:\n  f:\n    - file: x\n", "things.yaml:3: an entry names its scenario"),
        ("features:\n  f:\n    - scenario: x\n      tests: y\n", "things.yaml:4: nobody reads the key `tests`"),
        ("features:\n  f:\n    - scenario: x\n      is: gone\n", "things.yaml:4: a scenario is commented-out, or"),
        ("features: 3\n", "things.yaml:1: a mapping is wanted here"),
    ] {
        let problem = Section::parse("things.yaml", text).expect_err(text);
        assert!(problem.starts_with(said), "{problem}");
    }
    let problems = problems_of(Path::new("/"), Path::new("/not/there"));
    assert!(problems[0].starts_with("/not/there: "), "{problems:?}");
}

#[track_caller]
fn judged(source: &str, name: &str, expected: Option<Function>) {
    assert_eq!(functions(source).get(name).copied(), expected, "{source}");
}

#[test]
fn tests_are_told_from_ignored_ones_and_from_other_functions() {
    let test = Some(Function::Test);
    judged("#[test]\nfn a() {}", "a", test);
    judged("#[tokio::test(flavor = \"multi_thread\")]\n/// Says.\n#[allow(x)]\nasync fn a() {}", "a", test);
    judged("proptest! {\n  #![proptest_config(C)]\n  #[test]\n  fn a(x in 0..3) { b() }\n}", "a", test);
    judged("#[test]\n#[should_panic(expected = \"]\")]\n\npub(crate) fn a() {}", "a", test);
    judged("const S: &str = \"// \\\" fn\"; #[test] fn a() {}", "a", test);
    judged("const C: char = '\"'; #[test] fn a() {} // \"", "a", test);
    judged("fn b<'a>(x: &'a str) {} #[test] fn a() {}", "a", test);

    judged("#[test]\n#[ignore]\nfn a() {}", "a", Some(Function::IgnoredTest));
    judged("#[ignore = \"slow\"]\n#[test]\nfn a() {}", "a", Some(Function::IgnoredTest));
    judged("#[test]\n#[cfg_attr(not(feature = \"x\"), ignore)]\nfn a() {}", "a", Some(Function::IgnoredTest));
    judged("#[test]\n#[cfg(any())]\nfn a() {}", "a", Some(Function::IgnoredTest));

    judged("fn a() {}", "a", Some(Function::NoTest));
    judged("#[test]\nfn b() {}\nfn a() {}", "a", Some(Function::NoTest));
    judged("#[cfg(test)]\nfn a() {}", "a", Some(Function::NoTest));
    judged("#[test]\nstatic X: u8 = 0;\nfn a() {}", "a", Some(Function::NoTest));

    for nowhere in [
        "// #[test]\n// fn a() {}",
        "/* #[test] /* deep */ fn a() {} */",
        "const S: &str = \"#[test] fn a() {}\";",
        "const S: &str = r#\"#[test] \" fn a() {}\"#;",
        "const S: &[u8] = br\"#[test] fn a() {}\";",
        "#[test]\nfn ab() {}",
    ] {
        judged(nowhere, "a", None);
    }
}
