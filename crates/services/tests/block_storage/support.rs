//! A test's folder, evidence, and what must hold of every storage of objects.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use test_probe_directives::{BlockStorageDirective, TestId};
use test_probe_services::{BlockStorageError, ProbeStorageService, TestFolderError};

pub(crate) const DIRECTIVE: &[u8] = b"topics: [{ topic: orders, role: producer, clientPrincipal: svc-orders }]";

/// The files of a test: nested, with every byte there is, and with names that URLs write differently.
pub(crate) fn test_files() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("topic-directive.yaml", DIRECTIVE.to_vec()),
        ("features/orders.feature", b"Feature: orders".to_vec()),
        ("features/deep/er/payments.feature", "Feature: Zahlungen für alle".into()),
        ("data/every byte, 100%.bin", (0..=255).cycle().take(100_000).collect()),
    ]
}

/// Another server's side of a storage: how a test puts objects there and reads them past our own client.
pub(crate) trait Server {
    async fn put(&self, bucket: &str, key: &str, bytes: &[u8]);
    async fn get(&self, bucket: &str, key: &str) -> Option<Vec<u8>>;
    /// The text that names a folder.
    fn text(&self, bucket: &str, prefix: &str) -> String;
}

/// A name that no other test uses, and no earlier run of this one.
pub(crate) fn unique(purpose: &str) -> String {
    format!("{purpose}-{}", TestId::random().short())
}

pub(crate) fn write(root: &Path, name: &str, bytes: &[u8]) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

pub(crate) fn folder(files: &[(&str, Vec<u8>)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        write(folder.path(), name, bytes);
    }
    folder
}

/// The error and its causes, as a user sees them.
pub(crate) fn told(error: &BlockStorageError) -> String {
    let mut told = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        told = format!("{told}: {error}");
        cause = error.source();
    }
    told
}

pub(crate) async fn seed(server: &impl Server, bucket: &str, prefix: &str, files: &[(&str, Vec<u8>)]) {
    for (name, bytes) in files {
        server.put(bucket, format!("{prefix}/{name}").trim_start_matches('/'), bytes).await;
    }
}

