use std::path::PathBuf;
use std::sync::Arc;

use crate::{TestDirective, TopicDirective};

/// Where a test's files lie and what they order.
///
/// The Scala system's record. Its `jimfsLocation`, the path in an in-memory file system, is [`test_dir`](Self::test_dir)
/// here, a folder on this machine; its `userGluePackages` have no counterpart, since steps are linked into the program and
/// phrase books lie in the folder itself.
#[derive(Clone, Debug)]
pub struct BlockStorageDirective {
    /// The test's folder on this machine: what was fetched.
    pub test_dir: PathBuf,
    /// The folder on this machine that the run writes its evidence to. It need not exist yet.
    pub evidence_dir: PathBuf,
    /// What to connect to: the directive's topics, with the names that they have on the cluster in this run.
    pub topic_directives: Vec<TopicDirective>,
    /// The text with which the caller named the test's folder.
    pub bucket: String,
    /// Tag expressions that a scenario must satisfy, all of them.
    pub tags: Vec<String>,
    /// The whole directive file.
    pub test_directive: Arc<TestDirective>,
}
