//! Steps of a program's own, beside the built-in ones: two by attribute, as cucumber has it, and one added by hand.
//!
//! What the attributes write speaks of a crate `cucumber`, so a program that uses them has it among its dependencies, in
//! the version that `test_probe::cucumber` is.
//!
//! `cargo run --release -p test-probe-probe --example own_steps`

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use cucumber::{given, then};
use serde_json::Value;
use test_probe::{Probe, ProbeWorld, RunOptions, StepBook, StepContext, StepError, TestFolder, evidence};

const DIRECTIVE: &str = "\
topics:
  - { topic: orders, role: producer, clientPrincipal: svc-orders }
  - { topic: orders, role: consumer, clientPrincipal: svc-orders }
";

const SCHEMA: &str = r#"{"type": "record", "name": "OrderCreated", "namespace": "com.acme", "fields": [
    {"name": "orderId", "type": "string"}, {"name": "quantity", "type": "int"}]}"#;

const FEATURE: &str = r#"Feature: Steps of our own
  Scenario: They stand beside the built-in ones
    Given a customer called "Ada"
    When I produce event {"orderId": "Ada-1", "quantity": 2} to topic "orders"
    Then I should receive an event from topic "orders" within 10 seconds
    And the order belongs to "Ada"
    And its quantity is even
"#;

/// What the scenario's steps tell each other lives on the world, by type.
#[derive(Default)]
struct Customer(String);

#[given(expr = "a customer called {string}")]
fn a_customer(world: &mut ProbeWorld, name: String) {
    world.state::<Customer>().0 = name;
}

/// A step that returns an error fails the scenario with its message.
#[then(expr = "the order belongs to {string}")]
async fn the_order_belongs_to(world: &mut ProbeWorld, name: String) -> Result<(), StepError> {
    let order = last_order(world).await?;
    let known = world.state::<Customer>().0.clone();
    let names_them = order["orderId"].as_str().is_some_and(|id| id.starts_with(&name));
    if names_them && known == name { Ok(()) } else { Err(StepError::failed(format!("{order} is not {name}'s"))) }
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    write_test(dir.path())?;

    let book = StepBook::new().with_step("^its quantity is even$", quantity_is_even)?;
    let probe = Probe::builder().start()?;
    let test = probe.prepare(TestFolder::read(dir.path())?, book, None)?;
    let report = futures_executor::block_on(probe.run(test, RunOptions::default()))?;

    println!("{}", evidence::summary_table(&report.record));
    println!("{}", report.record.verdict_reason());
    for failure in report.record.scenarios().iter().filter_map(evidence::ScenarioRecord::failure) {
        println!("{}", failure.message);
    }
    probe.shutdown();
    Ok(ExitCode::from(report.exit_status.code()))
}

async fn quantity_is_even(world: &mut ProbeWorld, _: StepContext) -> Result<(), StepError> {
    let order = last_order(world).await?;
    match order["quantity"].as_i64() {
        Some(quantity) if quantity % 2 == 0 => Ok(()),
        _ => Err(StepError::failed(format!("the quantity of {order} is not even"))),
    }
}

/// The value of the event that the last step received.
async fn last_order(world: &ProbeWorld) -> Result<Value, StepError> {
    let event = world.last_event().ok_or_else(|| StepError::failed("no event was received before"))?;
    Ok(event.value().await?)
}

fn write_test(dir: &Path) -> std::io::Result<()> {
    for folder in ["features", "schemas"] {
        fs::create_dir_all(dir.join(folder))?;
    }
    fs::write(dir.join("topic-directive.yaml"), DIRECTIVE)?;
    fs::write(dir.join("features/own_steps.feature"), FEATURE)?;
    fs::write(dir.join("schemas/OrderCreated.avsc"), SCHEMA)
}
