use std::collections::{BTreeMap, HashMap};

/// The environment variables that a configuration may ask for.
///
/// A map of texts is one too, so that a test says what is set instead of changing the process.
pub trait Environment {
    /// The variable's value, if it is set.
    fn get(&self, name: &str) -> Option<String>;
}

/// The environment of this process. A variable whose value is not Unicode counts as not set.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProcessEnvironment;

impl Environment for ProcessEnvironment {
    #[allow(clippy::disallowed_methods, reason = "this is the one source through which environment variables enter")]
    fn get(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }
}

impl Environment for BTreeMap<String, String> {
    fn get(&self, name: &str) -> Option<String> {
        BTreeMap::get(self, name).cloned()
    }
}

impl Environment for HashMap<String, String> {
    fn get(&self, name: &str) -> Option<String> {
        HashMap::get(self, name).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_and_maps_answer_alike() {
        let name = "CARGO_PKG_NAME";
        let value = ProcessEnvironment.get(name).unwrap();
        assert_eq!(value, env!("CARGO_PKG_NAME"));
        let pair = || (name.to_owned(), value.clone());
        let environments: [&dyn Environment; 2] = [&BTreeMap::from([pair()]), &HashMap::from([pair()])];
        for environment in environments {
            assert_eq!(environment.get(name).as_ref(), Some(&value));
            assert_eq!(environment.get("CARGO_PKG_NAM"), None);
        }
        assert_eq!(ProcessEnvironment.get("TEST_PROBE_NOBODY_SETS_THIS"), None);
    }
}
