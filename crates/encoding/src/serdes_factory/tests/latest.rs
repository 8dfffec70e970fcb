use std::time::Duration;

use tokio::time::advance;

use super::*;

const SUBJECT: &str = "orders-com.acme.OrderCreated";

fn target() -> ValueTarget {
    orders().named("com.acme.OrderCreated", None)
}

async fn id_written(factory: &SerdesFactory) -> u8 {
    encoded_json(factory, &target(), &json!({"id": "a", "n": 1})).await.unwrap()[4]
}

fn put_v2(registry: &ScriptedRegistry) {
    registry.put(SUBJECT, &SchemaText::new(Format::Avro, ORDER_V2));
}

#[tokio::test(start_paused = true)]
async fn a_newer_version_is_used_when_the_latest_is_old() {
    let registry = ScriptedRegistry::with(&[(SUBJECT, ORDER)]);
    let factory = factory(&registry, &[]);
    assert_eq!(id_written(&factory).await, 1);
    put_v2(&registry);
    advance(SerdesSettings::DEFAULT_LATEST_CACHE_TTL - Duration::from_millis(1)).await;
    assert_eq!(id_written(&factory).await, 1);
    advance(Duration::from_millis(1)).await;
    assert_eq!(id_written(&factory).await, 2);
    assert_eq!(registry.calls().len(), 2);
    assert_eq!(factory.registry_counts().cache_hits, 3, "hits outlive the lane that had them");
}

#[tokio::test(start_paused = true)]
async fn a_busy_lane_looks_at_the_clock_with_every_eighth_value() {
    let registry = ScriptedRegistry::with(&[(SUBJECT, ORDER)]);
    let factory = factory(&registry, &[]);
    let mut ids = Vec::new();
    for _ in 0..73 {
        ids.push(id_written(&factory).await);
    }
    put_v2(&registry);
    advance(SerdesSettings::DEFAULT_LATEST_CACHE_TTL).await;
    for _ in 73..81 {
        ids.push(id_written(&factory).await);
    }
    let expected: Vec<u8> = (0..81).map(|value| if value < 80 { 1 } else { 2 }).collect();
    assert_eq!(ids, expected);
}

#[tokio::test(start_paused = true)]
async fn a_life_of_nothing_still_lasts_for_a_second() {
    let registry = ScriptedRegistry::with(&[(SUBJECT, ORDER)]);
    let factory = factory_with(&registry, &[], SerdesSettings::default().with_latest_cache_ttl(Duration::ZERO));
    assert_eq!(id_written(&factory).await, 1);
    put_v2(&registry);
    advance(Duration::from_millis(999)).await;
    assert_eq!(id_written(&factory).await, 1);
    advance(Duration::from_millis(1)).await;
    assert_eq!(id_written(&factory).await, 2);
}

#[tokio::test(start_paused = true)]
async fn the_schema_in_use_outlives_an_outage_of_the_registry() {
    let registry = ScriptedRegistry::with(&[(SUBJECT, ORDER)]);
    let factory = factory(&registry, &[]);
    assert_eq!(id_written(&factory).await, 1);
    put_v2(&registry);
    advance(SerdesSettings::DEFAULT_LATEST_CACHE_TTL).await;
    registry.fail_next([RegistryFailure::OutOfOrder { status: 503, message: "m".into() }]);
    assert_eq!(id_written(&factory).await, 1, "the old one, during the outage");
    advance(SerdesSettings::DEFAULT_NEGATIVE_CACHE_TTL - Duration::from_millis(1)).await;
    assert_eq!(id_written(&factory).await, 1);
    advance(Duration::from_millis(1)).await;
    assert_eq!(id_written(&factory).await, 2, "the registry is back");
}

#[tokio::test(start_paused = true)]
async fn a_subject_that_is_gone_is_no_outage() {
    let registry = ScriptedRegistry::with(&[(SUBJECT, ORDER)]);
    let factory = factory(&registry, &[]);
    assert_eq!(id_written(&factory).await, 1);
    advance(SerdesSettings::DEFAULT_LATEST_CACHE_TTL).await;
    registry.fail_next([RegistryFailure::SubjectNotFound]);
    let error = encoded(&factory, &target(), &order()).await.unwrap_err();
    assert!(matches!(error, EncodeError::Resolve(ResolveError::SchemaNotFound { .. })), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_version_or_a_registered_schema_never_grows_old() {
    let registry = ScriptedRegistry::with(&[(SUBJECT, ORDER)]);
    let by_version = factory(&registry, &[]);
    let target = orders().named("com.acme.OrderCreated", Some(1));
    encoded(&by_version, &target, &order()).await.unwrap();
    let registered = registering(&registry, &[("OrderCreated.avsc", ORDER)]);
    encoded(&registered, &orders(), &order()).await.unwrap();
    registry.take_calls();
    advance(Duration::from_secs(1_000_000)).await;
    by_version.encode_value(&target, &order(), &mut Vec::new()).unwrap();
    registered.encode_value(&orders(), &order(), &mut Vec::new()).unwrap();
    assert_eq!(registry.calls(), []);
}

/// The value of [`target`] without its name space, which is looked for in the list of the topic's subjects.
async fn id_found_by_simple_name(factory: &SerdesFactory) -> Result<SchemaId, ResolveError> {
    factory.schema_id(&orders().named("OrderCreated", None)).await
}

#[tokio::test(start_paused = true)]
async fn a_schema_that_is_registered_just_after_the_registry_was_checked_is_found_at_once() {
    let registry = ScriptedRegistry::with(&[]);
    let factory = factory(&registry, &[]);
    factory.check_registry("orders").await.unwrap();
    registry.put(SUBJECT, &SchemaText::new(Format::Avro, ORDER));
    assert_eq!(id_found_by_simple_name(&factory).await.unwrap(), SchemaId::new(1));
}

#[tokio::test(start_paused = true)]
async fn a_schema_that_was_missing_is_found_when_the_refusal_is_old() {
    let registry = ScriptedRegistry::with(&[("orders-com.acme.Payment", PAYMENT)]);
    let factory = factory(&registry, &[]);
    let error = id_found_by_simple_name(&factory).await.unwrap_err();
    assert!(matches!(error, ResolveError::SchemaNotFound { .. }), "{error}");
    registry.put(SUBJECT, &SchemaText::new(Format::Avro, ORDER));
    advance(SerdesSettings::DEFAULT_NEGATIVE_CACHE_TTL - Duration::from_millis(1)).await;
    id_found_by_simple_name(&factory).await.unwrap_err();
    advance(Duration::from_millis(1)).await;
    assert_eq!(id_found_by_simple_name(&factory).await.unwrap(), SchemaId::new(2));
}
