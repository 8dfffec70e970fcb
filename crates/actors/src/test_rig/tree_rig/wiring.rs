//! What the tree of a rig is handed.

use std::sync::Arc;

use test_probe_directives::TestId;
use test_probe_testkit::ScriptedConsumers;

use super::play::Services;
use super::{Journal, Made, Plays};
use crate::commands::{BlockStorageCommands, ChildKind, CucumberExecutionCommands, Stop, VaultCommands};
use crate::supervision::Scope;
use crate::{
    ChildContext, ChildFactories, ChildFactory, ExternalBehaviors, KafkaSettings, ProbeDsl, TestExecutionActor,
    TestServices,
};

/// Hands each test that is made the next play.
pub(super) fn services_of(
    plays: &Arc<Plays>,
    dsl: &ProbeDsl,
    consumers: &ScriptedConsumers,
    journal: &Arc<Journal>,
    settings: Arc<KafkaSettings>,
) -> Arc<dyn Fn(TestId) -> TestServices + Send + Sync> {
    let (plays, dsl, journal) = (Arc::clone(plays), dsl.clone(), Arc::clone(journal));
    let consumers = consumers.clone();
    Arc::new(move |test_id| {
        let token = Arc::new(());
        let mut made = plays.made.lock().unwrap();
        let topic = format!("orders-{}", made.len() + 1);
        made.push(Made { test_id, topic: topic.clone(), token: Arc::downgrade(&token) });
        let services = Arc::new(Services {
            test_id,
            play: plays.next.lock().unwrap().pop_front().unwrap_or_default(),
            dsl: dsl.clone(),
            consumers: consumers.clone(),
            topic,
            settings: Arc::clone(&settings),
            journal: Arc::clone(&journal),
            token,
        });
        TestServices {
            storage: Arc::clone(&services) as _,
            vault: Arc::clone(&services) as _,
            evidence: Arc::clone(&services) as _,
            executor: Arc::clone(&services) as _,
            world: Arc::clone(&services) as _,
            watch: services,
        }
    })
}

/// Swaps nothing, and remembers how each child is told to stop.
pub(super) fn remembering(plays: &Arc<Plays>, behaviors: Option<ExternalBehaviors>) -> ExternalBehaviors {
    let plays = Arc::clone(plays);
    Arc::new(move |test_id, children| {
        let children = match &behaviors {
            Some(behaviors) => behaviors(test_id, children),
            None => children,
        };
        let ChildFactories { block_storage, vault, cucumber, producer, consumer, place } = children;
        let kind = |kind| (Arc::clone(&plays), test_id, kind);
        // One that has ended does not hear it.
        ChildFactories {
            block_storage: remembered(kind(ChildKind::BlockStorage), block_storage, |child| {
                drop(child.try_send(BlockStorageCommands::Stop));
            }),
            vault: remembered(kind(ChildKind::Vault), vault, |child| drop(child.try_send(VaultCommands::Stop))),
            cucumber: remembered(kind(ChildKind::Cucumber), cucumber, |child| {
                drop(child.try_send(CucumberExecutionCommands::Stop));
            }),
            producer: remembered(kind(ChildKind::Producer), producer, |child| drop(child.stop.try_send(Stop))),
            consumer: remembered(kind(ChildKind::Consumer), consumer, |child| drop(child.stop.try_send(Stop))),
            place,
        }
    })
}

fn remembered<R: Clone + Send + 'static>(
    (plays, test_id, kind): (Arc<Plays>, TestId, ChildKind),
    factory: ChildFactory<R>,
    stop: fn(&R),
) -> ChildFactory<R> {
    Arc::new(move |context: &ChildContext, scope: &mut Scope<'_, TestExecutionActor>| {
        let child = factory(context, scope);
        let to_stop = child.clone();
        plays.stops.lock().unwrap().insert((test_id, kind), Box::new(move || stop(&to_stop)));
        child
    })
}
