//! Whole tests whose folders lie in the clouds' storages, against servers that are not ours.

use std::sync::Arc;

use object_store::azure::{AzureAccessKey, AzureAuthorizer, AzureCredential};
use object_store::client::{HttpClient, HttpRequest, HttpResponse};
use reqwest::{Client, Method, Url};
use serde_json::Value;
use test_probe::responses::TestState;
use test_probe::services::block_storage::{AzureOptions, GcsOptions, ObjectBlockStorage, S3Credentials, S3Options};
use test_probe::{DefaultActorSystem, DefaultVaultService, Probe, Secret, ServiceDsl, TestId};
use test_probe_testkit::storage_server;

use crate::rig::{EVIDENCE, ended, settings, started, status_when, whole_test};

fn probe_of(storage: ObjectBlockStorage) -> Probe {
    ServiceDsl::new()
        .with_config(settings())
        .with_actor_system(DefaultActorSystem)
        .with_storage_service(Arc::new(storage))
        .with_vault_service_module(DefaultVaultService)
        .build()
        .unwrap()
}

fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

/// A name that no other test uses, and no earlier run of this one.
fn unique(purpose: &str) -> String {
    format!("{purpose}{}", TestId::random().short())
}

/// The test runs from `text`, and each file of its evidence is found by `get` below `evidence/`.
async fn runs_and_leaves_its_evidence(storage: ObjectBlockStorage, text: &str, get: impl AsyncFn(&str) -> Vec<u8>) {
    let probe = probe_of(storage);
    let test_id = started(probe.services(), text).await;
    let status = ended(probe.services(), test_id).await;
    assert_eq!((status.state, status.success), (TestState::Completed, Some(true)), "{status:?}");
    for name in EVIDENCE {
        let bytes = get(&format!("team/orders/evidence/{name}")).await;
        assert!(!bytes.is_empty(), "{name} is empty");
        if name == "summary.json" {
            let summary: Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!((&summary["verdict"], &summary["test_id"]), (&"passed".into(), &test_id.to_string().into()));
        }
    }
    probe.shutdown();
}

#[tokio::test]
async fn a_test_in_s3_runs_and_its_evidence_is_uploaded_beside_its_features() {
    let Some(endpoint) = storage_server("TEST_PROBE_S3_ENDPOINT") else { return };
    let (client, bucket) = (client(), unique("service"));
    let address = |key: &str| format!("{endpoint}/{bucket}/{key}");
    let put = async |address: String, bytes: Vec<u8>| {
        client.put(address).body(bytes).send().await.unwrap().error_for_status().unwrap();
    };
    put(format!("{endpoint}/{bucket}"), Vec::new()).await;
    for (name, text) in whole_test() {
        put(address(&format!("team/orders/{name}")), text.into_bytes()).await;
    }
    let credentials = S3Credentials {
        access_key_id: "test".to_owned(),
        secret_access_key: Secret::new("pa55-of-s3"),
        session_token: None,
    };
    let storage = ObjectBlockStorage::s3(S3Options {
        endpoint: Some(endpoint.clone()),
        credentials: Some(credentials),
        ..S3Options::new("us-east-1")
    });
    let get = async |key: &str| {
        // The server does not check who asks, only that it is not nobody.
        let request = client.get(address(key)).header("authorization", "AWS test:signature");
        request.send().await.unwrap().error_for_status().unwrap().bytes().await.unwrap().to_vec()
    };
    runs_and_leaves_its_evidence(storage, &format!("s3://{bucket}/team/orders"), get).await;
}

#[tokio::test]
async fn a_test_in_azures_blobs_runs_and_its_evidence_is_uploaded_beside_its_features() {
    let Some(endpoint) = storage_server("TEST_PROBE_AZURE_ENDPOINT") else { return };
    let Some(account) = storage_server("TEST_PROBE_AZURE_ACCOUNT") else { return };
    let Some(key) = storage_server("TEST_PROBE_AZURE_KEY") else { return };
    let (client, container) = (HttpClient::new(client()), unique("service"));
    let ask = async |method: Method, address: &str, bytes: Vec<u8>| -> HttpResponse {
        let url = Url::parse(address).unwrap();
        let mut request = HttpRequest::new(bytes.clone().into());
        request.headers_mut().insert("content-length", bytes.len().into());
        if method == Method::PUT {
            request.headers_mut().insert("x-ms-blob-type", "BlockBlob".parse().unwrap());
        }
        *request.method_mut() = method;
        *request.uri_mut() = url.as_str().parse().unwrap();
        let credential = AzureCredential::AccessKey(AzureAccessKey::try_new(&key).unwrap());
        AzureAuthorizer::new(&credential, &account).try_authorize(&mut request).unwrap();
        let answer = client.execute(request).await.unwrap();
        assert!(answer.status().is_success(), "{address}: {answer:?}");
        answer
    };
    let folder = format!("{endpoint}/{container}");
    ask(Method::PUT, &format!("{folder}?restype=container"), Vec::new()).await;
    for (name, text) in whole_test() {
        ask(Method::PUT, &format!("{folder}/team/orders/{name}"), text.into_bytes()).await;
    }
    let storage = ObjectBlockStorage::azure(AzureOptions {
        account_key: Some(Secret::new(key.as_str())),
        endpoint: Some(endpoint.clone()),
        ..AzureOptions::new(account.as_str())
    });
    let get = async |key: &str| {
        let answer = ask(Method::GET, &format!("{folder}/{key}"), Vec::new()).await;
        answer.into_body().bytes().await.unwrap().to_vec()
    };
    runs_and_leaves_its_evidence(storage, &format!("{folder}/team/orders"), get).await;
}

/// The server refuses the upload call that we make, so only the way there is taken.
#[tokio::test]
async fn a_test_in_google_cloud_storage_is_fetched_and_runs() {
    let Some(endpoint) = storage_server("TEST_PROBE_GCS_FETCH_ENDPOINT") else { return };
    let (client, bucket) = (client(), unique("service"));
    let made = client.post(format!("{endpoint}/storage/v1/b?project=test-probe"));
    made.json(&serde_json::json!({ "name": bucket })).send().await.unwrap().error_for_status().unwrap();
    for (name, text) in whole_test() {
        let mut url = Url::parse(&format!("{endpoint}/upload/storage/v1/b/{bucket}/o?uploadType=media")).unwrap();
        url.query_pairs_mut().append_pair("name", &format!("team/orders/{name}"));
        client.post(url).body(text).send().await.unwrap().error_for_status().unwrap();
    }
    let options = GcsOptions { endpoint: Some(endpoint), ..GcsOptions::new("test-probe") };
    let probe = probe_of(ObjectBlockStorage::gcs(options));
    let test_id = started(probe.services(), &format!("gs://{bucket}/team/orders")).await;
    let status = status_when(probe.services(), test_id, |status| {
        status.scenarios.is_some() || status.state == TestState::Exception
    })
    .await;
    let scenarios = status.scenarios.unwrap_or_else(|| panic!("{status:?}"));
    assert_eq!((scenarios.passed, scenarios.failed), (1, 0));
    probe.shutdown();
}
