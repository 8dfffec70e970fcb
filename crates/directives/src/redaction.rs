use serde_json::Value;

use crate::JsonPath;

/// What evidence shows in place of a redacted value.
pub const REDACTED: &str = "***REDACTED***";

/// The places in an event's value that evidence must not show: the directive file's `redact`.
#[derive(Clone, Debug, Default)]
pub struct Redaction {
    paths: Vec<JsonPath>,
}

impl Redaction {
    /// Hides what these paths find.
    pub fn of(paths: Vec<JsonPath>) -> Self {
        Self { paths }
    }

    /// Whether there is anything to hide.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// Puts [`REDACTED`] at every place that a path finds.
    pub fn apply(&self, document: &mut Value) {
        let hidden = Value::from(REDACTED);
        for path in &self.paths {
            path.replace(document, &hidden);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_path_is_hidden_and_nothing_else() {
        let redaction =
            Redaction::of(vec![JsonPath::parse("$.cardNumber").unwrap(), JsonPath::parse("$..pin").unwrap()]);
        let mut event = json!({"cardNumber": "4111", "owner": {"pin": 1234, "name": "Ann"}});
        redaction.apply(&mut event);
        assert_eq!(event, json!({"cardNumber": REDACTED, "owner": {"pin": REDACTED, "name": "Ann"}}));
    }
}
