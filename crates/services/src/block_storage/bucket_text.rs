//! The texts that name a test's folder, as far as all storages read them alike.

use std::borrow::Cow;

use object_store::path::Path;

use super::BlockStorageError;

/// The scheme in lower case, if the text has one.
pub(super) fn scheme_of(bucket: &str) -> Option<String> {
    let (scheme, _) = bucket.split_once("://")?;
    let is_scheme = !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    is_scheme.then(|| scheme.to_ascii_lowercase())
}

/// The text as messages may show it: without user, password and query, which are places where people put credentials.
pub(super) fn shown(bucket: &str) -> Cow<'_, str> {
    let Some((scheme, rest)) = bucket.split_once("://") else { return Cow::Borrowed(bucket) };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let authority = rest.split('/').next().unwrap_or_default();
    let credentials = authority.rfind('@').map_or(0, |at| at + 1);
    Cow::Owned(format!("{scheme}://{}", &rest[credentials..]))
}

/// A storage as errors about texts describe it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Described {
    pub(super) storage: &'static str,
    pub(super) example: &'static str,
}

impl Described {
    pub(super) fn refuse(self, bucket: &str, reason: impl Into<String>) -> BlockStorageError {
        let Self { storage, example } = self;
        BlockStorageError::BucketUriParse {
            bucket: shown(bucket).into_owned(),
            storage,
            reason: reason.into(),
            example,
        }
    }

    /// Bucket and prefix of `{scheme}://{bucket}/{prefix}`.
    pub(super) fn bucket_and_prefix(self, text: &str, scheme: &str) -> Result<(String, Path), BlockStorageError> {
        if scheme_of(text).as_deref() != Some(scheme) {
            return Err(self.refuse(text, format!("it does not start with {scheme}://")));
        }
        let rest = text.split_once("://").map_or("", |(_, rest)| rest);
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(self.refuse(text, "it names no bucket"));
        }
        if !bucket.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)) {
            return Err(self.refuse(text, "a bucket's name has only letters, digits, dots, dashes and underscores"));
        }
        Ok((bucket.to_owned(), self.prefix(text, prefix)?))
    }

    /// A prefix without the slashes that do not separate anything.
    pub(super) fn prefix(self, text: &str, prefix: &str) -> Result<Path, BlockStorageError> {
        let parts: Vec<_> = prefix.split('/').filter(|part| !part.is_empty()).collect();
        Path::parse(parts.join("/"))
            .map_err(|_| self.refuse(text, "a part of its path is `.` or `..`, or holds a control character"))
    }
}

#[cfg(test)]
mod tests;
