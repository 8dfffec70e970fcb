use std::num::NonZeroU32;

use tokio::time::Instant;

use super::server::{Answer, refusal, text, with_headers};
use super::*;

const PLACE: &str = r#"{"schema":"\"int\"","version":1,"id":1}"#;

#[tokio::test]
async fn an_outage_that_passes_is_asked_through() {
    let server = TestServer::start([refusal(503, ""), refusal(503, ""), ok(PLACE)]).await;
    let registry = HttpSchemaRegistry::new(impatient(&[&server.url])).unwrap();
    assert_eq!(registry.latest("s").await.unwrap().id, SchemaId::new(1));
    assert_eq!(server.requests(), 3);
}

#[tokio::test]
async fn a_connection_that_is_cut_is_asked_through() {
    let server = TestServer::start([Answer::Cut, ok(PLACE)]).await;
    let registry = HttpSchemaRegistry::new(impatient(&[&server.url])).unwrap();
    assert_eq!(registry.latest("s").await.unwrap().id, SchemaId::new(1));
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_not_asked_for_again() {
    let server = TestServer::start([ok("<html>"), ok(PLACE)]).await;
    let registry = HttpSchemaRegistry::new(impatient(&[&server.url])).unwrap();
    assert!(matches!(registry.latest("s").await.unwrap_err().failure, RegistryFailure::Unreadable { .. }));
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_registry_that_wants_to_be_left_alone_is_for_as_long_as_it_wants() {
    for status in [429, 503] {
        let server = TestServer::start([with_headers(status, "retry-after: 1\r\n"), ok(PLACE)]).await;
        let registry = HttpSchemaRegistry::new(impatient(&[&server.url])).unwrap();
        let started = Instant::now();
        registry.latest("s").await.unwrap();
        assert!(started.elapsed() >= Duration::from_secs(1), "{:?}", started.elapsed());
        assert_eq!(server.requests(), 2);
    }
}

#[tokio::test]
async fn a_wish_that_is_too_long_is_told_and_not_granted() {
    for headers in
        ["retry-after: 11\r\n", "date: Sun, 06 Nov 1994 08:49:37 GMT\r\nretry-after: Sun, 06 Nov 1994 08:49:48 GMT\r\n"]
    {
        let server = TestServer::always(with_headers(429, headers)).await;
        let registry = HttpSchemaRegistry::new(impatient(&[&server.url])).unwrap();
        let error = registry.latest("s").await.unwrap_err();
        assert!(
            error.to_string().ends_with(
                "it wants to be left alone for 11 s (status 429), which is longer than is waited for; it says: m"
            ),
            "{error}"
        );
        assert!(error.helps_to_ask_again());
        assert_eq!(server.requests(), 1);
    }
    let server = TestServer::always(with_headers(500, "retry-after: 11\r\n")).await;
    let registry = HttpSchemaRegistry::new(impatient(&[&server.url]).with_max_retries(2)).unwrap();
    assert!(matches!(registry.latest("s").await.unwrap_err().failure, RegistryFailure::OutOfOrder { .. }));
    assert_eq!(server.requests(), 3, "a wish beside another status is none");
}

#[tokio::test]
async fn the_next_address_takes_over_and_is_asked_first_from_then_on() {
    let page = TestServer::always(refusal(502, "")).await;
    let good = TestServer::always(ok(PLACE)).await;
    let gone = nobody();
    let registry = HttpSchemaRegistry::new(impatient(&[&gone, &page.url, &good.url])).unwrap();
    assert_eq!(registry.url(), format!("{gone}, {}, {}", page.url, good.url));
    for _ in 0..3 {
        registry.latest("s").await.unwrap();
    }
    assert_eq!((page.requests(), good.requests()), (1, 3));
}

#[tokio::test]
async fn an_address_that_is_slow_gives_way_to_the_next_and_is_not_asked_again() {
    let slow = TestServer::always(Answer::Late(Duration::from_secs(60), String::new())).await;
    let busy = TestServer::start([refusal(503, ""), ok(PLACE)]).await;
    let settings = impatient(&[&slow.url, &busy.url]).with_request_timeout(Duration::from_millis(200));
    HttpSchemaRegistry::new(settings).unwrap().latest("s").await.unwrap();
    assert_eq!((slow.requests(), busy.requests()), (1, 2));
}

#[tokio::test]
async fn an_answer_that_is_late_but_in_time_is_taken() {
    let server = TestServer::always(Answer::Late(Duration::from_millis(100), text(200, "", PLACE))).await;
    let registry = registry(&server.url);
    assert_eq!(registry.latest("s").await.unwrap().id, SchemaId::new(1));
}

#[tokio::test]
async fn a_refusal_is_an_answer_and_ends_the_search() {
    let missing = TestServer::always(refusal(404, r#"{"error_code":40401,"message":"m"}"#)).await;
    let good = TestServer::always(ok(PLACE)).await;
    let registry = HttpSchemaRegistry::new(impatient(&[&missing.url, &good.url])).unwrap();
    let error = registry.latest("s").await.unwrap_err();
    assert!(matches!(error.failure, RegistryFailure::SubjectNotFound));
    assert_eq!((&*error.url, good.requests()), (&*missing.url, 0));
}

#[tokio::test]
async fn when_no_address_answers_the_error_names_them_all() {
    let (gone, busy) = (nobody(), TestServer::always(refusal(503, r#"{"error_code":50003,"message":"leader"}"#)).await);
    let registry = HttpSchemaRegistry::new(impatient(&[&gone, &busy.url]).with_max_retries(2)).unwrap();
    let error = registry.latest("s").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the Schema Registry at {gone}, {busy} did not give the latest version of subject `s`: none of its \
             addresses answers: {gone}: it cannot be reached; check the address, and whether it runs; {busy}: it is out \
             of order, with status 503; it says: leader",
            busy = busy.url
        )
    );
    assert!(error.helps_to_ask_again());
    assert!(error.source().is_some());
    assert_eq!(busy.requests(), 3);
    let alone = HttpSchemaRegistry::new(impatient(&[&busy.url]).with_max_retries(0)).unwrap();
    assert_eq!(alone.latest("s").await.unwrap_err().code, Some(50003));
}

#[tokio::test]
async fn requests_wait_for_their_turn() {
    let server = TestServer::always(ok(PLACE)).await;
    let settings = impatient(&[&server.url]).with_max_requests_per_second(NonZeroU32::new(5));
    let registry = HttpSchemaRegistry::new(settings).unwrap();
    let started = Instant::now();
    for _ in 0..5 {
        registry.latest("s").await.unwrap();
    }
    let first_five = started.elapsed();
    registry.latest("s").await.unwrap();
    registry.latest("s").await.unwrap();
    assert!(started.elapsed() >= Duration::from_millis(400), "{:?} after {first_five:?}", started.elapsed());
}
