use quick_junit::XmlString;

/// `text` without what neither a page nor XML can show: terminal colours, control characters, and the two characters
/// that XML forbids at the end of the basic plane. A tab becomes four blanks.
///
/// Messages come from anywhere: other people's assertion libraries colour them, poison pills are quoted in them.
pub(super) fn printable(text: &str) -> String {
    // The crate that writes the XML knows how to leave out all of these but the last two, and would drop tabs.
    XmlString::new(text.replace('\t', "    ").replace(['\u{fffe}', '\u{ffff}'], "")).into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_shown_is_left() {
        let text = "a\tb\n\u{1b}[31mred\u{1b}[0m \u{0}\u{7}\u{fffe}\u{ffff}größe 🦀";
        assert_eq!(printable(text), "a    b\nred größe 🦀");
    }
}