#[track_caller]
pub(crate) fn holds(directive: &BlockStorageDirective, files: &[(&str, Vec<u8>)]) {
    for (name, bytes) in files {
        let found = fs::read(directive.test_dir.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(found == *bytes, "{name} was changed on its way");
    }
    assert_eq!(directive.topic_directives[0].topic.as_str(), "orders");
    assert_eq!(directive.evidence_dir, directive.test_dir.join("evidence"));
}

/// A test is fetched whole, byte for byte, without its neighbours, its old evidence and its folders' markers; it is private
/// to its user, fetched once, and gone after its release.
pub(crate) async fn a_test_is_fetched(server: &impl Server, storage: &dyn ProbeStorageService, bucket: &str) {
    let files = test_files();
    seed(server, bucket, "team/orders", &files).await;
    server.put(bucket, "team/orders-old/topic-directive.yaml", b"not this one").await;
    server.put(bucket, "team/orders-old/features/old.feature", b"not this one").await;
    server.put(bucket, "team/orders/evidence/summary.json", b"of an earlier run").await;
    let text = server.text(bucket, "team/orders/");
    let test_id = TestId::random();
    let directive =
        storage.fetch_from_block_storage(test_id, &text).await.unwrap_or_else(|error| panic!("{}", told(&error)));
    holds(&directive, &files);
    assert_eq!(directive.bucket, text);
    assert_eq!(directive.test_dir.file_name().unwrap(), "orders");
    let mut entries: Vec<_> = fs::read_dir(&directive.test_dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    entries.sort();
    assert_eq!(entries, ["data", "features", "topic-directive.yaml"]);
    let again = storage.fetch_from_block_storage(test_id, &text).await;
    assert!(matches!(again, Err(BlockStorageError::AlreadyFetched { .. })), "{again:?}");
    assert!(directive.test_dir.is_dir(), "the second fetch must not touch the first");
    storage.release(test_id).await;
    assert!(!directive.test_dir.exists());
    storage.fetch_from_block_storage(test_id, &text).await.expect("a released test can be fetched again");
    storage.release(test_id).await;
}

/// What is no test is told apart, by the names that it has in the storage, and leaves nothing behind.
pub(crate) async fn what_is_no_test_is_refused(server: &impl Server, storage: &dyn ProbeStorageService, bucket: &str) {
    server.put(bucket, "no-features/topic-directive.yaml", DIRECTIVE).await;
    server.put(bucket, "no-directive/features/a.feature", b"Feature: a").await;
    let refused = async |prefix: &str| {
        let (test_id, text) = (TestId::random(), server.text(bucket, prefix));
        storage.fetch_from_block_storage(test_id, &text).await.unwrap_err();
        // Were the folder still there, this would be AlreadyFetched.
        match storage.fetch_from_block_storage(test_id, &text).await.unwrap_err() {
            BlockStorageError::InvalidTest { bucket, source } => {
                assert_eq!(bucket, text);
                assert!(source.to_string().contains(&text), "{source}");
                source
            }
            other => panic!("{}", told(&other)),
        }
    };
    assert!(matches!(refused("no-features").await, TestFolderError::NoFeatures { .. }));
    assert!(matches!(refused("no-directive").await, TestFolderError::NoDirective { .. }));
    assert!(matches!(refused("nothing-here").await, TestFolderError::Missing { .. }));
}

/// A bucket that is not there is the world's fault, and the error names it.
pub(crate) async fn a_bucket_that_is_not_there_is_named(server: &impl Server, storage: &dyn ProbeStorageService) {
    let text = server.text(&unique("nowhere"), "orders");
    let error = storage.fetch_from_block_storage(TestId::random(), &text).await.unwrap_err();
    assert!(matches!(error, BlockStorageError::Streaming { .. }), "{error:?}");
    assert!(told(&error).contains(&text), "{}", told(&error));
    assert!(!error.is_bad_input());
    let evidence = folder(&[("summary.json", b"{}".to_vec())]);
    let error = storage.load_to_block_storage(TestId::random(), &text, evidence.path()).await.unwrap_err();
    assert!(matches!(error, BlockStorageError::Streaming { .. }), "{error:?}");
}

/// What a server takes.
pub(crate) struct Takes {
    /// The size of the biggest file, in bytes.
    pub(crate) bytes: usize,
    /// Whether a file may be empty.
    pub(crate) empty: bool,
}

impl Takes {
    /// The biggest file is more than two parts.
    pub(crate) const ANYTHING: Self = Self { bytes: 20_000_000, empty: true };
}

/// Evidence comes to lie beside the features, paths kept, as often as it is uploaded; what is unfinished stays here.
pub(crate) async fn evidence_is_uploaded(
    server: &impl Server,
    storage: &dyn ProbeStorageService,
    bucket: &str,
    takes: Takes,
) {
    let big: Vec<u8> = (0..=250).cycle().take(takes.bytes).collect();
    let nothing_much = if takes.empty { Vec::new() } else { vec![0] };
    let evidence = folder(&[
        ("summary.json", b"{}".to_vec()),
        ("plots/day one/latency.svg", b"<svg/>".to_vec()),
        ("log.txt", nothing_much.clone()),
        ("ledger.bin", big.clone()),
        (".ledger.bin.tmp", b"half".to_vec()),
    ]);
    let (test_id, text) = (TestId::random(), server.text(bucket, "/team//orders/"));
    let upload = async || {
        storage
            .load_to_block_storage(test_id, &text, evidence.path())
            .await
            .unwrap_or_else(|error| panic!("{}", told(&error)));
    };
    upload().await;
    let found = async |name: &str| server.get(bucket, &format!("team/orders/evidence/{name}")).await;
    assert_eq!(found("summary.json").await.unwrap(), b"{}");
    assert_eq!(found("plots/day one/latency.svg").await.unwrap(), b"<svg/>");
    assert_eq!(found("log.txt").await.unwrap(), nothing_much);
    assert!(found("ledger.bin").await.unwrap() == big, "a big file was changed on its way");
    assert_eq!(found(".ledger.bin.tmp").await, None);
    write(evidence.path(), "summary.json", b"{\"second\": true}");
    upload().await;
    assert_eq!(found("summary.json").await.unwrap(), b"{\"second\": true}");
    let missing = evidence.path().join("none");
    storage.load_to_block_storage(test_id, &text, &missing).await.expect("no evidence is no failure");
    storage.load_to_block_storage(test_id, &server.text(bucket, ""), evidence.path()).await.unwrap();
    assert_eq!(server.get(bucket, "evidence/summary.json").await.unwrap(), b"{\"second\": true}");
}
