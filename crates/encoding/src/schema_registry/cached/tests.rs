use test_probe_directives::Format;
use tokio::time::advance;

use super::super::{RegistryFailure, RegistryRequest};
use super::*;
use crate::scripted::ScriptedRegistry;

fn cached(registry: &Arc<ScriptedRegistry>) -> CachedRegistry {
    CachedRegistry::new(Arc::clone(registry) as Arc<dyn SchemaRegistry>, &SerdesSettings::default())
}

fn subject(name: &str) -> Arc<str> {
    name.into()
}

fn schema(text: &str) -> SchemaText {
    SchemaText::new(Format::Avro, text)
}

fn outage() -> RegistryFailure {
    RegistryFailure::OutOfOrder { status: 503, message: "no leader".into() }
}

#[tokio::test(start_paused = true)]
async fn many_who_ask_at_once_are_one_call_with_one_answer() {
    let registry = ScriptedRegistry::with(&[("s", "\"int\"")]);
    let cached = cached(&registry);
    let subject = subject("s");
    let (a, b, c) = tokio::join!(cached.latest(&subject), cached.latest(&subject), cached.latest(&subject));
    assert_eq!(a.unwrap(), b.unwrap());
    assert_eq!(c.unwrap().id, SchemaId::new(1));
    assert_eq!(registry.calls().len(), 1);
    let counts = cached.counters().counts();
    assert_eq!((counts.calls, counts.failures, counts.cache_hits), (1, 0, 2));
}

