/// A pair that a consumer keeps: an event passes when its key's `type` and `payloadversion` equal these, exactly and
/// case-sensitively.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EventFilter {
    /// The CloudEvent `type`; the entry's `key` in the directive file.
    pub event_type: String,
    /// The CloudEvent `payloadversion`; the entry's `value` in the directive file.
    pub payload_version: String,
}

impl EventFilter {
    /// Whether an event of this type and payload version is kept by `filters`. No filters keep everything: tutorials
    /// of the Scala system write `[]` for "all", although its code kept nothing.
    pub fn any_matches(filters: &[Self], event_type: &str, payload_version: &str) -> bool {
        filters.is_empty()
            || filters.iter().any(|filter| filter.event_type == event_type && filter.payload_version == payload_version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_and_version_must_both_match_exactly() {
        let filters = [EventFilter { event_type: "OrderCreated".into(), payload_version: "v1".into() }];
        for (event_type, version, kept) in [
            ("OrderCreated", "v1", true),
            ("OrderCreated", "v2", false),
            ("OrderPaid", "v1", false),
            ("ordercreated", "v1", false),
        ] {
            assert_eq!(EventFilter::any_matches(&filters, event_type, version), kept, "{event_type} {version}");
        }
    }

    #[test]
    fn no_filters_keep_everything() {
        assert!(EventFilter::any_matches(&[], "anything", "v9"));
    }
}
