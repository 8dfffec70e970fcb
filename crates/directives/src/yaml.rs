//! YAML as a tree that remembers its lines, for files whose errors must name the place.
//!
//! Scalars stay the text that the author wrote (`1.0` is not turned into `1`); what a scalar means is the reader's
//! business. Anchors are followed, within the parser's limit against alias bombs; a key that stands twice in one
//! mapping is an error.

use saphyr::{MarkedYaml, ScanError, YamlData, YamlLoader};
use saphyr_parser::{Parser, ScalarStyle};

/// A node with the line on which it starts, counted from 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where the node starts.
    pub line: usize,
    /// What the node is.
    pub value: NodeValue,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeValue {
    /// Nothing: an empty value, `~` or `null`.
    Null,
    /// A scalar, as written.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the file's order.
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// The key's text.
    pub name: String,
    /// Where the key stands.
    pub line: usize,
}

/// Text that is no YAML, or YAML of a kind that these files have no use for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct InvalidYaml {
    /// Where the parser gave up.
    pub line: usize,
    /// Why it gave up.
    pub reason: String,
}

impl Node {
    /// Reads the document of `text`; an empty text is [`NodeValue::Null`] on line 1.
    ///
    /// # Errors
    /// [`InvalidYaml`] when the text is not YAML, holds more than one document or a key twice, or uses a mapping or
    /// sequence as a key.
    pub fn parse(text: &str) -> Result<Self, InvalidYaml> {
        let mut loader = YamlLoader::<'_, MarkedYaml<'_>>::default();
        loader.early_parse(false);
        Parser::new_from_str(text).load(&mut loader, true).map_err(|error| InvalidYaml::from(&error))?;
        if let Some(error) = loader.error() {
            return Err(InvalidYaml::from(error));
        }
        let documents = loader.into_documents();
        match documents.as_slice() {
            [] => Ok(Self { line: 1, value: NodeValue::Null }),
            [document] => Self::from_marked(document),
            [_, second, ..] => Err(InvalidYaml {
                line: second.span.start.line(),
                reason: "a second document begins here; leave out the line `---` before it".to_owned(),
            }),
        }
    }

    fn from_marked(marked: &MarkedYaml<'_>) -> Result<Self, InvalidYaml> {
        let line = marked.span.start.line();
        let value = match &marked.data {
            YamlData::Representation(text, style, _) => NodeValue::of_scalar(text, *style),
            YamlData::Sequence(items) => {
                NodeValue::List(items.iter().map(Self::from_marked).collect::<Result<_, _>>()?)
            }
            YamlData::Mapping(members) => {
                let members = members.iter();
                let members = members.map(|(key, value)| Ok((Key::from_marked(key)?, Self::from_marked(value)?)));
                NodeValue::Map(members.collect::<Result<_, InvalidYaml>>()?)
            }
            YamlData::Tagged(_, inner) => return Self::from_marked(inner),
            YamlData::Value(_) | YamlData::Alias(_) | YamlData::BadValue => {
                return Err(InvalidYaml { line, reason: "this value cannot be read".to_owned() });
            }
        };
        Ok(Self { line, value })
    }

    /// The scalar's text, if this is a scalar.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            NodeValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What sort of node this is, for a message.
    pub fn describe(&self) -> String {
        match &self.value {
            NodeValue::Null => "nothing".to_owned(),
            NodeValue::Text(text) => text.clone(),
            NodeValue::List(_) => "a list".to_owned(),
            NodeValue::Map(_) => "a mapping".to_owned(),
        }
    }
}

impl NodeValue {
    fn of_scalar(text: &str, style: ScalarStyle) -> Self {
        let is_null = style == ScalarStyle::Plain && matches!(text, "" | "~" | "null" | "Null" | "NULL");
        if is_null { Self::Null } else { Self::Text(text.to_owned()) }
    }
}

impl Key {
    fn from_marked(marked: &MarkedYaml<'_>) -> Result<Self, InvalidYaml> {
        let line = marked.span.start.line();
        match &marked.data {
            YamlData::Representation(name, _, _) => Ok(Self { name: name.to_string(), line }),
            _ => Err(InvalidYaml { line, reason: "a key must be a plain text".to_owned() }),
        }
    }
}

impl From<&ScanError> for InvalidYaml {
    fn from(error: &ScanError) -> Self {
        Self { line: error.marker().line(), reason: error.info().to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nodes_remember_their_lines() {
        let root = Node::parse("a: 1.0\nb:\n  - x\n  -\n").unwrap();
        let NodeValue::Map(members) = root.value else { panic!("a mapping") };
        assert_eq!((members[0].0.name.as_str(), members[0].0.line, members[0].1.as_text()), ("a", 1, Some("1.0")));
        let NodeValue::List(items) = &members[1].1.value else { panic!("a list") };
        assert_eq!((items[0].line, items[0].as_text()), (3, Some("x")));
        assert_eq!(items[1].value, NodeValue::Null);
    }

    #[test]
    fn a_quoted_null_is_a_text() {
        assert_eq!(Node::parse("'null'").unwrap().as_text(), Some("null"));
        assert_eq!(Node::parse("null").unwrap().value, NodeValue::Null);
        assert_eq!(Node::parse("").unwrap().value, NodeValue::Null);
    }

    #[test]
    fn broken_text_names_its_line() {
        let error = Node::parse("topics:\n  - topic: [unclosed\nb: 1\n").unwrap_err();
        assert!(error.line >= 2, "{error:?}");
        let error = Node::parse("a: 1\na: 2\n").unwrap_err();
        assert!(error.reason.to_lowercase().contains("duplicate"), "{error:?}");
    }

    #[test]
    fn a_second_document_is_refused_and_a_marker_around_the_only_one_is_not() {
        for text in ["a: 1\n---\nb: 2\n", "---\n---\nb: 2\n", "a: 1\n...\n---\nb: 2\n"] {
            let error = Node::parse(text).unwrap_err();
            assert!(error.reason.starts_with("a second document begins here"), "{error:?}");
        }
        assert_eq!(Node::parse("a: 1\n---\nb: 2\n").unwrap_err().line, 3);
        for text in ["---\na: 1\n", "a: 1\n...\n", "# comment\n---\na: 1\n...\n"] {
            assert!(matches!(Node::parse(text).unwrap().value, NodeValue::Map(_)), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,80}") {
            let _result = Node::parse(&text);
        }
    }
}
