//! Children of a test that are swapped for others.

use std::sync::Arc;

use actix::{Actor, Context, Handler, Recipient};
use test_probe::responses::TestState;
use test_probe::services::block_storage::InMemoryBlockStorage;
use test_probe::{
    DefaultActorSystem, DefaultVaultService, ExternalBehaviors, KafkaSecurityDirective, ProbeExceptions, ServiceDsl,
    TestId,
};
use test_probe_actors::ChildFactories;
use test_probe_actors::commands::{ChildGoodToGo, ChildKind, TestExecutionCommands, VaultCommands};

use crate::memory_storage::put;
use crate::rig::{PRODUCE, RECEIVE, ended, settings, started, test_of};

/// A vault's actor that asks no vault, and gives credentials for the topics of one role.
struct OwnVaultActor {
    test_id: TestId,
    parent: Recipient<TestExecutionCommands>,
    forgets_consumers: bool,
}

impl Actor for OwnVaultActor {
    type Context = Context<Self>;
}

impl Handler<VaultCommands> for OwnVaultActor {
    type Result = ();

    fn handle(&mut self, command: VaultCommands, _: &mut Context<Self>) {
        let VaultCommands::Initialize { block_storage_directive } = command else { return };
        let topics = block_storage_directive.topic_directives.iter();
        let security_directives: Vec<_> = topics
            .filter(|topic| !(self.forgets_consumers && topic.role == test_probe::Role::Consumer))
            .map(|topic| KafkaSecurityDirective::plaintext(topic.topic.clone(), topic.role))
            .collect();
        let test_id = self.test_id;
        let ready = ChildGoodToGo { test_id, child: ChildKind::Vault };
        self.parent.try_send(TestExecutionCommands::SecurityFetched { test_id, security_directives }).unwrap();
        self.parent.try_send(TestExecutionCommands::ChildGoodToGo(ready)).unwrap();
    }
}

fn own_vault_actor(forgets_consumers: bool) -> ExternalBehaviors {
    Arc::new(move |_, children| ChildFactories {
        vault: Arc::new(move |context, _| {
            let parent = context.parent.clone();
            OwnVaultActor { test_id: context.test_id, parent, forgets_consumers }.start().recipient()
        }),
        ..children
    })
}

#[tokio::test]
async fn an_external_behavior_takes_the_place_of_a_child() {
    for (forgets_consumers, state) in [(false, TestState::Completed), (true, TestState::Exception)] {
        let buckets = InMemoryBlockStorage::new();
        put(&buckets, "orders", &test_of(&[PRODUCE, RECEIVE])).await;
        let probe = ServiceDsl::new()
            .with_config(settings())
            .with_actor_system(DefaultActorSystem)
            .with_storage_service(Arc::new(buckets))
            .with_vault_service_module(DefaultVaultService)
            .with_external_services_module(own_vault_actor(forgets_consumers))
            .build()
            .unwrap();
        let test_id = started(probe.services(), "memory://tests/orders").await;
        let status = ended(probe.services(), test_id).await;
        assert_eq!(status.state, state, "{status:?}");
        if let Some(error) = status.error {
            assert!(matches!(error, ProbeExceptions::KafkaConsumerException { .. }), "{error:?}");
            assert!(
                error.explain().contains("consumer topic 'orders' has no matching security directive"),
                "{error:?}"
            );
        }
        probe.shutdown();
    }
}
