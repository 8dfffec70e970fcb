use std::fmt;
use std::str::FromStr;

use cucumber::tag::Ext as _;
use gherkin::tagexpr::TagOperation;

/// Which scenarios are selected: those that every one of some tag expressions accepts.
///
/// A scenario has its own tags and those of its rule, its feature and its examples. Where no expression is given at all,
/// scenarios with the tag `@Ignore` are left out.
///
/// The default is to leave those out.
#[derive(Clone, Debug, Default)]
pub struct Tags {
    expressions: Vec<(String, TagOperation)>,
}

/// A text that is no tag expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a tag expression: {reason}; write such as \"@smoke and not (@slow or @Ignore)\"")]
pub struct InvalidTags {
    text: String,
    reason: String,
}

impl Tags {
    const DEFAULT: &'static str = "not @Ignore";

    /// Reads tag expressions, such as the directive's and the caller's.
    ///
    /// # Errors
    /// [`InvalidTags`] for the first that is none.
    pub fn all_of<'a>(expressions: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidTags> {
        let expressions = expressions.into_iter().map(|text| {
            let text = text.trim();
            let operation = TagOperation::from_str(text).map_err(|error| {
                let reason = format!("at character {}, expected {}", error.location.column, error.expected);
                InvalidTags { text: text.to_owned(), reason }
            })?;
            Ok((text.to_owned(), operation))
        });
        Ok(Self { expressions: expressions.collect::<Result<_, _>>()? })
    }

    pub(crate) fn select(&self, tags: &[&str]) -> bool {
        if self.expressions.is_empty() {
            return !tags.contains(&"Ignore");
        }
        self.expressions.iter().all(|(_, operation)| operation.eval(tags))
    }
}

impl fmt::Display for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.expressions.is_empty() {
            return f.write_str(Self::DEFAULT);
        }
        for (index, (text, _)) in self.expressions.iter().enumerate() {
            let and = if index > 0 { " and " } else { "" };
            match self.expressions.len() {
                1 => f.write_str(text)?,
                _ => write!(f, "{and}({text})")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_expression_must_accept_the_scenario() {
        let tags = Tags::all_of(["@smoke or @slow", " not @broken "]).unwrap();
        assert_eq!(tags.to_string(), "(@smoke or @slow) and (not @broken)");
        for (tags_of_scenario, selected) in
            [(vec!["smoke"], true), (vec!["slow", "Ignore"], true), (vec!["smoke", "broken"], false), (vec![], false)]
        {
            assert_eq!(tags.select(&tags_of_scenario), selected, "{tags_of_scenario:?}");
        }
    }

    #[test]
    fn without_any_expression_ignored_scenarios_are_left_out() {
        let tags = Tags::all_of([]).unwrap();
        assert!(tags.select(&["smoke"]) && !tags.select(&["smoke", "Ignore"]));
        assert_eq!(tags.to_string(), "not @Ignore");
        assert_eq!(Tags::all_of(["@a"]).unwrap().to_string(), "@a");
    }

    #[test]
    fn what_is_no_expression_is_refused_with_the_place() {
        for (text, start) in [
            ("smoke", "`smoke` is not a tag expression: at character 1, expected "),
            ("@a @b", "`@a @b` is not a tag expression: at character 4, expected "),
            ("", "`` is not a tag expression: at character 1, expected "),
        ] {
            let message = Tags::all_of([text]).unwrap_err().to_string();
            assert!(message.starts_with(start), "{message}");
            assert!(message.ends_with("; write such as \"@smoke and not (@slow or @Ignore)\""), "{message}");
        }
    }
}
