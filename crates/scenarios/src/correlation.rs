use std::fmt;

use test_probe_encoding::CorrelationId;

/// The correlation id of an event, and the text that a scenario calls it by.
///
/// A CloudEvent key carries the id; a key that is plain text carries the scenario's own text, so that a scenario decides
/// what its records are keyed by. Either is what an event is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Correlation {
    id: CorrelationId,
    label: Option<String>,
}

impl Correlation {
    /// A fresh id.
    pub(crate) fn random() -> Self {
        Self { id: CorrelationId::random(), label: None }
    }

    /// What a scenario's text stands for: a UUID itself, other text its name UUID.
    pub(crate) fn of_label(label: &str) -> Self {
        Self { id: CorrelationId::from_label(label), label: Some(label.to_owned()) }
    }

    pub(crate) fn id(&self) -> CorrelationId {
        self.id
    }

    /// The text of a key that is plain text.
    pub(crate) fn key_text(&self) -> String {
        self.label.clone().unwrap_or_else(|| self.id.to_string())
    }

    /// The texts that an event may be found by.
    pub(crate) fn texts(&self) -> Vec<String> {
        let id = self.id.to_string();
        self.label.iter().filter(|label| **label != id).cloned().chain([id.clone()]).collect()
    }
}

impl fmt::Display for Correlation {
    /// The scenario's text with the id, where they differ.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.id.to_string();
        match &self.label {
            Some(label) if *label != id => write!(f, "'{label}' ({id})"),
            _ => write!(f, "'{id}'"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_labelled_id_is_found_by_its_label_and_by_its_uuid() {
        let correlation = Correlation::of_label("order-1");
        let id = "6e7f85a9-d0fe-3b5d-bb50-4c6f2991d744";
        assert_eq!(correlation.texts(), ["order-1", id]);
        assert_eq!((correlation.key_text(), correlation.to_string()), ("order-1".into(), format!("'order-1' ({id})")));
    }

    #[test]
    fn a_uuid_stands_for_itself() {
        let id = "6e7f85a9-d0fe-3b5d-bb50-4c6f2991d744";
        let correlation = Correlation::of_label(id);
        assert_eq!((correlation.texts(), correlation.to_string()), (vec![id.to_owned()], format!("'{id}'")));
        let fresh = Correlation::random();
        assert_eq!(fresh.texts(), [fresh.key_text()]);
    }
}
