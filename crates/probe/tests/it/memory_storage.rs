//! Tests whose folders lie in memory, and what is left of them on this machine.

use std::collections::BTreeSet;

use std::sync::Arc;

use serde_json::Value;
use test_probe::responses::TestState;
use test_probe::services::block_storage::InMemoryBlockStorage;
use test_probe::{DefaultActorSystem, DefaultVaultService, Probe, ProbeExceptions, ServiceDsl};

use crate::rig::{EVIDENCE, Files, PRODUCE, RECEIVE, ended, settings, started, test_of, whole_test};

pub(crate) async fn put(buckets: &InMemoryBlockStorage, folder: &str, files: &Files) {
    for (name, text) in files {
        buckets.put("tests", &format!("{folder}/{name}"), text.as_str()).await.unwrap();
    }
}

pub(crate) fn probe_of(buckets: &InMemoryBlockStorage) -> Probe {
    ServiceDsl::new()
        .with_config(settings())
        .with_actor_system(DefaultActorSystem)
        .with_storage_service(Arc::new(buckets.clone()))
        .with_vault_service_module(DefaultVaultService)
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_test_with_templates_schemas_and_phrase_books_runs_and_all_its_evidence_comes_back() {
    let buckets = InMemoryBlockStorage::new();
    put(&buckets, "team/orders", &whole_test()).await;
    let probe = probe_of(&buckets);
    let test_id = started(probe.services(), "memory://tests/team/orders").await;
    let status = ended(probe.services(), test_id).await;
    assert_eq!((status.state, status.success), (TestState::Completed, Some(true)), "{status:?}");
    let found: BTreeSet<String> = buckets.list("tests").await.into_iter().collect();
    let of_the_test = whole_test().into_keys().map(|name| format!("team/orders/{name}"));
    let of_the_run = EVIDENCE.map(|name| format!("team/orders/evidence/{name}"));
    assert_eq!(found, of_the_test.chain(of_the_run).collect());
    let summary = buckets.get("tests", "team/orders/evidence/summary.json").await.unwrap();
    let summary: Value = serde_json::from_slice(&summary).unwrap();
    assert_eq!((&summary["verdict"], &summary["test_id"]), (&"passed".into(), &test_id.to_string().into()));
    assert_eq!(summary["events"]["acknowledged"], 2);
    probe.shutdown();
}

#[tokio::test]
async fn a_failing_scenario_completes_the_test_without_success_and_leaves_evidence() {
    let buckets = InMemoryBlockStorage::new();
    let steps = [PRODUCE, RECEIVE, r#"And the event should match JSONPath "$.id" with value "A-2""#];
    put(&buckets, "fails", &test_of(&steps)).await;
    let probe = probe_of(&buckets);
    let test_id = started(probe.services(), "memory://tests/fails").await;
    let status = ended(probe.services(), test_id).await;
    assert_eq!((status.state, status.success, status.error), (TestState::Completed, Some(false), None));
    assert_eq!(status.scenarios.unwrap().failed, 1);
    let report = buckets.get("tests", "fails/evidence/cucumber.json").await.unwrap();
    assert!(String::from_utf8(report).unwrap().contains("A-2"), "the report says what was wrong");
    probe.shutdown();
}

#[tokio::test]
async fn folders_that_hold_no_test_are_told_by_name_and_leave_no_evidence() {
    let buckets = InMemoryBlockStorage::new();
    let mut unknown_step = test_of(&["Given nobody knows this"]);
    put(&buckets, "unknown-step", &unknown_step).await;
    unknown_step.remove("topic-directive.yaml");
    put(&buckets, "no-directive", &unknown_step).await;
    let probe = probe_of(&buckets);
    for (bucket, parts) in [
        ("memory://tests/nowhere", &["`memory://tests/nowhere`"][..]),
        ("memory://tests/no-directive", &["`memory://tests/no-directive` holds no test", "topic-directive.yaml"]),
        ("memory://tests/unknown-step", &["nobody knows this"]),
        ("s3://tests/orders", &["`s3://tests/orders`", "memory://bucket/prefix"]),
    ] {
        let test_id = started(probe.services(), bucket).await;
        let status = ended(probe.services(), test_id).await;
        let error = status.error.clone().unwrap();
        assert_eq!((status.state, status.success), (TestState::Exception, None), "{status:?}");
        for part in parts {
            assert!(error.explain().contains(part), "`{part}` is not in {}", error.explain());
        }
        let is_of_its_actor = match bucket {
            "memory://tests/unknown-step" => matches!(error, ProbeExceptions::CucumberException { .. }),
            _ => matches!(error, ProbeExceptions::BlockStorageException { .. }),
        };
        assert!(is_of_its_actor, "{error:?}");
    }
    assert!(buckets.list("tests").await.iter().all(|path| !path.contains("evidence")));
    probe.shutdown();
}
