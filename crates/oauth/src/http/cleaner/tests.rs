use proptest::prelude::*;

use super::*;

fn cleaner(secret: &str) -> Cleaner {
    Cleaner::of_secret("me", &Secret::new(secret))
}

#[test]
fn a_secret_is_starred_in_each_form_in_which_it_is_sent() {
    let cleaner = cleaner("p&ss w/rd+é");
    for form in [
        "p&ss w/rd+é",
        "p%26ss+w%2Frd%2B%C3%A9",
        "p%26ss%20w%2Frd%2B%C3%A9",
        "p%26ss+w%2frd%2b%c3%a9",
        "cCZzcyB3L3JkK8Op",
        // `me:` and the secret, as it is and as the header has it.
        "bWU6cCZzcyB3L3JkK8Op",
        "bWU6cCUyNnNzK3clMkZyZCUyQiVDMyVBOQ",
    ] {
        assert_eq!(cleaner.clean(&format!("<{form}>"), 100).unwrap(), "<***>", "{form}");
    }
    assert_eq!(cleaner.clean("nothing of it", 100).unwrap(), "nothing of it");
}

#[test]
fn a_secret_is_found_with_invisible_characters_in_it() {
    assert_eq!(cleaner("hunter2").clean("hun\u{200b}ter\u{ad}2 \u{202e}x", 100).unwrap(), "*** x");
}

#[test]
fn a_short_secret_takes_the_whole_text_with_it() {
    assert_eq!(cleaner("abc").clean("an abc of errors", 100), None);
    assert_eq!(cleaner("abc").clean("another one", 100).unwrap(), "another one");
    assert_eq!(cleaner("").clean("text", 100).unwrap(), "text");
}

#[test]
fn what_looks_like_a_jwt_is_starred() {
    let cleaner = cleaner("hunter2");
    for (text, clean) in [
        ("token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2ln is over", "token *** is over"),
        ("eyJhbGciOiJSUzI1NiJ9", "***"),
        ("(eyJhbGciOiJub25lIn0.e30.)(eyJhbGciOiJub25lIn0.e30.)", "(***)(***)"),
        ("eyJ is how it begins", "eyJ is how it begins"),
    ] {
        assert_eq!(cleaner.clean(text, 100).unwrap(), clean);
    }
}

#[test]
fn each_line_of_a_key_is_starred() {
    let pem =
        "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\nAgEGCCqGSM49AwEHBG0w\nab==\n-----END PRIVATE KEY-----\n";
    let cleaner = Cleaner::of_key(&Secret::new(pem));
    let clean = cleaner.clean(pem, 1000).unwrap();
    assert_eq!(clean, "-----BEGIN PRIVATE KEY----- *** *** ab== -----END PRIVATE KEY-----");
    assert_eq!(cleaner.clean("got AgEGCCqGSM49AwEHBG0w.", 100).unwrap(), "got ***.");
}

#[test]
fn control_characters_are_gone_and_the_length_has_a_bound() {
    let cleaner = cleaner("hunter2");
    assert_eq!(cleaner.clean("a\r\n\tb\u{1b}[31mc\0", 100).unwrap(), "a b [31mc");
    assert_eq!(cleaner.clean("äöü12", 3).unwrap(), "äöü…");
    assert_eq!(cleaner.clean("äöü", 3).unwrap(), "äöü");
    assert_eq!(cleaner.clean("", 3), None);
    assert_eq!(cleaner.clean("\n", 3), None);
}

proptest! {
    #[test]
    fn no_secret_is_left_whatever_stands_around_it(secret in "[!-~]{4,20}", before in "[!-~ ]{0,20}", after in ".{0,20}") {
        // Stars stay what they are.
        prop_assume!(!STARS.contains(&secret) && !secret.contains('*'));
        let cleaned = cleaner(&secret).clean(&format!("{before}{secret}{after}"), 1000).unwrap_or_default();
        prop_assert!(!cleaned.contains(&secret), "{cleaned}");
    }

    #[test]
    fn any_text_is_cleaned(secret in ".{0,10}", text in ".{0,200}", longest in 0_usize..50) {
        if let Some(clean) = cleaner(&secret).clean(&text, longest) {
            prop_assert!(clean.chars().count() <= longest + 1);
            prop_assert!(!clean.chars().any(char::is_control));
        }
    }
}
