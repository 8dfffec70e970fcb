use std::time::Duration;

use async_trait::async_trait;
use object_store::client::{HttpClient, HttpConnector, HttpError, HttpRequest, HttpResponse, HttpService};
use object_store::{ClientConfigKey, ClientOptions};
use reqwest::Client;
use reqwest::header::{ETAG, HeaderValue};

use super::endpoint::Endpoint;

/// Connects to what stands in for a cloud: an emulator on this machine or beside it.
#[derive(Debug)]
pub(super) struct StandIn {
    timeout: Duration,
    is_loopback: bool,
}

impl StandIn {
    /// The connector for an endpoint, where it needs one of its own.
    pub(super) fn at(endpoint: &Endpoint, timeout: Duration) -> Option<Self> {
        let is_loopback = endpoint.is_loopback();
        (is_loopback || endpoint.is_plain()).then_some(Self { timeout, is_loopback })
    }
}

impl HttpConnector for StandIn {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let allows_http = options.get_config_value(&ClientConfigKey::AllowHttp).is_some_and(|value| value == "true");
        let mut builder = Client::builder()
            .https_only(!allows_http)
            .timeout(self.timeout)
            .connect_timeout(self.timeout)
            // A compressed answer has another length than its object.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate();
        // A proxy cannot reach this machine's own loopback address, whatever the environment says.
        if self.is_loopback {
            builder = builder.no_proxy();
        }
        let client = builder
            .build()
            .map_err(|error| object_store::Error::Generic { store: "HTTP client", source: Box::new(error) })?;
        Ok(HttpClient::new(Tagging(client)))
    }
}

/// Gives an entity tag to answers without one. `object_store` refuses those, though nothing here reads the tag;
/// gcp-storage-emulator stores an object and answers without.
#[derive(Debug)]
struct Tagging(Client);

#[async_trait]
impl HttpService for Tagging {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let mut answer = self.0.call(request).await?;
        if answer.status().is_success() {
            answer.headers_mut().entry(ETAG).or_insert(HeaderValue::from_static("\"untagged\""));
        }
        Ok(answer)
    }
}
