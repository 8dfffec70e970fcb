use std::borrow::Cow;
use std::error::Error;

use crate::BlockStorageError;

/// How much of a server's answer an error shows, in characters.
const SHOWN_CHARACTERS: usize = 600;

/// What a store says, told once: its own errors repeat their sources, and their answers may hold a session's token.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Told(String);

/// Turns what a store says into an error; `bucket` is the text as it may be shown.
pub(in crate::block_storage) fn failed_to<E: Error>(
    action: &'static str,
    bucket: impl Into<String>,
) -> impl FnOnce(E) -> BlockStorageError {
    let bucket = bucket.into();
    move |error| BlockStorageError::Streaming { action, bucket, source: Box::new(Told(tell(&error))) }
}

/// The error for a bucket that is not there.
pub(in crate::block_storage) fn failed_to_find(bucket: Cow<'_, str>, name: &str) -> BlockStorageError {
    let source = Box::new(Told(format!("there is no bucket {name}")));
    BlockStorageError::Streaming { action: "find", bucket: bucket.into_owned(), source }
}

/// Turns why a client could not be made into an error.
#[cfg(feature = "cloud")]
pub(in crate::block_storage) fn unusable<E: Error>(storage: &'static str) -> impl FnOnce(E) -> BlockStorageError {
    move |error| BlockStorageError::InvalidSettings { storage, reason: tell(&error) }
}

/// The error and its causes, each said once.
fn tell(error: &dyn Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !told.contains(&text) {
            told = format!("{told}: {text}");
        }
        cause = error.source();
    }
    shorten(without_document(&told).as_ref())
}

/// In place of an XML document its code and its message. S3 repeats a session's token in the rest of it.
fn without_document(told: &str) -> Cow<'_, str> {
    let Some(start) = told.find('<') else { return Cow::Borrowed(told) };
    let (before, document) = told.split_at(start);
    let element = |name: &str| {
        let (_, rest) = document.split_once(&format!("<{name}>"))?;
        rest.split_once('<').map(|(text, _)| text.trim())
    };
    let words: Vec<_> = [element("Code"), element("Message")].into_iter().flatten().collect();
    let words = if words.is_empty() { "(a document that says no more)".to_owned() } else { words.join(": ") };
    Cow::Owned(format!("{before}{words}"))
}

fn shorten(told: &str) -> String {
    let told = told.trim();
    match told.char_indices().nth(SHOWN_CHARACTERS) {
        None => told.to_owned(),
        Some((end, _)) => format!("{}…", &told[..end]),
    }
}

#[cfg(test)]
mod tests;
