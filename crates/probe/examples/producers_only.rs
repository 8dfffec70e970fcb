//! A program that only wants to produce events: it opens one topic, writes typed events and learns from the broker where
//! each of them is.
//!
//! `cargo run --release -p test-probe-probe --example producers_only`: on the embedded world, so it needs nothing else.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use serde::Serialize;
use test_probe::{
    CloudEvent, CorrelationId, Headers, Probe, Role, SchemaCatalog, TopicDirective, TopicName, WallClock,
};

#[derive(Serialize)]
struct OrderCreated {
    order_id: String,
    amount_cents: i64,
}

const SCHEMA: &str = r#"{"type": "record", "name": "OrderCreated", "namespace": "com.acme", "fields": [
    {"name": "order_id", "type": "string"}, {"name": "amount_cents", "type": "long"}]}"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let probe = Probe::builder().start()?;
    let orders = TopicDirective::new(TopicName::new("orders")?, Role::Producer, "svc-orders");
    let schemas = SchemaCatalog::parse([("OrderCreated.avsc", SCHEMA)])?;
    let topics = probe.open_with(vec![orders], schemas).await?;

    for number in 1..=3 {
        let key = CloudEvent::new("OrderCreated", CorrelationId::random(), WallClock::system());
        let order = OrderCreated { order_id: format!("A-{number}"), amount_cents: 1999 * number };
        let ack = topics.dsl().produce_event(topics.test_id(), "orders", &key, &order, Headers::none()).await?;
        println!(
            "{} is at partition {}, offset {}, after {:?}",
            order.order_id, ack.partition, ack.offset, ack.latency
        );
    }

    topics.close().await;
    probe.shutdown();
    Ok(())
}
