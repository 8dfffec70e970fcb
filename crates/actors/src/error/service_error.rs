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
    /// What was asked for cannot be meant: a parameter is empty, too long, or holds a NUL. Asking again does not help.
    #[error("{message}")]
    InvalidRequest {
        /// Which parameter, and what is wrong with it.
        message: String,
    },
    /// The call would block one of the actor system's own threads, and so wait for itself. Use the form that is named.
    #[error("this call blocks one of the actor system's own threads and would never end; use {instead} instead")]
    WouldDeadlock {
        /// The form that does not block.
        instead: &'static str,
    },
    /// The tree failed. Asking again may help, unless its actor system is gone.
    #[error(transparent)]
    Probe(#[from] ProbeExceptions),
}
