//! Azure's blob storage against Azurite.

use object_store::azure::{AzureAccessKey, AzureAuthorizer, AzureCredential};
use object_store::client::{HttpClient, HttpRequest, HttpResponse};
use reqwest::{Client, Method, StatusCode, Url};
use test_probe_directives::{Secret, TestId};
use test_probe_services::block_storage::{AzureOptions, ObjectBlockStorage};
use test_probe_services::{BlockStorageError, ProbeStorageService};
use test_probe_testkit::storage_server;

use crate::support::{self, Server, Takes, unique};

struct Azurite {
    endpoint: String,
    account: String,
    key: String,
    client: HttpClient,
}

impl Azurite {
    #[track_caller]
    fn find() -> Option<Self> {
        Some(Self {
            endpoint: storage_server("TEST_PROBE_AZURE_ENDPOINT")?,
            account: storage_server("TEST_PROBE_AZURE_ACCOUNT")?,
            key: storage_server("TEST_PROBE_AZURE_KEY")?,
            client: HttpClient::new(Client::builder().no_proxy().build().unwrap()),
        })
    }

    async fn container(&self, purpose: &str) -> String {
        let container = unique(purpose);
        let url = Url::parse(&format!("{}/{container}?restype=container", self.endpoint)).unwrap();
        let answer = self.ask(Method::PUT, url, &[]).await;
        assert!(answer.status().is_success(), "{answer:?}");
        container
    }

    async fn ask(&self, method: Method, url: Url, bytes: &[u8]) -> HttpResponse {
        let mut request = HttpRequest::new(bytes.to_vec().into());
        request.headers_mut().insert("content-length", bytes.len().into());
        if method == Method::PUT {
            request.headers_mut().insert("x-ms-blob-type", "BlockBlob".parse().unwrap());
        }
        *request.method_mut() = method;
        *request.uri_mut() = url.as_str().parse().unwrap();
        let credential = AzureCredential::AccessKey(AzureAccessKey::try_new(&self.key).unwrap());
        AzureAuthorizer::new(&credential, &self.account).try_authorize(&mut request).unwrap();
        self.client.execute(request).await.unwrap()
    }

    fn options(&self) -> AzureOptions {
        AzureOptions { account_key: Some(Secret::new(self.key.as_str())), ..AzureOptions::new(self.account.as_str()) }
    }

    fn storage(&self) -> ObjectBlockStorage {
        ObjectBlockStorage::azure(AzureOptions { endpoint: Some(self.endpoint.clone()), ..self.options() })
    }

    fn address(&self, container: &str, key: &str) -> Url {
        let mut url = Url::parse(&format!("{}/{container}", self.endpoint)).unwrap();
        url.path_segments_mut().unwrap().extend(key.split('/'));
        url
    }
}

impl Server for Azurite {
    async fn put(&self, container: &str, key: &str, bytes: &[u8]) {
        let answer = self.ask(Method::PUT, self.address(container, key), bytes).await;
        assert!(answer.status().is_success(), "{answer:?}");
    }

    async fn get(&self, container: &str, key: &str) -> Option<Vec<u8>> {
        let answer = self.ask(Method::GET, self.address(container, key), &[]).await;
        (answer.status() != StatusCode::NOT_FOUND).then_some(())?;
        assert!(answer.status().is_success(), "{answer:?}");
        Some(answer.into_body().bytes().await.unwrap().to_vec())
    }

    fn text(&self, container: &str, prefix: &str) -> String {
        format!("{}/{container}/{prefix}", self.endpoint)
    }
}

#[tokio::test]
async fn a_test_is_fetched() {
    let Some(azurite) = Azurite::find() else { return };
    let container = azurite.container("fetch").await;
    support::a_test_is_fetched(&azurite, &azurite.storage(), &container).await;
}

#[tokio::test]
async fn what_is_no_test_is_refused() {
    let Some(azurite) = Azurite::find() else { return };
    let container = azurite.container("no-test").await;
    support::what_is_no_test_is_refused(&azurite, &azurite.storage(), &container).await;
}

#[tokio::test]
async fn a_container_that_is_not_there_is_named() {
    let Some(azurite) = Azurite::find() else { return };
    support::a_bucket_that_is_not_there_is_named(&azurite, &azurite.storage()).await;
}

#[tokio::test]
async fn evidence_is_uploaded_and_a_big_file_in_parts() {
    let Some(azurite) = Azurite::find() else { return };
    let container = azurite.container("evidence").await;
    // Without an endpoint in the settings: on loopback the text's own address will do.
    let storage = ObjectBlockStorage::azure(azurite.options());
    support::evidence_is_uploaded(&azurite, &storage, &container, Takes::ANYTHING).await;
}

#[tokio::test]
async fn a_wrong_key_is_an_error_that_does_not_show_it() {
    let Some(azurite) = Azurite::find() else { return };
    let container = azurite.container("denied").await;
    let refused = async |key: &str| {
        let options = AzureOptions { account_key: Some(Secret::new(key)), ..azurite.options() };
        let storage = ObjectBlockStorage::azure(options);
        let error = storage.fetch_from_block_storage(TestId::random(), &azurite.text(&container, "orders")).await;
        let error = error.unwrap_err();
        assert!(!format!("{}{error:?}", support::told(&error)).contains(key), "{error:?}");
        error
    };
    assert!(matches!(refused("cGE1NS1vZi1henVyZQ==").await, BlockStorageError::Streaming { .. }));
    assert!(matches!(refused("pa55, which is not Base64").await, BlockStorageError::InvalidSettings { .. }));
}
