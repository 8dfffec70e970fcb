/// A payload that was not written with its schema, or is damaged. Asking again does not help.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}, {left} bytes before the payload's end")]
#[non_exhaustive]
pub struct MalformedPayload {
    /// The place in the document, as a JSONPath such as `$.items[0].sku`.
    pub path: String,
    /// What is wrong there.
    pub problem: String,
    /// How many bytes of the payload were left when it was seen.
    pub left: usize,
}
