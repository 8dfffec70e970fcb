use super::SerdesFactory;
use crate::{DecodeError, EncodeError, ResolveError, ResolveRequest};

/// An error that may say that a schema must be resolved first: [`EncodeError`] and [`DecodeError`].
pub trait NeedsSchema: From<ResolveError> {
    /// The schema that is needed, where that is all that is wrong.
    fn needed_schema(&self) -> Option<&ResolveRequest>;
}

impl NeedsSchema for EncodeError {
    fn needed_schema(&self) -> Option<&ResolveRequest> {
        match self {
            Self::Unresolved(request) => Some(request),
            _ => None,
        }
    }
}

impl NeedsSchema for DecodeError {
    fn needed_schema(&self) -> Option<&ResolveRequest> {
        match self {
            Self::Unresolved(request) => Some(request),
            _ => None,
        }
    }
}

impl SerdesFactory {
    /// Encodes or decodes with `attempt`, and resolves what it needs in between:
    /// `factory.resolving(|serdes| serdes.encode_value(&target, &order, &mut out)).await`.
    ///
    /// # Errors
    /// The last error of `attempt`, or the [`ResolveError`] as one of its kind.
    ///
    /// # Cancellation
    /// Safe; see [`resolve`](Self::resolve).
    pub async fn resolving<R, E: NeedsSchema>(&self, mut attempt: impl FnMut(&Self) -> Result<R, E>) -> Result<R, E> {
        // One is enough unless the schema grows old, or is crowded out, in between.
        const MOST_RESOLUTIONS: usize = 3;
        for _ in 0..MOST_RESOLUTIONS {
            match attempt(self) {
                Err(error) => match error.needed_schema() {
                    Some(request) => self.resolve(request).await?,
                    None => return Err(error),
                },
                done => return done,
            }
        }
        attempt(self)
    }
}
