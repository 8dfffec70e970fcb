use test_probe_directives::TestId;

use super::ProbeExceptions;

/// A request of a service function was not carried out.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// Nobody knows a test of this id: it was never made, or ended so long ago that it is forgotten. The Scala system
    /// says nothing. Asking again does not help.
    #[error("there is no test {test_id}; initialize_test makes one and tells its id")]
    TestNotFound {
        /// The id.
        test_id: TestId,
    },
    /// The tree takes no more tests: it is shutting down. Asking again does not help.
    #[error("the probe is shutting down and takes no more tests")]
    ShuttingDown,
    /// The tree failed. Asking again may help, unless its actor system is gone.
    #[error(transparent)]
    Probe(#[from] ProbeExceptions),
}
