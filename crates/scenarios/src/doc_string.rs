/// The text block below a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocString {
    /// The word behind its opening quotes, such as `json`.
    pub media_type: Option<String>,
    /// Its text, without the indentation that all of its lines have.
    pub content: String,
}

impl DocString {
    /// Takes apart what the Gherkin parser gives, which leaves the media type in the text and, because of it, the
    /// indentation too.
    pub(crate) fn parse(raw: &str) -> Self {
        let Some((first, rest)) = raw.split_once('\n') else {
            return Self { media_type: None, content: raw.trim().to_owned() };
        };
        let first = first.trim();
        let (media_type, content) = match first {
            "" => (None, rest.to_owned()),
            word if is_media_type(word) => (Some(word.to_owned()), rest.to_owned()),
            _ => (None, raw.to_owned()),
        };
        let content = textwrap::dedent(&content);
        Self { media_type, content: content.trim_end_matches(['\n', ' ', '\t', '\r']).to_owned() }
    }
}

fn is_media_type(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '+' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn parsed(block: &str) -> (Option<String>, String) {
        let feature = format!("Feature: f\n  Scenario: s\n    Given x\n{block}\n");
        let feature = gherkin::Feature::parse(feature, gherkin::GherkinEnv::default()).unwrap();
        let DocString { media_type, content } = DocString::parse(feature.scenarios[0].steps[0].docstring().unwrap());
        (media_type, content)
    }

    #[test]
    fn the_media_type_is_no_part_of_the_text() {
        for (word, media_type) in [("", None), ("json", Some("json")), (" application/json", Some("application/json"))]
        {
            let block = format!("      \"\"\"{word}\n      {{\n        \"a\": 1\n      }}\n      \"\"\"");
            assert_eq!(parsed(&block), (media_type.map(str::to_owned), "{\n  \"a\": 1\n}".to_owned()), "{word}");
        }
    }

    #[test]
    fn backticks_do_as_well_and_blank_lines_stay() {
        let block = "      ```json\n      {\n\n      }\n      ```";
        assert_eq!(parsed(block), (Some("json".into()), "{\n\n}".to_owned()));
    }

    #[test]
    fn a_text_on_the_line_of_the_quotes_is_text() {
        assert_eq!(parsed("      \"\"\"{\"a\": 1}\"\"\""), (None, r#"{"a": 1}"#.to_owned()));
        assert_eq!(parsed("      \"\"\"{\"a\":\n 1}\n\"\"\""), (None, "{\"a\":\n 1}".to_owned()));
        assert_eq!(parsed("      \"\"\"\n      \"\"\""), (None, String::new()));
    }
}
