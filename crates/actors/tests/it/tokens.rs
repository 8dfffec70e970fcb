//! Actors that open topics bring the refresher of their token along, without a tree above them, on real threads.

use std::time::Duration;

use test_probe_actors::dsl::Wanted;
use test_probe_directives::WallClock;
use test_probe_encoding::CloudEvent;
use test_probe_kafka::Headers;
use test_probe_testkit::ScriptedTokens;

use crate::world::{OrderCreated, World, key, order};

const DEADLINE: Duration = Duration::from_secs(20);

#[test]
fn actors_on_their_own_keep_their_token_alive() {
    // Renewed every 0.7 to 0.9 s.
    let endpoint = ScriptedTokens::answering(Duration::from_secs(1), WallClock::system());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let world = World::open_with_tokens(&endpoint).await;
        assert_eq!(endpoint.calls().len(), 1, "one token for producers and consumers");
        let (dsl, test_id) = (world.dsl.clone(), world.test_id);
        let produced = async {
            // Through two renewals, without a Nack.
            while endpoint.calls().len() < 3 {
                let (key, order) = (key("tokens"), order("tokens"));
                dsl.produce_event(test_id, "orders", &key, &order, Headers::none()).await.unwrap();
                let wanted = Wanted::correlation_id(&key.correlationid);
                let event = dsl.await_consumed_event::<CloudEvent, OrderCreated>(test_id, "orders", wanted, DEADLINE);
                assert_eq!(event.await.unwrap().value, order);
            }
        };
        tokio::time::timeout(DEADLINE, produced).await.expect("the token is renewed");
        world.close().await;
        assert_eq!(endpoint.most_at_once(), 1);
    });
}
