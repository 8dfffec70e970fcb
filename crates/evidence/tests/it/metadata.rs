use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};
use test_probe_evidence::{Metadata, sha256_hex, write_metadata, write_reports};

use crate::runs;
use crate::story::test_id;

fn metadata() -> Metadata {
    Metadata {
        test_id: test_id(),
        versions: BTreeMap::from([("test-probe".to_owned(), "0.1.0".to_owned())]),
        config_sha256: Some("ab".repeat(32)),
        run_by: Some("ci@build-7".to_owned()),
    }
}

#[test]
fn every_other_file_stands_with_its_hash() {
    let directory = tempfile::tempdir().unwrap();
    write_reports(directory.path(), &runs::passing().record()).unwrap();
    fs::create_dir(directory.path().join("shots")).unwrap();
    fs::write(directory.path().join("shots/1.txt"), "abc").unwrap();
    fs::write(directory.path().join(".summary.json.tmp"), "half").unwrap();
    write_metadata(directory.path(), &metadata()).unwrap();
    // Written again, it does not hash itself.
    write_metadata(directory.path(), &metadata()).unwrap();

    let document: Value =
        serde_json::from_str(&fs::read_to_string(directory.path().join("metadata.json")).unwrap()).unwrap();
    assert_eq!(document["test_id"], "3f3f3f3f-3f3f-3f3f-3f3f-3f3f3f3f3f3f");
    assert_eq!(document["run_by"], "ci@build-7");
    assert_eq!(document["versions"], json!({"test-probe": "0.1.0"}));
    assert_eq!(document["config_sha256"], "ab".repeat(32));
    let files = document["files"].as_object().unwrap();
    assert_eq!(
        files.keys().collect::<Vec<_>>(),
        ["cucumber-report.html", "cucumber.json", "junit-report.xml", "shots/1.txt", "summary.json"]
    );
    for (name, file) in files {
        let bytes = fs::read(directory.path().join(name)).unwrap();
        assert_eq!(*file, json!({"bytes": bytes.len(), "sha256": sha256_hex(&bytes)}), "{name}");
    }
    assert_eq!(files["shots/1.txt"]["sha256"], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[test]
fn a_directory_that_is_not_there_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("missing");
    let error = write_metadata(&missing, &metadata()).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot read `{}` to hash it", missing.display()));
}
