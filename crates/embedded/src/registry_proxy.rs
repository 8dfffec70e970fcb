use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use actix_web::web::{self, Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use crate::faults::{Faults, RegistryFault};
use crate::server::{Server, StartError};

#[cfg(test)]
mod tests;

/// How long the registry behind the proxy may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A door in front of a Schema Registry of our own that passes requests on, and answers some of them itself when it is
/// told to: how a fault is asked for where the registry cannot be told.
#[derive(Debug)]
pub struct RegistryProxy {
    server: Server,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    target: String,
    client: reqwest::Client,
    faults: Faults<RegistryFault>,
}

/// A request that could not be passed on.
#[derive(Debug, thiserror::Error)]
#[error("the registry behind the proxy does not answer")]
struct NotPassedOn(#[source] reqwest::Error);

impl ResponseError for NotPassedOn {
    fn status_code(&self) -> StatusCode {
        StatusCode::BAD_GATEWAY
    }
}

impl RegistryProxy {
    /// Opens the door in front of the registry with this base address.
    ///
    /// # Errors
    /// [`StartError`] when the system allows no listening or no threads.
    pub fn start(target: &str) -> Result<Self, StartError> {
        let threads = |error| StartError::Threads { name: "registry proxy", source: std::io::Error::other(error) };
        let target = target.trim_end_matches('/').to_owned();
        let mut client = reqwest::Client::builder().timeout(PATIENCE);
        // As the registry's client does: a proxy cannot reach this machine's own loopback address, whatever the
        // environment says.
        if is_loopback(&target) {
            client = client.no_proxy();
        }
        let client = client.build().map_err(threads)?;
        let shared = Arc::new(Shared { target, client, faults: Faults::default() });
        let served = Data::from(Arc::clone(&shared));
        let server = Server::start("registry proxy", 0, move |config| {
            config.app_data(served.clone()).default_service(web::to(pass_on));
        })?;
        Ok(Self { server, shared })
    }

    /// The base address of the door.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Lets the next `count` requests be answered with this HTTP status; 0 ends it.
    pub fn fail_next(&self, status: u16, count: u32) {
        self.shared.faults.fail_next(status, count);
    }
}

fn is_loopback(target: &str) -> bool {
    reqwest::Url::parse(target).is_ok_and(|url| {
        url.host_str().is_some_and(|host| {
            let host = host.trim_matches(['[', ']']);
            host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
        })
    })
}

async fn pass_on(request: HttpRequest, body: Bytes, shared: Data<Shared>) -> Result<HttpResponse, NotPassedOn> {
    if let Some(status) = shared.faults.on_request() {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let code = u32::from(status.as_u16()) * 100 + 1;
        let body = serde_json::json!({"error_code": code, "message": "the proxy was told to answer so"});
        return Ok(HttpResponse::build(status).json(body));
    }
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let url = format!("{}{}{query}", shared.target, request.path());
    let method = reqwest::Method::from_bytes(request.method().as_str().as_bytes()).unwrap_or(reqwest::Method::GET);
    let mut passed = shared.client.request(method, url).body(body.to_vec());
    for name in [ACCEPT, AUTHORIZATION, CONTENT_TYPE] {
        if let Some(value) = request.headers().get(&name) {
            passed = passed.header(name.as_str(), value.as_bytes());
        }
    }
    let answer = passed.send().await.map_err(NotPassedOn)?;
    let status = StatusCode::from_u16(answer.status().as_u16()).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut response = HttpResponse::build(status);
    if let Some(content_type) = answer.headers().get("content-type") {
        response.insert_header((CONTENT_TYPE, content_type.as_bytes()));
    }
    Ok(response.body(answer.bytes().await.map_err(NotPassedOn)?))
}
