/// The candidate that reads most like `wanted`, for "did you mean" messages; nothing when none is even close.
///
/// Close means a normalised Damerau-Levenshtein similarity of 0.5 or more, so that `bootstrap-server` finds
/// `bootstrap-servers` and `xyz` finds nothing.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::normalized_damerau_levenshtein(&wanted, &candidate.to_lowercase()), candidate))
        .filter(|(similarity, _)| *similarity >= 0.5)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_its_word_and_nonsense_finds_nothing() {
        let known = ["bootstrap-servers", "schema-registry-url"];
        assert_eq!(nearest("bootstrap-server", known), Some("bootstrap-servers"));
        assert_eq!(nearest("Schema-Registry-URI", known), Some("schema-registry-url"));
        assert_eq!(nearest("xyz", known), None);
    }
}
