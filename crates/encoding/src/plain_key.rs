//! Keys that have no schema: text, JSON, and bytes as they are.

use serde::Serialize;
use serde::de::value::{Error as ValueError, SeqDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde_json::Value;

use crate::codec::BoxError;

/// Appends the text of a text or a number.
///
/// # Errors
/// What the key is instead.
pub(crate) fn write_text<K: Serialize + ?Sized>(key: &K, out: &mut Vec<u8>) -> Result<(), String> {
    match to_json(key)? {
        Value::String(text) => out.extend_from_slice(text.as_bytes()),
        Value::Number(number) => out.extend_from_slice(number.to_string().as_bytes()),
        other => return Err(kind_of(&other).to_owned()),
    }
    Ok(())
}

/// Appends the key's JSON.
///
/// # Errors
/// Why the key has none.
pub(crate) fn write_json<K: Serialize + ?Sized>(key: &K, out: &mut Vec<u8>) -> Result<(), String> {
    serde_json::to_writer(out, key).map_err(no_json)
}

/// Appends the bytes of a list of bytes, or of a text.
///
/// # Errors
/// What the key is instead.
pub(crate) fn write_bytes<K: Serialize + ?Sized>(key: &K, out: &mut Vec<u8>) -> Result<(), String> {
    let byte = |item: &Value| item.as_u64().and_then(|number| u8::try_from(number).ok());
    match to_json(key)? {
        Value::String(text) => out.extend_from_slice(text.as_bytes()),
        Value::Array(items) => {
            let bytes: Option<Vec<u8>> = items.iter().map(byte).collect();
            out.extend_from_slice(&bytes.ok_or("a list of other things than bytes")?);
        }
        other => return Err(kind_of(&other).to_owned()),
    }
    Ok(())
}

pub(crate) fn read_text<K: DeserializeOwned>(bytes: &[u8]) -> Result<K, BoxError> {
    let text = std::str::from_utf8(bytes)?;
    let deserializer: StrDeserializer<'_, ValueError> = text.into_deserializer();
    Ok(K::deserialize(deserializer)?)
}

pub(crate) fn read_json<K: DeserializeOwned>(bytes: &[u8]) -> Result<K, BoxError> {
    Ok(serde_json::from_slice(bytes)?)
}

pub(crate) fn read_bytes<K: DeserializeOwned>(bytes: &[u8]) -> Result<K, BoxError> {
    let deserializer: SeqDeserializer<_, ValueError> = SeqDeserializer::new(bytes.iter().copied());
    Ok(K::deserialize(deserializer)?)
}

fn to_json<K: Serialize + ?Sized>(key: &K) -> Result<Value, String> {
    serde_json::to_value(key).map_err(no_json)
}

fn no_json(error: serde_json::Error) -> String {
    format!("a value that cannot be written ({error})")
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
