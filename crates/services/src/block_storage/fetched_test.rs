use std::path::{Path, PathBuf};
use std::sync::Arc;

use test_probe_directives::BlockStorageDirective;

use super::off_thread::off_thread;
use super::{BlockStorageError, EVIDENCE};
use crate::{DirectiveFile, TestFolder};

/// Reads the test that lies in `dir` on this machine and says what it orders. `shown` is the folder as the caller knows it.
pub(super) async fn fetched_test(
    dir: PathBuf,
    bucket: &str,
    shown: &str,
    directive_file: &DirectiveFile,
) -> Result<BlockStorageDirective, BlockStorageError> {
    let (root, bucket, shown) = (dir.clone(), bucket.to_owned(), shown.to_owned());
    let directive_file = directive_file.clone();
    off_thread(&dir, move || {
        let folder = TestFolder::read_as(&root, Path::new(&shown), &directive_file)
            .map_err(|source| BlockStorageError::InvalidTest { bucket: shown.clone(), source })?;
        let directive = folder.directive;
        Ok(BlockStorageDirective {
            evidence_dir: root.join(EVIDENCE),
            test_dir: root,
            topic_directives: directive.topics.clone(),
            bucket,
            tags: directive.test.tags.iter().cloned().collect(),
            test_directive: Arc::new(directive),
        })
    })
    .await
}
