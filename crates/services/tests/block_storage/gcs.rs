//! Google Cloud Storage. Fetches go against fake-gcs-server, which refuses the upload call that `object_store` makes;
//! uploads go against gcp-storage-emulator, which cannot list as `object_store` asks.

use reqwest::{Client, StatusCode, Url};
use test_probe_directives::TestId;
use test_probe_services::block_storage::{GcsOptions, ObjectBlockStorage};
use test_probe_services::{BlockStorageError, ProbeStorageService};
use test_probe_testkit::storage_server;

use crate::support::{self, Server, Takes, folder, unique};

struct Emulator {
    endpoint: String,
    client: Client,
}

impl Emulator {
    #[track_caller]
    fn find(variable: &str) -> Option<Self> {
        let endpoint = storage_server(variable)?;
        Some(Self { endpoint, client: Client::builder().no_proxy().build().unwrap() })
    }

    async fn bucket(&self, purpose: &str) -> String {
        // `object_store` writes a dash as %2D, which is its right and more than gcp-storage-emulator understands.
        let bucket = unique(purpose).replace('-', "");
        let address = format!("{}/storage/v1/b?project=test-probe", self.endpoint);
        let body = serde_json::json!({ "name": bucket });
        let answer = self.client.post(address).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{answer:?}");
        bucket
    }

    fn storage(&self) -> ObjectBlockStorage {
        ObjectBlockStorage::gcs(GcsOptions { endpoint: Some(self.endpoint.clone()), ..GcsOptions::new("test-probe") })
    }
}

impl Server for Emulator {
    async fn put(&self, bucket: &str, key: &str, bytes: &[u8]) {
        let mut url =
            Url::parse(&format!("{}/upload/storage/v1/b/{bucket}/o?uploadType=media", self.endpoint)).unwrap();
        url.query_pairs_mut().append_pair("name", key);
        let answer = self.client.post(url).body(bytes.to_vec()).send().await.unwrap();
        assert!(answer.status().is_success(), "{answer:?}");
    }

    async fn get(&self, bucket: &str, key: &str) -> Option<Vec<u8>> {
        let mut url = Url::parse(&format!("{}/{bucket}", self.endpoint)).unwrap();
        url.path_segments_mut().unwrap().extend(key.split('/'));
        let answer = self.client.get(url).send().await.unwrap();
        (answer.status() != StatusCode::NOT_FOUND).then_some(())?;
        Some(answer.error_for_status().unwrap().bytes().await.unwrap().to_vec())
    }

    fn text(&self, bucket: &str, prefix: &str) -> String {
        format!("gs://{bucket}/{prefix}")
    }
}

#[tokio::test]
async fn a_test_is_fetched() {
    let Some(emulator) = Emulator::find("TEST_PROBE_GCS_FETCH_ENDPOINT") else { return };
    let bucket = emulator.bucket("fetch").await;
    support::a_test_is_fetched(&emulator, &emulator.storage(), &bucket).await;
}

#[tokio::test]
async fn what_is_no_test_is_refused() {
    let Some(emulator) = Emulator::find("TEST_PROBE_GCS_FETCH_ENDPOINT") else { return };
    let bucket = emulator.bucket("no-test").await;
    support::what_is_no_test_is_refused(&emulator, &emulator.storage(), &bucket).await;
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_named() {
    let Some(emulator) = Emulator::find("TEST_PROBE_GCS_FETCH_ENDPOINT") else { return };
    support::a_bucket_that_is_not_there_is_named(&emulator, &emulator.storage()).await;
}

/// The emulator knows no upload in parts and hangs up on an empty object.
#[tokio::test]
async fn evidence_is_uploaded() {
    let Some(emulator) = Emulator::find("TEST_PROBE_GCS_UPLOAD_ENDPOINT") else { return };
    let bucket = emulator.bucket("evidence").await;
    support::evidence_is_uploaded(&emulator, &emulator.storage(), &bucket, Takes { bytes: 100_000, empty: false })
        .await;
}

#[tokio::test]
async fn a_key_file_that_is_none_is_named_and_never_shown() {
    let root = folder(&[("key.json", b"\"pa55\"".to_vec())]);
    for name in ["key.json", "none.json"] {
        let file = root.path().join(name);
        let options = GcsOptions { service_account_key: Some(file.clone()), ..GcsOptions::new("test-probe") };
        let error =
            ObjectBlockStorage::gcs(options).fetch_from_block_storage(TestId::random(), "gs://tests/orders").await;
        let error = error.unwrap_err();
        assert!(matches!(error, BlockStorageError::InvalidSettings { .. }), "{error:?}");
        let told = support::told(&error);
        assert!(told.contains(file.to_str().unwrap()) && !told.contains("pa55"), "{told}");
    }
}
