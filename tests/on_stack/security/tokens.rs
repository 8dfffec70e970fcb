//! Tokens that come and go while clients are at work.

use std::time::Duration;

use test_probe_kafka::{ClientError, NackKind, Written};

use super::*;

const SHORT: &str = "OAUTH_SHORT_LIVED_CLIENT_ID";

#[tokio::test]
async fn forty_seconds_of_twenty_second_tokens_cost_no_nack_and_no_second_connection() {
    let Some(stack) = Stack::find() else { return };
    let identity = Identity::of(&stack, SHORT);
    identity.renew().await;
    let spec = spec(setting(&stack, OAUTH_TLS), bearer(&identity.cell()), Some(tls(&stack)));
    let topic = unique_topic("renewed");
    TopicAdmin::new(&spec).unwrap().ensure(&topic, 1, 1, PATIENCE).await.unwrap();
    let watching = Arc::new(Watching::default());
    let clients = Librdkafka::new(Arc::clone(&watching) as Arc<dyn ClientObserver>);
    let lease = ClientPool::new(Arc::new(clients.clone())).lease(&spec).unwrap();
    let mut session = clients.open(reading(&spec, &topic)).unwrap();
    session.streams[0].readiness().ready().await.unwrap();

    let lane = RefCell::new(Lane::new(topic, lease, LaneLimits::default(), PATIENCE));
    let begun = Instant::now();
    let write = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(10));
        let (mut answers, mut first) = (Vec::new(), None);
        while begun.elapsed() < Duration::from_secs(40) {
            ticks.tick().await;
            answers.push(offer(&lane, record("x")));
            if first.is_none() && begun.elapsed() > Duration::from_secs(5) {
                first = Some((watching.of(ClientKind::Producer), watching.of(ClientKind::Consumer)));
            }
        }
        let mut slowest = Duration::ZERO;
        let written = answers.len();
        for answer in answers {
            slowest = slowest.max(answer.await.unwrap().unwrap_or_else(|nack| panic!("{}", nack.explain())).latency);
        }
        (written, slowest, first.unwrap())
    };
    let read = async {
        let mut read = 0;
        while tokio::time::timeout(Duration::from_secs(3), session.streams[0].next())
            .await
            .is_ok_and(|next| next.is_ok())
        {
            session.streams[0].processed();
            read += 1;
        }
        read
    };
    let work = async { tokio::join!(write, read) };
    let ((written, slowest, (producer, consumer)), read) = tokio::select! {
        done = driven(&lane, work) => done,
        () = identity.keep_renewing() => unreachable!("renewing never ends"),
    };
    let (producer_after, consumer_after) = (watching.of(ClientKind::Producer), watching.of(ClientKind::Consumer));
    println!("{written} events, the slowest acknowledged after {slowest:?}; {producer_after:?}");
    assert_eq!(read, written);
    assert!(written > 3000, "{written}");
    assert_eq!(watching.errors.lock().unwrap().as_slice(), [] as [String; 0]);
    assert_eq!((producer_after.connects, consumer_after.connects), (producer.connects, consumer.connects));
    for (before, after) in [(producer, producer_after), (consumer, consumer_after)] {
        assert!(after.logins >= before.logins + 2, "{before:?} {after:?}");
        assert!(after.reauthentications() >= 2, "{after:?}");
    }
}

#[tokio::test]
async fn a_token_that_ends_refuses_events_with_the_reason_and_a_new_one_lets_them_through() {
    let Some(stack) = Stack::find() else { return };
    let identity = Identity::of(&stack, SHORT);
    let spec = spec(setting(&stack, OAUTH), bearer(&identity.cell()), None);
    let no_token = TopicAdmin::new(&spec).map(drop).unwrap_err();
    assert!(matches!(no_token, ClientError::Token { .. }), "{no_token}");

    identity.renew().await;
    let topic = unique_topic("ends");
    TopicAdmin::new(&spec).unwrap().ensure(&topic, 1, 1, PATIENCE).await.unwrap();
    let lane = RefCell::new(Lane::new(topic, lease(&spec), LaneLimits::default(), PATIENCE));
    driven(&lane, async {
        offer(&lane, record("before")).await.unwrap().unwrap();
        let ends = identity.cell().state().token.as_ref().unwrap().remaining(WallClock::system().now());
        tokio::time::sleep(ends).await;
        let refused_at = Instant::now();
        let nack = offer(&lane, record("refused")).await.unwrap().unwrap_err();
        assert!(refused_at.elapsed() < Duration::from_secs(1), "it is refused at once");
        assert_eq!((nack.kind, nack.written, nack.retry), (NackKind::Authentication, Written::No, true), "{nack}");
        let told = nack.explain();
        assert!(told.contains("short-lived-producer at") && told.contains("the last one ended at"), "{told}");

        // The broker ends the session meanwhile, and librdkafka tries in vain to log in again.
        tokio::time::sleep(Duration::from_secs(5)).await;
        identity.renew().await;
        let ack = offer(&lane, record("after")).await.unwrap().unwrap_or_else(|nack| panic!("{}", nack.explain()));
        assert_eq!(ack.offset, 1);
    })
    .await;
}

#[tokio::test]
async fn a_record_that_is_under_way_when_the_token_ends_says_why_it_was_not_delivered() {
    let Some(stack) = Stack::find() else { return };
    let identity = Identity::of(&stack, SHORT);
    let good = identity.fetch().await;
    // Brokers never take it, and the probe believes in it for three seconds.
    let ends = Timestamp::from_millis(good.obtained_at().as_millis() + 3000);
    identity.writer.put(BearerToken::new(Secret::new("none"), "svc", good.obtained_at(), ends));
    let mut spec = spec(setting(&stack, OAUTH), bearer(&identity.cell()), None);
    spec.delivery_timeout = Duration::from_secs(6);
    let lane = RefCell::new(Lane::new(unique_topic("under-way"), lease(&spec), LaneLimits::default(), PATIENCE));
    let nack = driven(&lane, async { offer(&lane, record("x")).await.unwrap() }).await.unwrap_err();
    assert_eq!((nack.kind, nack.retry), (NackKind::Authentication, true), "{nack}");
    assert!(nack.explain().contains("the last one ended at"), "{}", nack.explain());
}
