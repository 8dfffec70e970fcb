use test_probe_directives::TestId;

/// How many tests are in which state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueStatusResponse {
    /// All tests that the queue knows of, those that ended left out.
    pub total_tests: usize,
    /// Tests in `Setup`.
    pub setup_count: usize,
    /// Tests in `Loading`.
    pub loading_count: usize,
    /// Tests that are ready and wait for their turn.
    pub loaded_count: usize,
    /// Tests whose turn it is.
    pub testing_count: usize,
    /// Tests in `Completed`.
    pub completed_count: usize,
    /// Tests in `Exception`.
    pub exception_count: usize,
    /// A test whose turn it is; the first of them where several may run.
    pub currently_testing: Option<TestId>,
}
