mod messages;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use backon::{ExponentialBuilder, Retryable};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, Method, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use self::messages::{Place, Registered, SchemaAnswer, SchemaBody, VersionAnswer};
use super::{
    RegisteredSchema, RegistryError, RegistryFailure, RegistryRequest, RegistrySettings, SchemaRegistry, SchemaText,
};
use crate::SchemaId;

/// A registry behind the HTTP API of Confluent's Schema Registry: Confluent's own, Apicurio (`/apis/ccompat/v7`),
/// Karapace, Redpanda.
///
/// Its futures run on any Tokio runtime with I/O and time, and on different ones in turn: no connection is kept open
/// between requests, since a connection is driven by the runtime that opened it and would stall with it. Requests are
/// rare, because answers are remembered.
pub struct HttpSchemaRegistry {
    client: Client,
    base: Url,
    shown_url: Arc<str>,
    settings: RegistrySettings,
}

/// Settings that no registry can be reached with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRegistrySettings {
    /// The address is no HTTP URL.
    #[error("the Schema Registry's address is not a URL such as http://localhost:8081: {reason}")]
    Url {
        /// What is wrong with it. The address itself is left out, since it may hold a password.
        reason: String,
    },
    /// The HTTP client could not be made.
    #[error("the HTTP client for the Schema Registry could not be made")]
    Client(#[source] reqwest::Error),
}

impl HttpSchemaRegistry {
    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`InvalidRegistrySettings`] when the address is no HTTP URL, or TLS cannot be set up.
    pub fn new(settings: RegistrySettings) -> Result<Self, InvalidRegistrySettings> {
        let base = base_url(&settings.url)?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/vnd.schemaregistry.v1+json, application/json"));
        let mut builder = Client::builder()
            .default_headers(headers)
            .timeout(settings.request_timeout)
            .pool_max_idle_per_host(0)
            .user_agent(concat!("test-probe/", env!("CARGO_PKG_VERSION")));
        // A proxy cannot reach this machine's own loopback address, whatever the environment says.
        if is_loopback(&base) {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(InvalidRegistrySettings::Client)?;
        Ok(Self { client, shown_url: without_credentials(&base), base, settings })
    }

    fn address(&self, segments: &[&str]) -> Url {
        let mut address = self.base.clone();
        // An HTTP URL always has a path, as checked when the client was made.
        if let Ok(mut path) = address.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        address
    }

    /// Asks, again and again where the settings and the answer allow it.
    async fn ask<A: DeserializeOwned>(
        &self,
        request: RegistryRequest,
        method: Method,
        address: Url,
        body: Option<&(impl Serialize + Sync)>,
    ) -> Result<A, RegistryError> {
        let schedule = ExponentialBuilder::default()
            .with_min_delay(self.settings.retry_delay)
            .with_max_delay(self.settings.max_retry_delay)
            .with_max_times(self.settings.max_retries)
            .with_jitter();
        (|| self.ask_once(method.clone(), address.clone(), body))
            .retry(schedule)
            .when(|failure| failure.helps_to_ask_again() && !matches!(failure, RegistryFailure::TimedOut { .. }))
            .notify(|failure, pause| {
                tracing::debug!(%request, %failure, ?pause, "the Schema Registry is asked again");
            })
            .await
            .map_err(|failure| RegistryError::new(request.clone(), Arc::clone(&self.shown_url), failure))
    }

    async fn ask_once<A: DeserializeOwned>(
        &self,
        method: Method,
        address: Url,
        body: Option<&(impl Serialize + Sync)>,
    ) -> Result<A, RegistryFailure> {
        let mut request = self.client.request(method, address);
        if let Some(body) = body {
            request = request
                .json(body)
                .header(CONTENT_TYPE, HeaderValue::from_static("application/vnd.schemaregistry.v1+json"));
        }
        let failed = |error: reqwest::Error| self.failure_of(error);
        let answer = request.send().await.map_err(failed)?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(failed)?;
        if !status.is_success() {
            return Err(RegistryFailure::from_answer(status.as_u16(), &body));
        }
        serde_json::from_slice(&body).map_err(|error| RegistryFailure::Unreadable { message: error.to_string() })
    }

    fn failure_of(&self, error: reqwest::Error) -> RegistryFailure {
        if error.is_timeout() {
            RegistryFailure::TimedOut { after: self.settings.request_timeout }
        } else {
            RegistryFailure::Unreachable(Arc::new(error.without_url()))
        }
    }
}

