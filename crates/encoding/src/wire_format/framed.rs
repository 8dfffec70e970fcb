/// A key or a value as a record carries it: its bytes, and the header that names their schema where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Framed<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) schema_header: Option<&'a [u8]>,
}

impl<'a> Framed<'a> {
    /// Bytes that name their schema themselves, in their first five.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, schema_header: None }
    }

    /// Adds the record's header [`SchemaHeader::VALUE`](crate::SchemaHeader::VALUE), or
    /// [`SchemaHeader::KEY`](crate::SchemaHeader::KEY) for a key, where the record has it.
    #[must_use]
    pub const fn with_schema_header(self, schema_header: Option<&'a [u8]>) -> Self {
        Self { schema_header, ..self }
    }

    /// The bytes of the key or the value.
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }
}

impl<'a> From<&'a [u8]> for Framed<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::new(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Framed<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::new(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Framed<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::new(bytes)
    }
}
