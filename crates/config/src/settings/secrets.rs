use test_probe_directives::Secret;

/// Whether two secrets are the same, or neither is there. They are compared by their fingerprints.
pub(super) fn same_secret(left: Option<&Secret>, right: Option<&Secret>) -> bool {
    left.map(Secret::fingerprint) == right.map(Secret::fingerprint)
}
