//! JSON as people write and read it, whatever the format of the bytes: where something does not fit, and why.

mod json_mismatch;
mod malformed_payload;
mod place;
mod read_error;
mod trace;

pub use self::json_mismatch::{JsonMismatch, JsonProblem};
pub use self::malformed_payload::MalformedPayload;
pub(crate) use self::place::{Place, Segment};
pub(crate) use self::read_error::ReadError;
pub(crate) use self::trace::Trace;

/// JSON may lie this deep, as deep as the JSON library reads it.
pub(crate) const MAX_DEPTH: usize = 128;
