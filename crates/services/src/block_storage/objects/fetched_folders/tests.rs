use std::fs;

use test_probe_directives::TestId;

use super::FetchedFolders;
use crate::BlockStorageError;

#[tokio::test]
async fn a_folder_is_there_until_it_is_closed_and_then_its_name_is_free_again() {
    let folders = FetchedFolders::default();
    let test_id = TestId::random();
    let folder = folders.open(test_id, "orders").unwrap();
    fs::write(folder.join("file"), "text").unwrap();
    assert_eq!(folder.file_name().unwrap(), "orders");
    assert!(
        matches!(folders.open(test_id, "orders"), Err(BlockStorageError::AlreadyFetched { test_id: id }) if id == test_id)
    );
    folders.close(test_id).await;
    assert!(!folder.parent().unwrap().exists());
    folders.close(test_id).await;
    folders.open(test_id, "orders").unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_enter_a_folder() {
    use std::os::unix::fs::PermissionsExt;

    let folders = FetchedFolders::default();
    let folder = folders.open(TestId::random(), "orders").unwrap();
    let mode = folder.parent().unwrap().metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn no_folder_outlives_what_holds_it() {
    let folders = FetchedFolders::default();
    let folder = folders.open(TestId::random(), "orders").unwrap();
    drop(folders);
    assert!(!folder.exists());
}
