use test_probe_directives::TestId;
use test_probe_services::block_storage::InMemoryBlockStorage;
use test_probe_services::{BlockStorageError, DirectiveFile, ProbeStorageService};

use crate::support::{self, Server, Takes, folder, holds, seed, test_files};

impl Server for InMemoryBlockStorage {
    async fn put(&self, bucket: &str, key: &str, bytes: &[u8]) {
        InMemoryBlockStorage::put(self, bucket, key, bytes).await.unwrap();
    }

    async fn get(&self, bucket: &str, key: &str) -> Option<Vec<u8>> {
        InMemoryBlockStorage::get(self, bucket, key).await
    }

    fn text(&self, bucket: &str, prefix: &str) -> String {
        format!("memory://{bucket}/{prefix}")
    }
}

#[tokio::test]
async fn a_test_is_fetched() {
    let memory = InMemoryBlockStorage::new();
    support::a_test_is_fetched(&memory, &memory, "tests").await;
}

#[tokio::test]
async fn what_is_no_test_is_refused() {
    let memory = InMemoryBlockStorage::new();
    support::what_is_no_test_is_refused(&memory, &memory, "tests").await;
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_named() {
    let memory = InMemoryBlockStorage::new();
    support::a_bucket_that_is_not_there_is_named(&memory, &memory).await;
}

#[tokio::test]
async fn evidence_is_uploaded() {
    let memory = InMemoryBlockStorage::new();
    memory.put("tests", "any", "thing").await.unwrap();
    support::evidence_is_uploaded(&memory, &memory, "tests", Takes::ANYTHING).await;
}

#[tokio::test]
async fn a_whole_bucket_can_be_a_test_named_after_it() {
    let memory = InMemoryBlockStorage::new();
    memory.put_folder("orders", folder(&test_files()).path()).await.unwrap();
    assert_eq!(memory.list("orders").await.len(), test_files().len());
    for text in ["memory://orders", "memory://orders/"] {
        let test_id = TestId::random();
        let directive = memory.fetch_from_block_storage(test_id, text).await.unwrap();
        holds(&directive, &test_files());
        assert_eq!(directive.test_dir.file_name().unwrap(), "orders");
    }
}

#[test]
fn a_fetch_that_is_dropped_is_cleaned_up_by_the_release() {
    use std::sync::mpsc;
    use std::task::{Context, Waker};

    // The only thread that may block is kept busy, so the fetch is sure to wait for the disk.
    let runtime = tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
    let (free_the_thread, is_free) = mpsc::channel::<()>();
    runtime.spawn_blocking(move || is_free.recv().ok());
    runtime.block_on(async {
        let memory = InMemoryBlockStorage::new();
        seed(&memory, "tests", "orders", &test_files()).await;
        let test_id = TestId::random();
        let mut fetch = memory.fetch_from_block_storage(test_id, "memory://tests/orders");
        assert!(fetch.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(fetch);
        drop(free_the_thread);
        let again = memory.fetch_from_block_storage(test_id, "memory://tests/orders").await;
        assert!(matches!(again, Err(BlockStorageError::AlreadyFetched { .. })), "{again:?}");
        memory.release(test_id).await;
        memory.fetch_from_block_storage(test_id, "memory://tests/orders").await.unwrap();
    });
}

#[tokio::test]
async fn another_name_of_the_directive_is_looked_for_alone() {
    let memory = InMemoryBlockStorage::with_directive_file(DirectiveFile::named("probe.yaml"));
    seed(&memory, "tests", "orders", &test_files()).await;
    let fetch = async || memory.fetch_from_block_storage(TestId::random(), "memory://tests/orders").await;
    let message = support::told(&fetch().await.unwrap_err());
    assert!(
        message.ends_with("`memory://tests/orders` has no probe.yaml; it says which topics the test uses"),
        "{message}"
    );
    memory.put("tests", "orders/probe.yaml", support::DIRECTIVE).await.unwrap();
    fetch().await.unwrap();
}

#[tokio::test]
async fn what_is_no_place_in_memory_is_refused() {
    let memory = InMemoryBlockStorage::new();
    for text in ["s3://tests/orders", "memory://", "orders", "memory://tests/a/../b"] {
        let error = memory.fetch_from_block_storage(TestId::random(), text).await.unwrap_err();
        assert!(matches!(error, BlockStorageError::BucketUriParse { .. }) && error.is_bad_input(), "{error:?}");
    }
    assert!(memory.put("tests", "a/../b", "").await.is_err());
    assert_eq!((memory.get("tests", "a").await, memory.list("tests").await), (None, Vec::new()));
}
