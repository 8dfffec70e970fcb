//! Servers that are not there, and one that never answers.

use std::time::Duration;

use test_probe_directives::{Secret, TestId};
use test_probe_services::block_storage::{AzureOptions, GcsOptions, ObjectBlockStorage, S3Options};
use test_probe_services::{BlockStorageError, ProbeStorageService};
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::s3::credentials;
use crate::support::{folder, told};

/// Longer than two tries and the pause between them take, by far.
const PATIENCE: Duration = Duration::from_secs(20);

#[track_caller]
fn names_the_place(error: &BlockStorageError, action: &str, place: &str) {
    assert!(matches!(error, BlockStorageError::Streaming { .. }), "{error:?}");
    let told = told(error);
    assert!(told.starts_with(&format!("cannot {action} `{place}")), "{told}");
    assert!(!told.contains("pa55"), "{told}");
}

async fn fails_by_name(storage: ObjectBlockStorage, text: &str) {
    let test_id = TestId::random();
    let fetched = timeout(PATIENCE, storage.fetch_from_block_storage(test_id, text)).await;
    names_the_place(&fetched.expect("the fetch ends").unwrap_err(), "list", text);
    let evidence = folder(&[("summary.json", b"{}".to_vec())]);
    let loaded = timeout(PATIENCE, storage.load_to_block_storage(test_id, text, evidence.path())).await;
    names_the_place(
        &loaded.expect("the upload ends").unwrap_err(),
        "write to",
        &format!("{text}/evidence/summary.json"),
    );
}

async fn all_fail_by_name(endpoint: &str) {
    let (wait, retry_attempts) = (Duration::from_millis(300), 1);
    let endpoint = Some(endpoint.to_owned());
    let s3 = S3Options {
        endpoint: endpoint.clone(),
        credentials: Some(credentials()),
        timeout: wait,
        retry_attempts,
        ..S3Options::new("us-east-1")
    };
    fails_by_name(ObjectBlockStorage::s3(s3), "s3://tests/orders").await;
    let gcs = GcsOptions { endpoint: endpoint.clone(), timeout: wait, retry_attempts, ..GcsOptions::new("test-probe") };
    fails_by_name(ObjectBlockStorage::gcs(gcs), "gs://tests/orders").await;
    let azure = AzureOptions {
        account_key: Some(Secret::new("cGE1NQ==")),
        endpoint: endpoint.clone(),
        timeout: wait,
        retry_attempts,
        ..AzureOptions::new("acme")
    };
    fails_by_name(ObjectBlockStorage::azure(azure), "https://acme.blob.core.windows.net/tests/orders").await;
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    all_fail_by_name(&endpoint).await;
}

#[tokio::test]
async fn a_server_that_never_answers_is_an_error_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    all_fail_by_name(&format!("http://{}", listener.local_addr().unwrap())).await;
}
