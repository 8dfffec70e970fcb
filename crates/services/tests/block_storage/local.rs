use std::fs;

use test_probe_directives::TestId;
use test_probe_services::block_storage::LocalBlockStorage;
use test_probe_services::{BlockStorageError, DirectiveFile, ProbeStorageService, TestFolderError};

use crate::support::{folder, holds, test_files, told, write};

#[tokio::test]
async fn a_test_is_used_where_it_lies_and_stays_there() {
    let root = folder(&test_files());
    let storage = LocalBlockStorage::default();
    let path = root.path().to_str().unwrap();
    for text in [path.to_owned(), format!("file://{path}")] {
        let test_id = TestId::random();
        let directive = storage.fetch_from_block_storage(test_id, &text).await.unwrap();
        holds(&directive, &test_files());
        assert_eq!((directive.test_dir.as_path(), directive.bucket), (root.path(), text));
        storage.release(test_id).await;
        assert!(root.path().join("features/orders.feature").is_file());
    }
}

#[tokio::test]
async fn a_relative_path_is_one_from_here() {
    let directive =
        LocalBlockStorage::default().fetch_from_block_storage(TestId::random(), "../../tests/functional/orders").await;
    let directive = directive.unwrap();
    assert!(directive.test_dir.is_absolute() && !directive.topic_directives.is_empty());
}

#[tokio::test]
async fn evidence_that_was_written_to_its_place_is_left_alone() {
    let root = folder(&test_files());
    let (storage, test_id, text) = (LocalBlockStorage::default(), TestId::random(), root.path().to_str().unwrap());
    let directive = storage.fetch_from_block_storage(test_id, text).await.unwrap();
    write(&directive.evidence_dir, "summary.json", b"{}");
    write(&directive.evidence_dir, ".half.tmp", b"half");
    let before = fs::metadata(directive.evidence_dir.join("summary.json")).unwrap().modified().unwrap();
    storage.load_to_block_storage(test_id, text, &directive.evidence_dir).await.unwrap();
    assert_eq!(fs::metadata(directive.evidence_dir.join("summary.json")).unwrap().modified().unwrap(), before);
    storage.release(test_id).await;
    assert!(directive.evidence_dir.join("summary.json").is_file());
}

#[tokio::test]
async fn evidence_from_elsewhere_is_copied_beside_the_features_again_and_again() {
    let root = folder(&test_files());
    let elsewhere = folder(&[
        ("summary.json", b"{}".to_vec()),
        ("plots/day/a.bin", vec![0, 255, 10]),
        ("plots/.a.bin.tmp", b"half".to_vec()),
    ]);
    let (storage, test_id, text) = (LocalBlockStorage::default(), TestId::random(), root.path().to_str().unwrap());
    storage.load_to_block_storage(test_id, text, elsewhere.path()).await.unwrap();
    let evidence = root.path().join("evidence");
    assert_eq!(fs::read(evidence.join("plots/day/a.bin")).unwrap(), [0, 255, 10]);
    write(elsewhere.path(), "summary.json", b"second");
    storage.load_to_block_storage(test_id, text, elsewhere.path()).await.unwrap();
    assert_eq!(fs::read(evidence.join("summary.json")).unwrap(), b"second");
    assert_eq!(fs::read_dir(evidence.join("plots")).unwrap().count(), 1, "nothing unfinished is copied or left");
}

#[tokio::test]
async fn no_evidence_is_no_failure() {
    let root = folder(&test_files());
    let text = root.path().to_str().unwrap();
    let none = root.path().join("evidence");
    LocalBlockStorage::default().load_to_block_storage(TestId::random(), text, &none).await.unwrap();
    assert!(!none.exists());
}

#[tokio::test]
async fn what_names_no_folder_is_refused_with_the_reason() {
    let root = folder(&[("file", Vec::new())]);
    let file = root.path().join("file");
    for (text, reason) in [
        ("", "it is empty"),
        (file.to_str().unwrap(), "it is no folder"),
        ("/nowhere/at/all", "there is no such folder"),
        ("file://host/tests", "a file URL has three slashes"),
        ("s3://tests/orders", "s3:// names no folder of this machine"),
    ] {
        let storage = LocalBlockStorage::default();
        let error = storage.fetch_from_block_storage(TestId::random(), text).await.unwrap_err();
        assert!(matches!(error, BlockStorageError::BucketUriParse { .. }), "{error:?}");
        assert!(error.to_string().contains(reason), "{error}");
        let error = storage.load_to_block_storage(TestId::random(), text, root.path()).await.unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[tokio::test]
async fn what_is_no_test_is_told_apart() {
    let root = folder(&[]);
    let text = root.path().to_str().unwrap();
    let refused = async |storage: LocalBlockStorage| match storage
        .fetch_from_block_storage(TestId::random(), text)
        .await
        .unwrap_err()
    {
        BlockStorageError::InvalidTest { source, .. } => source,
        other => panic!("{}", told(&other)),
    };
    assert!(matches!(refused(LocalBlockStorage::default()).await, TestFolderError::NoDirective { .. }));
    write(root.path(), "topic-directive.yaml", b"topics: []");
    assert!(matches!(refused(LocalBlockStorage::default()).await, TestFolderError::NoFeatures { .. }));
    let named = LocalBlockStorage::new(DirectiveFile::named("probe.yaml"));
    assert!(refused(named).await.to_string().contains("has no probe.yaml; it"));
    write(root.path(), "topic-directive.yaml", b"topics: [{ topic: orders }]");
    assert!(matches!(refused(LocalBlockStorage::default()).await, TestFolderError::Directive(_)));
}