const NO_BODY: Option<&()> = None;

#[async_trait]
impl SchemaRegistry for HttpSchemaRegistry {
    fn url(&self) -> &str {
        &self.shown_url
    }

    async fn register(&self, subject: &str, schema: &SchemaText, normalize: bool) -> Result<SchemaId, RegistryError> {
        let request = RegistryRequest::Register { subject: subject.to_owned() };
        let mut address = self.address(&["subjects", subject, "versions"]);
        ask_to_normalize(&mut address, normalize);
        let answer: Registered = self.ask(request, Method::POST, address, Some(&SchemaBody::from(schema))).await?;
        Ok(answer.id())
    }

    async fn look_up(
        &self,
        subject: &str,
        schema: &SchemaText,
        normalize: bool,
    ) -> Result<RegisteredSchema, RegistryError> {
        let request = RegistryRequest::LookUp { subject: subject.to_owned() };
        let mut address = self.address(&["subjects", subject]);
        ask_to_normalize(&mut address, normalize);
        let place: Place = self.ask(request, Method::POST, address, Some(&SchemaBody::from(schema))).await?;
        Ok(place.of(subject, schema.clone()))
    }

    async fn by_id(&self, id: SchemaId) -> Result<SchemaText, RegistryError> {
        let request = RegistryRequest::ById { id };
        let address = self.address(&["schemas", "ids", &id.to_string()]);
        let answer: SchemaAnswer = self.ask(request.clone(), Method::GET, address, NO_BODY).await?;
        answer.into_schema().map_err(|failure| RegistryError::new(request, Arc::clone(&self.shown_url), failure))
    }

    async fn latest(&self, subject: &str) -> Result<RegisteredSchema, RegistryError> {
        let request = RegistryRequest::Latest { subject: subject.to_owned() };
        self.version_at(request, subject, "latest").await
    }

    async fn version(&self, subject: &str, version: u32) -> Result<RegisteredSchema, RegistryError> {
        let request = RegistryRequest::Version { subject: subject.to_owned(), version };
        self.version_at(request, subject, &version.to_string()).await
    }

    async fn subjects(&self, prefix: &str) -> Result<Vec<String>, RegistryError> {
        let request = RegistryRequest::Subjects { prefix: prefix.to_owned() };
        let mut address = self.address(&["subjects"]);
        address.query_pairs_mut().append_pair("subjectPrefix", prefix);
        let mut subjects: Vec<String> = self.ask(request, Method::GET, address, NO_BODY).await?;
        // Older registries do not know the parameter and list all.
        subjects.retain(|subject| subject.starts_with(prefix));
        Ok(subjects)
    }
}

impl HttpSchemaRegistry {
    async fn version_at(
        &self,
        request: RegistryRequest,
        subject: &str,
        version: &str,
    ) -> Result<RegisteredSchema, RegistryError> {
        let address = self.address(&["subjects", subject, "versions", version]);
        let answer: VersionAnswer = self.ask(request.clone(), Method::GET, address, NO_BODY).await?;
        answer
            .into_registered(subject)
            .map_err(|failure| RegistryError::new(request, Arc::clone(&self.shown_url), failure))
    }
}

impl fmt::Debug for HttpSchemaRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpSchemaRegistry").field("url", &self.shown_url).finish_non_exhaustive()
    }
}

fn base_url(text: &str) -> Result<Url, InvalidRegistrySettings> {
    let refuse = |reason: &str| InvalidRegistrySettings::Url { reason: reason.to_owned() };
    let url = Url::parse(text.trim()).map_err(|error| refuse(&error.to_string()))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        scheme => Err(refuse(&format!("it starts with {scheme}:, where http: or https: belongs"))),
    }
}

fn without_credentials(url: &Url) -> Arc<str> {
    let mut shown = url.clone();
    // Both fail only for addresses without a host, which HTTP URLs have.
    if shown.set_username("").is_err() || shown.set_password(None).is_err() {
        return Arc::from("(an address without a host)");
    }
    Arc::from(shown.as_str().trim_end_matches('/'))
}

fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let host = host.trim_matches(['[', ']']);
        host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
    })
}

fn ask_to_normalize(address: &mut Url, normalize: bool) {
    if normalize {
        address.query_pairs_mut().append_pair("normalize", "true");
    }
}

#[cfg(test)]
mod tests;
