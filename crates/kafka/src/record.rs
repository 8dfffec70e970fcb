use std::fmt;

use test_probe_directives::{Timestamp, TopicName};

/// A record on its way to a topic: key, value and headers as bytes, ready-made by the caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutgoingRecord {
    /// The key; the partitioner looks at it.
    pub key: Option<Vec<u8>>,
    /// The value; nothing is a tombstone.
    pub value: Option<Vec<u8>>,
    /// Headers in the order in which they are written.
    pub headers: Headers,
}

/// A record that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncomingRecord {
    /// The topic, as the cluster calls it.
    pub topic: TopicName,
    /// The partition.
    pub partition: i32,
    /// The offset in the partition.
    pub offset: i64,
    /// When the record was made or appended, as the topic is configured; absent on old brokers.
    pub timestamp: Option<Timestamp>,
    /// The key.
    pub key: Option<Vec<u8>>,
    /// The value; nothing is a tombstone.
    pub value: Option<Vec<u8>>,
    /// Headers in their order, names that stand twice included.
    pub headers: Headers,
}

/// A record's headers: an ordered list of names and bytes. A name may stand more than once.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, Vec<u8>)>);

impl Headers {
    /// No headers. Allocates nothing.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Adds a header at the end.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        self.push(name, value);
        self
    }

    /// Adds a header at the end.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) {
        self.0.push((name.into(), value.into()));
    }

    /// The bytes of the last header of this name, the one that counts where a name stands twice.
    pub fn last(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_slice())
    }

    /// Names and bytes, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<String>, V: Into<Vec<u8>>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(headers: I) -> Self {
        Self(headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// Text is shown as text, bytes that are no UTF-8 with replacement characters.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter().map(|(name, value)| (name, String::from_utf8_lossy(value)))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_duplicates_are_kept_and_the_last_one_counts() {
        let headers = Headers::none().with("trace", "1").with("source", "a").with("trace", "2");
        assert_eq!(headers.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["trace", "source", "trace"]);
        assert_eq!(headers.last("trace"), Some(b"2".as_slice()));
        assert_eq!(headers.last("absent"), None);
    }
}