#[tokio::test(start_paused = true)]
async fn many_who_ask_at_once_share_an_outage_and_the_next_one_asks_again() {
    let registry = ScriptedRegistry::with(&[("s", "\"int\"")]);
    let cached = cached(&registry);
    registry.fail_next([outage()]);
    let subject = subject("s");
    let (a, b) = tokio::join!(cached.latest(&subject), cached.latest(&subject));
    assert!(a.unwrap_err().helps_to_ask_again() && b.unwrap_err().helps_to_ask_again());
    assert_eq!(registry.calls().len(), 1);
    assert!(cached.latest(&subject).await.is_ok(), "an outage is not remembered");
    let counts = cached.counters().counts();
    assert_eq!((counts.calls, counts.failures), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_different_question_is_another_call() {
    let registry = ScriptedRegistry::with(&[("s", "\"int\""), ("t", "\"int\"")]);
    let cached = cached(&registry);
    cached.latest(&subject("s")).await.unwrap();
    cached.latest(&subject("t")).await.unwrap();
    cached.version(&subject("s"), 1).await.unwrap();
    cached.by_id(SchemaId::new(1)).await.unwrap();
    assert_eq!(registry.calls().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn latest_grows_old_and_versions_and_ids_do_not() {
    let registry = ScriptedRegistry::with(&[("s", "\"int\"")]);
    let cached = cached(&registry);
    let subject = subject("s");
    for _ in 0..2 {
        cached.latest(&subject).await.unwrap();
        cached.version(&subject, 1).await.unwrap();
        cached.by_id(SchemaId::new(1)).await.unwrap();
        cached.look_up(&subject, &schema("\"int\""), false).await.unwrap();
    }
    assert_eq!(registry.take_calls().len(), 4);
    registry.put("s", &schema("\"long\""));
    advance(SerdesSettings::DEFAULT_LATEST_CACHE_TTL - Duration::from_millis(1)).await;
    assert_eq!(cached.latest(&subject).await.unwrap().version, 1, "one millisecond young enough");
    advance(Duration::from_millis(1)).await;
    assert_eq!(cached.latest(&subject).await.unwrap().version, 2, "too old");
    assert_eq!(registry.take_calls().len(), 1);
    cached.version(&subject, 1).await.unwrap();
    cached.by_id(SchemaId::new(1)).await.unwrap();
    cached.look_up(&subject, &schema("\"int\""), false).await.unwrap();
    assert_eq!(registry.calls(), []);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_remembered_for_its_time() {
    let registry = ScriptedRegistry::with(&[]);
    let cached = cached(&registry);
    for _ in 0..3 {
        let error = cached.by_id(SchemaId::new(9)).await.unwrap_err();
        assert!(matches!(error.failure, RegistryFailure::SchemaNotFound));
    }
    assert_eq!(registry.take_calls().len(), 1);
    advance(SerdesSettings::DEFAULT_NEGATIVE_CACHE_TTL - Duration::from_millis(1)).await;
    cached.by_id(SchemaId::new(9)).await.unwrap_err();
    assert_eq!(registry.calls().len(), 0);
    advance(Duration::from_millis(1)).await;
    cached.by_id(SchemaId::new(9)).await.unwrap_err();
    assert_eq!(registry.calls().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_guid_is_remembered_as_an_id_is() {
    let registry = ScriptedRegistry::with(&[("s", "\"int\"")]);
    let cached = cached(&registry);
    let guid = cached.by_id(SchemaId::new(1)).await.unwrap().guid.unwrap();
    let unknown = SchemaGuid::from_bytes([0; 16]);
    registry.take_calls();
    for _ in 0..3 {
        assert_eq!(cached.by_guid(guid).await.unwrap().schema, schema("\"int\""));
        let error = cached.by_guid(unknown).await.unwrap_err();
        assert!(matches!(error.failure, RegistryFailure::SchemaNotFound));
    }
    assert_eq!(registry.take_calls().len(), 2);
    advance(SerdesSettings::DEFAULT_NEGATIVE_CACHE_TTL).await;
    cached.by_guid(guid).await.unwrap();
    cached.by_guid(unknown).await.unwrap_err();
    assert_eq!(registry.calls(), [RegistryRequest::ByGuid { guid: unknown }]);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_id_that_ten_thousand_ask_for_is_one_call_in_its_time_and_one_more_after_it() {
    let registry = ScriptedRegistry::with(&[]);
    let cached = cached(&registry);
    for _ in 0..2 {
        let asking = (0..10_000).map(|_| cached.by_id(SchemaId::new(7)));
        for asked in asking.map(Box::pin).collect::<Vec<_>>() {
            assert!(asked.await.unwrap_err().failure.is_absence());
        }
        assert_eq!(registry.take_calls().len(), 1);
        advance(SerdesSettings::DEFAULT_NEGATIVE_CACHE_TTL).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_lives_as_long_as_a_refusal_whether_it_names_something_or_nothing() {
    for known in [&[][..], &[("orders-Payment", "\"int\"")]] {
        let registry = ScriptedRegistry::with(known);
        let cached = cached(&registry);
        let prefix = subject("orders-");
        assert_eq!(cached.subjects(&prefix).await.unwrap().len(), known.len());
        registry.put("orders-Order", &schema("\"long\""));
        advance(SerdesSettings::DEFAULT_NEGATIVE_CACHE_TTL - Duration::from_millis(1)).await;
        assert_eq!(cached.subjects(&prefix).await.unwrap().len(), known.len(), "one millisecond young enough");
        advance(Duration::from_millis(1)).await;
        assert_eq!(cached.subjects(&prefix).await.unwrap().len(), known.len() + 1, "too old");
        assert_eq!(registry.calls().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_never_outlives_the_latest_version() {
    let registry = ScriptedRegistry::with(&[]);
    let settings = SerdesSettings::default().with_latest_cache_ttl(Duration::ZERO);
    let cached = CachedRegistry::new(Arc::clone(&registry) as Arc<dyn SchemaRegistry>, &settings);
    for _ in 0..2 {
        cached.subjects(&subject("orders-")).await.unwrap();
    }
    assert_eq!(registry.calls().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_now_is_neither_remembered_nor_taken_from_memory() {
    let registry = ScriptedRegistry::with(&[]);
    let cached = cached(&registry);
    for _ in 0..2 {
        assert_eq!(cached.subjects_now("orders-").await.unwrap(), [] as [&str; 0]);
    }
    registry.put("orders-Order", &schema("\"int\""));
    assert_eq!(cached.subjects(&subject("orders-")).await.unwrap().len(), 1);
    registry.put("orders-Payment", &schema("\"int\""));
    assert_eq!(cached.subjects_now("orders-").await.unwrap().len(), 2);
    registry.fail_next([outage()]);
    assert!(cached.subjects_now("orders-").await.unwrap_err().helps_to_ask_again());
    let counts = cached.counters().counts();
    assert_eq!((counts.calls, counts.failures, counts.cache_hits), (5, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_registration_forgets_what_it_may_have_changed() {
    let registry = ScriptedRegistry::with(&[("s", "\"int\"")]);
    let cached = cached(&registry);
    let subject = subject("s");
    assert_eq!(cached.latest(&subject).await.unwrap().version, 1);
    cached.look_up(&subject, &schema("\"long\""), false).await.unwrap_err();
    assert_eq!(cached.register(&subject, &schema("\"long\""), false).await.unwrap().id, SchemaId::new(2));
    assert_eq!(cached.latest(&subject).await.unwrap().version, 2);
    assert_eq!(cached.look_up(&subject, &schema("\"long\""), false).await.unwrap().version, 2);
}

#[tokio::test(start_paused = true)]
async fn the_same_registration_is_sent_once() {
    let registry = ScriptedRegistry::with(&[]);
    let cached = cached(&registry);
    for _ in 0..2 {
        cached.register(&subject("s"), &schema("\"int\""), true).await.unwrap();
    }
    assert_eq!(registry.calls().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_number_of_answers_is_bounded() {
    let registry = ScriptedRegistry::with(&[("a", "\"int\""), ("b", "\"int\""), ("c", "\"int\"")]);
    let settings = SerdesSettings::default().with_cache_capacity(1);
    let cached = CachedRegistry::new(Arc::clone(&registry) as Arc<dyn SchemaRegistry>, &settings);
    for name in ["a", "b", "c", "a", "b", "c"] {
        cached.latest(&subject(name)).await.unwrap();
        cached.latest.settle().await;
    }
    assert!(registry.calls().len() > 3, "{:?}", registry.calls());
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_waiting_does_not_spoil_the_answer_for_others() {
    let registry = ScriptedRegistry::with(&[("s", "\"int\"")]);
    let cached = cached(&registry);
    let subject = subject("s");
    {
        let mut first = Box::pin(cached.latest(&subject));
        assert!(poll_once(first.as_mut()).await.is_none(), "the question is under way");
    }
    assert_eq!(cached.latest(&subject).await.unwrap().version, 1);
}

async fn poll_once<F: Future + Unpin>(future: F) -> Option<F::Output> {
    tokio::select! {
        biased;
        output = future => Some(output),
        () = std::future::ready(()) => None,
    }
}
