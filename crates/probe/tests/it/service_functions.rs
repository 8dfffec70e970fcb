//! The service functions end to end: what they answer in each state of a test, and to those who ask wrongly.

use std::sync::Arc;

use async_trait::async_trait;
use test_probe::responses::TestState;
use test_probe::services::VaultError;
use test_probe::services::block_storage::InMemoryBlockStorage;
use test_probe::{
    BlockStorageDirective, DefaultActorSystem, KafkaSecurityDirective, Probe, ProbeVaultService, ServiceDsl,
    ServiceError, ServiceInterfaceFunctions, TestId,
};
use tokio::sync::Semaphore;

use crate::memory_storage::{probe_of, put};
use crate::rig::{PRODUCE, RECEIVE, WAIT, ended, reaches, settings, started, status_when, test_of};

const QUICK: &str = "memory://tests/quick";
const SLOW: &str = "memory://tests/slow";
const GATED: &str = "memory://tests/gated";

/// A vault that lets tests from [`GATED`] wait until its gate is opened.
#[derive(Debug)]
struct GatedVault(Semaphore);

#[async_trait]
impl ProbeVaultService for GatedVault {
    async fn fetch_security_directives(
        &self,
        directive: &BlockStorageDirective,
    ) -> Result<Vec<KafkaSecurityDirective>, VaultError> {
        if directive.bucket == GATED {
            self.0.acquire().await.unwrap().forget();
        }
        let topics = directive.topic_directives.iter();
        Ok(topics.map(|topic| KafkaSecurityDirective::plaintext(topic.topic.clone(), topic.role)).collect())
    }
}

async fn buckets() -> InMemoryBlockStorage {
    let buckets = InMemoryBlockStorage::new();
    put(&buckets, "quick", &test_of(&[PRODUCE, RECEIVE])).await;
    put(&buckets, "gated", &test_of(&[PRODUCE, RECEIVE])).await;
    put(&buckets, "slow", &test_of(&[PRODUCE, WAIT])).await;
    buckets
}

fn gated_probe(buckets: &InMemoryBlockStorage) -> (Probe, Arc<GatedVault>) {
    let vault = Arc::new(GatedVault(Semaphore::new(0)));
    let probe = ServiceDsl::new()
        .with_config(settings())
        .with_actor_system(DefaultActorSystem)
        .with_storage_service(Arc::new(buckets.clone()))
        .with_vault_service_module(Arc::clone(&vault))
        .build()
        .unwrap();
    (probe, vault)
}

/// What the queue tells of all tests: in Setup, Loading, Loaded, Testing, Completed and Exception, and whose turn it is.
async fn counts(services: &ServiceInterfaceFunctions) -> ([usize; 6], Option<TestId>) {
    let queue = services.queue_status(None).await.unwrap();
    let counts = [
        queue.setup_count,
        queue.loading_count,
        queue.loaded_count,
        queue.testing_count,
        queue.completed_count,
        queue.exception_count,
    ];
    assert_eq!(queue.total_tests, counts.iter().sum::<usize>(), "{queue:?}");
    (counts, queue.currently_testing)
}

#[tokio::test]
async fn a_test_and_the_queue_tell_how_they_are_in_each_state() {
    let (probe, vault) = gated_probe(&buckets().await);
    let services = probe.services();
    let running = started(services, SLOW).await;
    let status = reaches(services, running, TestState::Testing).await;
    assert!(status.start_time.is_some() && status.end_time.is_none() && status.success.is_none(), "{status:?}");

    let test_id = services.initialize_test().await.unwrap().test_id;
    assert_eq!(services.test_status(test_id).await.unwrap().state, TestState::Setup);
    assert_eq!(counts(services).await, ([1, 0, 0, 1, 0, 0], Some(running)));

    let started_response = services.start_test(test_id, GATED, Some("smoke".to_owned())).await.unwrap();
    assert_eq!((started_response.accepted, started_response.message.as_str()), (true, "Test loading initiated"));
    assert_eq!(started_response.test_type.as_deref(), Some("smoke"));
    let status = services.test_status(test_id).await.unwrap();
    assert_eq!(status.state, TestState::Loading);
    assert_eq!((status.bucket.as_deref(), status.test_type.as_deref()), (Some(GATED), Some("smoke")));
    assert_eq!(counts(services).await, ([0, 1, 0, 1, 0, 0], Some(running)));

    vault.0.add_permits(1);
    let status = reaches(services, test_id, TestState::Loaded).await;
    assert_eq!(status.start_time, None);
    assert_eq!(counts(services).await, ([0, 0, 1, 1, 0, 0], Some(running)));

    let invalid = started(services, "memory://tests/nowhere").await;
    let status = reaches(services, invalid, TestState::Exception).await;
    assert!(status.error.unwrap().explain().contains("memory://tests/nowhere"));
    let cancelled = services.initialize_test().await.unwrap().test_id;
    assert!(services.cancel_test(cancelled).await.unwrap().cancelled);

    assert!(services.force_cancel_test(running).await.unwrap().cancelled);
    let status = ended(services, test_id).await;
    assert_eq!((status.state, status.success), (TestState::Completed, Some(true)), "{status:?}");
    let status = services.test_status(running).await.unwrap();
    assert_eq!((status.state, status.success), (TestState::Completed, Some(false)), "{status:?}");
    assert_eq!(services.test_status(cancelled).await.unwrap().state, TestState::ShuttingDown);
    assert_eq!(counts(services).await, ([0, 0, 0, 0, 2, 1], None));
    let alone = services.queue_status(Some(invalid)).await.unwrap();
    assert_eq!((alone.total_tests, alone.exception_count), (1, 1));
    probe.shutdown();
}

