//! Where a record names the schemas of its key and its value: in their first bytes, or in headers.

use test_probe_encoding::{Framed, SchemaHeader, SchemaPlace};
use test_probe_kafka::Headers;

/// A record's key, with the header that names its schema where there is one.
pub fn framed_key<'a>(key: &'a [u8], headers: &'a Headers) -> Framed<'a> {
    Framed::new(key).with_schema_header(headers.last(SchemaHeader::KEY))
}

/// A record's value, with the header that names its schema where there is one.
pub fn framed_value<'a>(value: &'a [u8], headers: &'a Headers) -> Framed<'a> {
    Framed::new(value).with_schema_header(headers.last(SchemaHeader::VALUE))
}

/// The headers that an encoded key and an encoded value need.
#[derive(Debug)]
pub(crate) struct SchemaPlaces {
    pub(crate) key: SchemaPlace,
    pub(crate) value: SchemaPlace,
}

impl SchemaPlaces {
    /// Adds them to a record's own. Ours come last, and the last one of a name is the one that counts.
    pub(crate) fn add_to(&self, headers: &mut Headers) {
        for (name, place) in [(SchemaHeader::KEY, &self.key), (SchemaHeader::VALUE, &self.value)] {
            if let Some(header) = place.header() {
                headers.push(name, header.as_bytes());
            }
        }
    }
}
