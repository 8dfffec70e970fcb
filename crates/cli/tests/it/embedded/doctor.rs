//! `doctor` without a cluster: the embedded world, and worlds that are not there.

use std::net::TcpListener;

use serde_json::Value;

use crate::folder::{Folder, PRODUCE};
use crate::process::{Ended, run};

/// What the doctor says of a world described so, as text and as JSON.
fn examined(configuration: &str) -> (Ended, Value) {
    let folder = Folder::new(&[PRODUCE]).with("app.conf", configuration);
    let (dir, config) = (folder.path().to_str().unwrap().to_owned(), folder.path().join("app.conf"));
    let arguments = ["doctor", &dir, "--config", config.to_str().unwrap()];
    let text = run(arguments);
    let json = run(arguments.into_iter().chain(["--json"]));
    assert_eq!(json.status, text.status);
    (text, serde_json::from_str(&json.stdout).unwrap())
}

/// The verdict on a check, by its name, of the first target that contains this text.
fn verdict<'a>(examined: &'a Value, check: &str, target: &str) -> &'a Value {
    let findings = examined["findings"].as_array().unwrap();
    let is_it = |finding: &&Value| finding["check"] == check && finding["target"].as_str().unwrap().contains(target);
    findings.iter().find(is_it).unwrap_or_else(|| panic!("no {check} of {target}: {examined:#}"))
}

#[test]
fn the_embedded_world_is_healthy() {
    let folder = Folder::new(&[PRODUCE]);
    let ended = run(["doctor", folder.path().to_str().unwrap()]);
    assert_eq!(ended.status, 0, "{ended:#?}");
    for line in
        ["ok   metadata", "ok   partitioner default as svc: murmur2_random", "ok   topic       orders (producer)"]
    {
        assert!(ended.stdout.contains(line), "{line}: {}", ended.stdout);
    }
    assert!(ended.stdout.trim_end().ends_with("0 failed, 0 skipped"), "{}", ended.stdout);
    let ended = run(["doctor", "--json"]);
    let told: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((ended.status, &told["healthy"]), (0, &Value::Bool(true)), "{told:#}");
}

#[test]
fn a_host_without_an_address_and_a_port_without_a_server_are_told_once_each_and_nothing_behind_them() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (text, told) = examined(&format!(
        "test-probe.core {{ world.kind = cluster, kafka {{
            bootstrap-servers = \"no-such-host.invalid:9092\", schema-registry-url = \"http://127.0.0.1:{free}\" }} }}"
    ));
    assert_eq!(text.status, 3, "{text:#?}");
    let dns = verdict(&told, "dns", "no-such-host.invalid:9092");
    assert_eq!(dns["verdict"], "failed");
    assert!(dns["cause"].as_str().unwrap().starts_with("'no-such-host.invalid' has no address"), "{dns}");
    assert!(dns["fix"].as_str().unwrap().contains("/etc/hosts"), "{dns}");
    assert_eq!(verdict(&told, "metadata", "default")["because"], "since dns of no-such-host.invalid:9092 failed");
    let tcp = verdict(&told, "tcp", &free.to_string());
    assert!(tcp["cause"].as_str().unwrap().contains("connection refused"), "{tcp}");
    assert_eq!(verdict(&told, "registry", "127.0.0.1")["verdict"], "skipped");
    assert!(text.stdout.contains("FAIL dns") && text.stdout.contains("     fix:   "), "{}", text.stdout);
}

#[test]
fn what_speaks_no_tls_is_told_so_before_kafka_is_asked() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            std::io::Write::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").ok();
        }
    });
    let (text, told) = examined(&format!(
        "test-probe.core {{ world.kind = cluster, kafka {{
            bootstrap-servers = \"127.0.0.1:{port}\", schema-registry-url = \"http://127.0.0.1:{port}\"
            security {{ protocol = SASL_SSL, sasl-mechanism = PLAIN, username = ann, password = hunter2hunter2 }} }} }}"
    ));
    assert_eq!(text.status, 3, "{text:#?}");
    let tls = verdict(&told, "tls", &port.to_string());
    assert!(tls["fix"].as_str().unwrap().contains("speaks no TLS"), "{tls}");
    assert_eq!(verdict(&told, "sasl", "default")["verdict"], "skipped");
    let registry = verdict(&told, "registry", "127.0.0.1");
    assert_eq!(registry["verdict"], "failed", "{registry}");
    assert!(!text.stdout.contains("hunter2") && !told.to_string().contains("hunter2"));
}

#[test]
fn a_folder_or_a_file_that_is_not_there_is_bad_input() {
    for arguments in [&["doctor", "no/such/folder"][..], &["doctor", "--config", "no/such/file.conf"]] {
        let ended = run(arguments);
        assert_eq!(ended.status, 2, "{ended:#?}");
        assert!(ended.stderr.contains("no/such"), "{}", ended.stderr);
    }
}
