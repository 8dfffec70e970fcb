//! The metrics, served while a run goes on and kept with its evidence.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use crate::folder::{Folder, PRODUCE, RECEIVE, text_file};
use crate::process::{run, start};

/// The metrics of ADR-002, with their labels.
const SEEDS: [&str; 6] = [
    r#"probe_kafka_producer_latency_ms{percentile="95",topic="orders"}"#,
    r#"probe_kafka_producer_throughput{topic="orders"}"#,
    r#"probe_kafka_producer_errors_total{error_type="Encoding",topic="orders"} 1"#,
    r#"kafka_producer_connection_creation_total{client_id="producer-default-svc"}"#,
    r#"kafka_producer_network_io_total{client_id="producer-default-svc"}"#,
    r#"probe_test_execution_duration_seconds{test_type="smoke"}"#,
];

fn scrape(address: SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /metrics HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn metrics_are_served_while_the_test_runs_and_dumped_when_it_ends() {
    let misfit = r#"And I try to produce event {"id": 5} to topic "orders""#;
    let folder = Folder::new(&[PRODUCE, RECEIVE, misfit, "And I print the event", "And I wait 50 seconds"]);
    let mut running = start(["run", folder.path().to_str().unwrap(), "--metrics", "127.0.0.1:0", "--type", "smoke"]);
    let line = running.wait_for_note("metrics: http://");
    let address = line.trim_start_matches("metrics: http://").trim_end_matches("/metrics").parse().unwrap();
    running.wait_for_result("orders");
    let scraped = scrape(address);
    assert!(scraped.contains(r#"probe_events_acknowledged_total{topic="orders"} 1"#), "{scraped}");
    assert!(
        scraped.contains(r#"probe_kafka_producer_errors_total{error_type="Encoding",topic="orders"} 1"#),
        "{scraped}"
    );
    running.signal("INT");
    assert_eq!(running.end().status, 130);
    let dump = text_file(&folder.evidence().join("metrics.prom"));
    for series in SEEDS {
        assert!(dump.lines().any(|line| line.starts_with(series)), "{series} is not in\n{dump}");
    }
    TcpStream::connect(address).unwrap_err();
}

#[test]
fn an_address_that_is_taken_is_bad_input() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = Folder::new(&[PRODUCE]);
    let ended = run(["run", folder.path().to_str().unwrap(), "--metrics", &address]);
    assert_eq!(ended.status, 2, "{ended:#?}");
    assert!(ended.stderr.contains(&format!("the metrics cannot be served at {address}")), "{}", ended.stderr);
    assert!(!folder.evidence().exists());
}
