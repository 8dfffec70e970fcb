/// The JSONPath of a member of what lies at `path`: `$.a`, or `$['odd name']` where the name needs its quotes.
pub fn member_path(path: &str, name: &str) -> String {
    let is_plain = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_plain {
        format!("{path}.{name}")
    } else {
        format!("{path}['{}']", name.replace('\\', "\\\\").replace('\'', "\\'"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_names_stand_in_brackets() {
        assert_eq!(member_path("$", "a"), "$.a");
        assert_eq!(member_path("$.a", "it's"), r"$.a['it\'s']");
    }
}
