use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use test_probe_directives::{REDACTED, Redaction};

/// A key or a value.
#[derive(Clone, Debug, PartialEq)]
pub enum PayloadPart {
    /// No key, or a tombstone's value.
    Absent,
    /// What the bytes mean, where the caller could decode them. A key that is plain text is a JSON string.
    Json(Value),
    /// The bytes, where nothing more is known about them.
    Bytes(Vec<u8>),
}

/// A content as the line writes it, and how to read it.
pub(super) struct Written {
    pub(super) content: Value,
    pub(super) encoding: &'static str,
}

impl PayloadPart {
    /// The content with everything hidden that `redaction` wants hidden, which remembers it for the texts of the run.
    pub(super) fn written(self, redaction: &Redaction) -> Written {
        match self {
            Self::Absent => Written::none(),
            Self::Json(document) => Written::json(document, redaction),
            Self::Bytes(bytes) => match serde_json::from_slice(&bytes) {
                Ok(document) => Written::json(document, redaction),
                Err(_) if !redaction.is_empty() => Written { content: REDACTED.into(), encoding: "redacted" },
                Err(_) => Written::text_or_base64(bytes),
            },
        }
    }
}

impl Written {
    /// A header's value. It is text unless it holds a document, so that `8080` stays what it is. No path can mean text
    /// that is no document, so only what an event has at a redacted place is hidden in it.
    pub(super) fn header(bytes: Option<Vec<u8>>, redaction: &Redaction) -> Self {
        let Some(bytes) = bytes else { return Self::none() };
        match serde_json::from_slice(&bytes) {
            Ok(document @ (Value::Object(_) | Value::Array(_))) => Self::json(document, redaction),
            _ => match str::from_utf8(&bytes).map(|text| redaction.text(text)) {
                Ok(Cow::Owned(hidden)) => Self::text_or_base64(hidden.into_bytes()),
                _ => Self::text_or_base64(bytes),
            },
        }
    }

    fn none() -> Self {
        Self { content: Value::Null, encoding: "none" }
    }

    fn json(mut document: Value, redaction: &Redaction) -> Self {
        redaction.note(&document);
        redaction.apply(&mut document);
        Self { content: document, encoding: "json" }
    }

    fn text_or_base64(bytes: Vec<u8>) -> Self {
        let readable = |text: &str| !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'));
        match String::from_utf8(bytes) {
            Ok(text) if readable(&text) => Self { content: text.into(), encoding: "text" },
            Ok(text) => Self { content: STANDARD.encode(text).into(), encoding: "base64" },
            Err(error) => Self { content: STANDARD.encode(error.into_bytes()).into(), encoding: "base64" },
        }
    }
}
