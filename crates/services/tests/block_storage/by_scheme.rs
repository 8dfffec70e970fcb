use std::sync::Arc;

use test_probe_directives::TestId;
use test_probe_services::block_storage::{InMemoryBlockStorage, LocalBlockStorage, StorageByScheme};
use test_probe_services::{BlockStorageError, ProbeStorageService};

use crate::support::{folder, seed, test_files};

#[tokio::test]
async fn the_text_says_which_storage_a_test_lies_in() {
    let root = folder(&test_files());
    let memory = InMemoryBlockStorage::new();
    seed(&memory, "tests", "orders", &test_files()).await;
    let storage = StorageByScheme::new()
        .folders(Arc::new(LocalBlockStorage::default()))
        .scheme("memory", Arc::new(memory.clone()));
    let path = root.path().to_str().unwrap();
    for text in [
        path.to_owned(),
        format!("FILE://{path}"),
        "memory://tests/orders".to_owned(),
        "Memory://tests/orders".to_owned(),
    ] {
        let test_id = TestId::random();
        let directive = storage.fetch_from_block_storage(test_id, &text).await.unwrap();
        storage.load_to_block_storage(test_id, &text, &directive.test_dir.join("features")).await.unwrap();
        storage.release(test_id).await;
        assert_eq!(directive.test_dir.exists(), directive.test_dir == root.path(), "{text}");
    }
    assert!(root.path().join("evidence/orders.feature").is_file());
    assert!(memory.get("tests", "orders/evidence/orders.feature").await.is_some());
}

#[tokio::test]
async fn what_no_storage_is_set_up_for_is_refused_with_what_is() {
    let refused = async |storage: &StorageByScheme, text: &str| {
        let error = storage.fetch_from_block_storage(TestId::random(), text).await.unwrap_err();
        assert!(matches!(error, BlockStorageError::BucketUriParse { .. }), "{error:?}");
        error.to_string()
    };
    let storage = StorageByScheme::new();
    let message = refused(&storage, "/etc").await;
    assert!(message.contains("nothing, since no storage is set up"), "{message}");
    let storage = storage.scheme("memory", Arc::new(InMemoryBlockStorage::new()));
    let message = refused(&storage, "/etc").await;
    assert!(message.contains("what can be read here is memory://;"), "{message}");
    let storage = storage.folders(Arc::new(LocalBlockStorage::default()));
    let message = refused(&storage, "ftp://a:pa55@host/x").await;
    assert!(message.starts_with("`ftp://host/x`") && message.contains("a folder's path, memory://;"), "{message}");
}
