//! How the fields of a key are read: text or null, number or null, with defaults.

use std::fmt;

use serde::de::{Deserializer, Error, Visitor};

use super::CloudEvent;

pub(super) fn default_spec_version() -> String {
    CloudEvent::SPEC_VERSION.to_owned()
}

pub(super) fn default_content_type() -> String {
    CloudEvent::CONTENT_TYPE.to_owned()
}

pub(super) fn spec_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(deserializer.deserialize_any(TextOrNull)?.unwrap_or_else(default_spec_version))
}

pub(super) fn content_type<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(deserializer.deserialize_any(TextOrNull)?.unwrap_or_else(default_content_type))
}

pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(deserializer.deserialize_any(TextOrNull)?.unwrap_or_default())
}

pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    deserializer.deserialize_any(NumberOrNull)
}

struct TextOrNull;

impl Visitor<'_> for TextOrNull {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or null")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Some(text))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

struct NumberOrNull;

impl Visitor<'_> for NumberOrNull {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a 64-bit integer or null")
    }

    fn visit_i32<E: Error>(self, number: i32) -> Result<Self::Value, E> {
        Ok(i64::from(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        i64::try_from(number).map_err(|_| E::custom(format_args!("{number} is beyond a 64-bit integer")))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(0)
    }
}