#[tokio::test]
async fn tests_have_their_turns_in_the_order_in_which_they_were_started() {
    let (probe, vault) = gated_probe(&buckets().await);
    let services = probe.services();
    let running = started(services, SLOW).await;
    reaches(services, running, TestState::Testing).await;
    let first = started(services, GATED).await;
    let second = started(services, SLOW).await;
    // The second is ready before the first.
    reaches(services, second, TestState::Loaded).await;
    vault.0.add_permits(1);
    reaches(services, first, TestState::Loaded).await;
    assert!(services.force_cancel_test(running).await.unwrap().cancelled);
    reaches(services, second, TestState::Testing).await;
    let first = services.test_status(first).await.unwrap();
    assert_eq!((first.state, first.success), (TestState::Completed, Some(true)), "{first:?}");
    assert!(services.force_cancel_test(second).await.unwrap().cancelled);
    probe.shutdown();
}

#[tokio::test]
async fn a_test_is_cancelled_before_it_runs_and_by_force_while_it_runs() {
    let buckets = buckets().await;
    let (probe, _vault) = gated_probe(&buckets);
    let services = probe.services();
    let running = started(services, SLOW).await;
    reaches(services, running, TestState::Testing).await;
    let (setup, loading, loaded) = (
        services.initialize_test().await.unwrap().test_id,
        started(services, GATED).await,
        started(services, QUICK).await,
    );
    reaches(services, loaded, TestState::Loaded).await;
    for test_id in [setup, loading, loaded] {
        let answer = services.cancel_test(test_id).await.unwrap();
        assert!(answer.cancelled && answer.test_id == test_id, "{answer:?}");
        status_when(services, test_id, |status| status.state == TestState::ShuttingDown).await;
        let again = services.cancel_test(test_id).await.unwrap();
        assert!(!again.cancelled && again.message.is_some(), "{again:?}");
    }
    let answer = services.cancel_test(running).await.unwrap();
    assert!(!answer.cancelled, "{answer:?}");
    assert_eq!(services.test_status(running).await.unwrap().state, TestState::Testing);
    let answer = services.force_cancel_test(running).await.unwrap();
    assert!(answer.cancelled, "{answer:?}");
    let status = ended(services, running).await;
    assert_eq!((status.state, status.success), (TestState::Completed, Some(false)), "{status:?}");
    let summary = buckets.get("tests", "slow/evidence/summary.json").await.unwrap();
    let summary: serde_json::Value = serde_json::from_slice(&summary).unwrap();
    assert_eq!((&summary["verdict"], &summary["events"]["acknowledged"]), (&"interrupted".into(), &1.into()));
    probe.shutdown();
}

#[tokio::test]
async fn an_id_that_nobody_knows_is_told_by_every_function() {
    let probe = probe_of(&buckets().await);
    let (services, test_id) = (probe.services(), TestId::random());
    let unknown = |error: ServiceError| {
        assert_eq!(error, ServiceError::TestNotFound { test_id });
        assert!(error.to_string().contains(&test_id.to_string()), "{error}");
    };
    // More often than the breaker would bear silence.
    for _ in 0..6 {
        unknown(services.test_status(test_id).await.unwrap_err());
    }
    unknown(services.start_test(test_id, QUICK, None).await.unwrap_err());
    unknown(services.queue_status(Some(test_id)).await.unwrap_err());
    unknown(services.cancel_test(test_id).await.unwrap_err());
    unknown(services.force_cancel_test(test_id).await.unwrap_err());
    services.initialize_test().await.unwrap();
    probe.shutdown();
}

#[tokio::test]
async fn a_request_that_cannot_be_meant_is_refused_and_the_test_can_still_be_started_once() {
    let probe = probe_of(&buckets().await);
    let services = probe.services();
    let test_id = services.initialize_test().await.unwrap().test_id;
    let long = "x".repeat(4097);
    for (bucket, test_type, message) in [
        ("", None, "block-storage-path cannot be empty"),
        (" \t", None, "block-storage-path cannot be empty"),
        ("a\0b", None, "block-storage-path contains invalid null character"),
        (long.as_str(), None, "block-storage-path exceeds maximum length (4096 characters)"),
        (QUICK, Some(""), "test-type cannot be empty string (omit field or provide valid value)"),
        (QUICK, Some("a\0"), "test-type contains invalid null character"),
        (QUICK, Some(&long[..2049]), "test-type exceeds maximum length (2048 characters)"),
    ] {
        let refused = services.start_test(test_id, bucket, test_type.map(str::to_owned)).await.unwrap_err();
        assert_eq!(refused, ServiceError::InvalidRequest { message: message.to_owned() });
    }
    assert_eq!(services.test_status(test_id).await.unwrap().state, TestState::Setup);
    assert!(services.start_test(test_id, QUICK, None).await.unwrap().accepted);
    let again = services.start_test(test_id, QUICK, None).await.unwrap();
    assert!(!again.accepted && again.message == "Test was started before", "{again:?}");
    assert_eq!(ended(services, test_id).await.success, Some(true));
    probe.shutdown();
}
