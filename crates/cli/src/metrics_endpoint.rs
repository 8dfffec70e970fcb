use std::io;
use std::net::SocketAddr;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpResponse, HttpServer, web};
use prometheus::{Registry, TEXT_FORMAT, TextEncoder};

/// `GET /metrics` for Prometheus, until it is stopped.
#[derive(Debug)]
pub(crate) struct MetricsEndpoint {
    handle: ServerHandle,
    /// Where it answers; the port is a real one even if any was asked for.
    pub(crate) address: SocketAddr,
}

/// The metrics cannot be served.
#[derive(Debug, thiserror::Error)]
#[error(
    "the metrics cannot be served at {address}; name an address of this machine and a port that is free with --metrics"
)]
pub(crate) struct ServeMetricsError {
    address: SocketAddr,
    #[source]
    source: io::Error,
}

impl MetricsEndpoint {
    /// Serves the metrics on the running Actix system.
    pub(crate) fn start(address: SocketAddr, registry: Registry) -> Result<Self, ServeMetricsError> {
        let failed = |source| ServeMetricsError { address, source };
        let registry = web::Data::new(registry);
        let server =
            HttpServer::new(move || App::new().app_data(registry.clone()).route("/metrics", web::get().to(metrics)))
                .workers(1)
                .disable_signals()
                .shutdown_timeout(0)
                .bind(address)
                .map_err(failed)?;
        let bound = server.addrs().first().copied().unwrap_or(address);
        let server = server.run();
        let handle = server.handle();
        actix_rt::spawn(server);
        Ok(Self { handle, address: bound })
    }

    pub(crate) async fn stop(self) {
        self.handle.stop(false).await;
    }
}

async fn metrics(registry: web::Data<Registry>) -> HttpResponse {
    match TextEncoder::new().encode_to_string(&registry.gather()) {
        Ok(text) => HttpResponse::Ok().content_type(TEXT_FORMAT).body(text),
        Err(error) => HttpResponse::InternalServerError().body(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use prometheus::IntCounter;

    use super::*;

    fn get(address: SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[actix_rt::test]
    async fn metrics_are_served_as_prometheus_reads_them_and_nothing_else_is() {
        let registry = Registry::new();
        let counter = IntCounter::new("events_total", "Events.").unwrap();
        registry.register(Box::new(counter.clone())).unwrap();
        counter.inc_by(7);
        let endpoint = MetricsEndpoint::start("127.0.0.1:0".parse().unwrap(), registry).unwrap();
        let address = endpoint.address;
        let answers = tokio::task::spawn_blocking(move || (get(address, "/metrics"), get(address, "/other"))).await;
        let (found, other) = answers.unwrap();
        assert!(found.starts_with("HTTP/1.1 200 OK"), "{found}");
        assert!(found.contains("content-type: text/plain; version=0.0.4"), "{found}");
        assert!(
            found.ends_with("# HELP events_total Events.\n# TYPE events_total counter\nevents_total 7\n"),
            "{found}"
        );
        assert!(other.starts_with("HTTP/1.1 404"), "{other}");
        endpoint.stop().await;
    }

    #[actix_rt::test]
    async fn an_address_that_is_taken_is_named() {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        let error = MetricsEndpoint::start(address, Registry::new()).unwrap_err();
        assert!(error.to_string().starts_with(&format!("the metrics cannot be served at {address};")), "{error}");
    }
}
