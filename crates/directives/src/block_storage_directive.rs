use std::path::PathBuf;

use crate::TopicDirective;

/// Where a test's files lie and what they order.
///
/// Field for field the Scala system's record; `jimfsLocation`, the path in its in-memory file system, is the folder of
/// the features here.
#[derive(Clone, Debug)]
pub struct BlockStorageDirective {
    /// The folder that holds the test's features.
    pub features_dir: PathBuf,
    /// The folder that the run writes its evidence to.
    pub evidence_dir: PathBuf,
    /// What to connect to.
    pub topic_directives: Vec<TopicDirective>,
    /// The text with which the caller named the test's folder.
    pub bucket: String,
    /// Tag expressions that a scenario must satisfy, all of them.
    pub tags: Vec<String>,
}
