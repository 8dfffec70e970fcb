//! A service of one's own around the tree: tests lie in a storage, are made, started, watched and cancelled by id, and
//! leave their evidence where they lie.
//!
//! `cargo run --release -p test-probe-probe --example service_functions [DIR]`: the folder is put into a storage in memory
//! and run from there, on the embedded world.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::env;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use test_probe::responses::TestState;
use test_probe::services::block_storage::InMemoryBlockStorage;
use test_probe::{DefaultActorSystem, DefaultConfig, DefaultVaultService, Probe, ServiceDsl};

/// A bucket of the storage in memory, and how block storage calls it.
const BUCKET: &str = "orders";
const TEXT: &str = "memory://orders";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args_os().nth(1).map_or_else(|| PathBuf::from("tests/functional/orders"), PathBuf::from);
    let storage = Arc::new(InMemoryBlockStorage::new());
    storage.put_folder(BUCKET, &folder).await?;

    // The builder has no `build` until every module is named.
    let probe = ServiceDsl::new()
        .with_config(DefaultConfig::embedded())
        .with_actor_system(DefaultActorSystem)
        .with_storage_service(Arc::clone(&storage))
        .with_vault_service_module(DefaultVaultService)
        .build()?;

    let test_id = probe.services().initialize_test().await?.test_id;
    let started = probe.services().start_test(test_id, TEXT, Some("functional".to_owned())).await?;
    println!("test {test_id}: {}", started.message);
    println!("{:?}", probe.services().queue_status(None).await?);

    let last = wait_for_the_end(&probe, test_id).await?;
    println!("test {test_id}: {}, success {:?}, {:?}", last.state, last.success, last.scenarios);
    for file in storage.list(BUCKET).await.iter().filter(|file| file.starts_with("evidence/")) {
        println!("  {TEXT}/{file}");
    }
    probe.shutdown();
    Ok(())
}

/// Asks until the test has run: once every state has been told.
async fn wait_for_the_end(
    probe: &Probe,
    test_id: test_probe::TestId,
) -> Result<test_probe::responses::TestStatusResponse, Box<dyn Error>> {
    let mut told = None;
    loop {
        let status = probe.services().test_status(test_id).await?;
        if told.replace(status.state) != Some(status.state) {
            println!("test {test_id}: {}", status.state);
        }
        if matches!(status.state, TestState::Completed | TestState::Exception) {
            return Ok(status);
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}
