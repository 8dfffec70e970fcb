use test_probe_directives::TopicDirective;

const PREFIX: &str = "TEST_PROBE_VAULT";

/// The variables with the id and the secret of one topic in one role.
pub(super) fn of_topic(directive: &TopicDirective) -> [String; 2] {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    let topic: String = directive.topic.as_str().chars().map(plain).collect();
    pair(&format!("{PREFIX}_{topic}_{}", directive.role.as_str().to_ascii_uppercase()))
}

/// The variables with the id and the secret of every topic that has none of its own.
pub(super) fn general() -> [String; 2] {
    pair(PREFIX)
}

fn pair(prefix: &str) -> [String; 2] {
    [format!("{prefix}_CLIENT_ID"), format!("{prefix}_CLIENT_SECRET")]
}
