use std::collections::BTreeMap;

use super::{HoconError, Node, Resolved, parse, resolve};
use crate::{ConfigFile, Includes, LoadFileError};

mod errors;
mod includes;
mod printing;
mod substitutions;
mod syntax;
mod units;

/// The files that includes find.
#[derive(Default)]
struct Files(BTreeMap<&'static str, &'static str>);

impl Includes for Files {
    fn load(&self, _including: &str, name: &str) -> Result<Option<ConfigFile>, LoadFileError> {
        if name == "broken" {
            return Err(LoadFileError::NotText { path: name.into() });
        }
        Ok(self.0.get(name).map(|text| ConfigFile { name: name.to_owned(), text: (*text).to_owned() }))
    }
}

/// A text as a layer called `t`.
fn layer(text: &str) -> Result<Node, HoconError> {
    parse("t", text, &Files::default())
}

/// Layers, oldest first, resolved with an environment in which `HOME` and `EMPTY` are set.
fn resolved(layers: &[&str]) -> Resolved {
    let nodes: Vec<Node> = layers.iter().map(|text| layer(text).unwrap()).collect();
    let environment: BTreeMap<String, String> =
        [("HOME", "/home/ann"), ("EMPTY", "")].map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    resolve(&nodes, &environment, &[])
}

/// Asserts that layers, oldest first, amount to the value that `expected` prints as.
#[track_caller]
fn amounts_to(layers: &[&str], expected: &str) {
    let resolved = resolved(layers);
    assert_eq!(resolved.problems, []);
    assert_eq!(resolved.value.unwrap().to_string(), expected);
}

/// Asserts that one text amounts to the value that `expected` prints as.
#[track_caller]
fn reads(text: &str, expected: &str) {
    amounts_to(&[text], expected);
}

/// Asserts that a text is refused with exactly this place and message.
#[track_caller]
fn refused(text: &str, expected: &str) {
    let error = layer(text).expect_err("the text is broken");
    assert_eq!(format!("{}: {error}", error.place), expected);
}
