//! S3 against moto's server.

use futures_util::{StreamExt, stream};
use reqwest::{Client, StatusCode, Url};
use test_probe_directives::{Secret, TestId};
use test_probe_services::block_storage::{ObjectBlockStorage, S3Credentials, S3Options};
use test_probe_services::{BlockStorageError, ProbeStorageService};
use test_probe_testkit::storage_server;

use crate::support::{self, DIRECTIVE, Server, Takes, unique};

struct Moto {
    endpoint: String,
    client: Client,
}

impl Moto {
    #[track_caller]
    fn find() -> Option<Self> {
        let endpoint = storage_server("TEST_PROBE_S3_ENDPOINT")?;
        Some(Self { endpoint, client: Client::builder().no_proxy().build().unwrap() })
    }

    async fn bucket(&self, purpose: &str) -> String {
        let bucket = unique(purpose);
        let answer = self.client.put(format!("{}/{bucket}", self.endpoint)).send().await.unwrap();
        assert!(answer.status().is_success(), "{answer:?}");
        bucket
    }

    fn options(&self) -> S3Options {
        S3Options {
            endpoint: Some(self.endpoint.clone()),
            credentials: Some(credentials()),
            ..S3Options::new("us-east-1")
        }
    }

    fn storage(&self) -> ObjectBlockStorage {
        ObjectBlockStorage::s3(self.options())
    }

    fn address(&self, bucket: &str, key: &str) -> Url {
        let mut url = Url::parse(&format!("{}/{bucket}", self.endpoint)).unwrap();
        url.path_segments_mut().unwrap().extend(key.split('/'));
        url
    }
}

impl Server for Moto {
    async fn put(&self, bucket: &str, key: &str, bytes: &[u8]) {
        let answer = self.client.put(self.address(bucket, key)).body(bytes.to_vec()).send().await.unwrap();
        assert!(answer.status().is_success(), "{answer:?}");
    }

    async fn get(&self, bucket: &str, key: &str) -> Option<Vec<u8>> {
        // moto does not check who asks, only that it is not nobody.
        let request = self.client.get(self.address(bucket, key)).header("authorization", "AWS test:signature");
        let answer = request.send().await.unwrap();
        (answer.status() != StatusCode::NOT_FOUND).then_some(())?;
        Some(answer.error_for_status().unwrap().bytes().await.unwrap().to_vec())
    }

    fn text(&self, bucket: &str, prefix: &str) -> String {
        format!("s3://{bucket}/{prefix}")
    }
}

pub(crate) fn credentials() -> S3Credentials {
    S3Credentials {
        access_key_id: "test".to_owned(),
        secret_access_key: Secret::new("pa55-of-s3"),
        session_token: Some(Secret::new("pa55-of-the-session")),
    }
}

#[tokio::test]
async fn a_test_is_fetched() {
    let Some(moto) = Moto::find() else { return };
    let bucket = moto.bucket("fetch").await;
    // As the web console makes folders.
    for marker in ["team/orders/", "team/orders/features/", "team/orders/empty/"] {
        moto.put(&bucket, marker, b"").await;
    }
    support::a_test_is_fetched(&moto, &moto.storage(), &bucket).await;
}

#[tokio::test]
async fn what_is_no_test_is_refused() {
    let Some(moto) = Moto::find() else { return };
    let bucket = moto.bucket("no-test").await;
    support::what_is_no_test_is_refused(&moto, &moto.storage(), &bucket).await;
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_named() {
    let Some(moto) = Moto::find() else { return };
    support::a_bucket_that_is_not_there_is_named(&moto, &moto.storage()).await;
}

#[tokio::test]
async fn evidence_is_uploaded_and_a_big_file_in_parts() {
    let Some(moto) = Moto::find() else { return };
    let bucket = moto.bucket("evidence").await;
    support::evidence_is_uploaded(&moto, &moto.storage(), &bucket, Takes::ANYTHING).await;
}

/// One answer of S3 lists a thousand objects.
#[tokio::test]
async fn more_objects_than_one_answer_lists_are_fetched() {
    let Some(moto) = Moto::find() else { return };
    let bucket = moto.bucket("pages").await;
    moto.put(&bucket, "many/topic-directive.yaml", DIRECTIVE).await;
    stream::iter(0..1_050)
        .for_each_concurrent(16, |n| {
            let (moto, bucket) = (&moto, &bucket);
            async move { moto.put(bucket, &format!("many/features/{n:04}.feature"), b"Feature: one of many").await }
        })
        .await;
    let (storage, test_id) = (moto.storage(), TestId::random());
    let directive = storage.fetch_from_block_storage(test_id, &moto.text(&bucket, "many")).await.unwrap();
    assert_eq!(std::fs::read_dir(directive.test_dir.join("features")).unwrap().count(), 1_050);
    storage.release(test_id).await;
}

#[tokio::test]
async fn an_object_that_would_escape_the_folder_fails_the_fetch() {
    let Some(moto) = Moto::find() else { return };
    let bucket = moto.bucket("escape").await;
    moto.put(&bucket, "orders/topic-directive.yaml", DIRECTIVE).await;
    // Written by hand, since an URL would resolve the dots.
    let key = format!("{}/{bucket}/orders/%2E%2E%2F%2E%2E%2Fescaped", moto.endpoint);
    let answer = moto.client.put(key).body("x").send().await.unwrap();
    assert!(answer.status().is_success(), "{answer:?}");
    let error =
        moto.storage().fetch_from_block_storage(TestId::random(), &moto.text(&bucket, "orders")).await.unwrap_err();
    assert!(matches!(error, BlockStorageError::Streaming { .. }), "{error:?}");
    assert!(support::told(&error).contains("orders/../../escaped"), "{}", support::told(&error));
}
