use actix::Recipient;
use test_probe_directives::TestId;

use super::TestExecutionActor;
use crate::child_factories::{ChildContext, ChildFactories, KafkaChild};
use crate::commands::{BlockStorageCommands, ChildKind, CucumberExecutionCommands, VaultCommands};
use crate::error::{Cause, KafkaConsumerException, KafkaProducerException, ProbeExceptions};
use crate::supervision::{Scope, Terminated, Termination};

/// The ways to a test's children.
#[derive(Debug)]
pub(super) struct Children {
    pub(super) block_storage: Recipient<BlockStorageCommands>,
    pub(super) vault: Recipient<VaultCommands>,
    pub(super) cucumber: Recipient<CucumberExecutionCommands>,
    pub(super) producer: KafkaChild,
    pub(super) consumer: KafkaChild,
}

impl Children {
    /// Starts all five, in the Scala system's order.
    pub(super) fn spawn(
        factories: &ChildFactories,
        context: &ChildContext,
        scope: &mut Scope<'_, TestExecutionActor>,
    ) -> Self {
        Self {
            block_storage: (factories.block_storage)(context, scope),
            vault: (factories.vault)(context, scope),
            cucumber: (factories.cucumber)(context, scope),
            producer: (factories.producer)(context, scope),
            consumer: (factories.consumer)(context, scope),
        }
    }
}

impl ChildKind {
    /// What the names of such children begin with.
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::BlockStorage => "block-storage",
            Self::Vault => "vault",
            Self::Cucumber => "cucumber",
            Self::Producer => "producer",
            Self::Consumer => "consumer",
        }
    }

    /// The name of the child of this test.
    pub(crate) fn actor_name(self, test_id: TestId) -> String {
        format!("{}-{test_id}", self.prefix())
    }
}

/// Which child has ended, and what that means: the Scala system's `identifyChildActor`, which nothing calls there.
pub(super) fn ended(test_id: TestId, terminated: &Terminated) -> Option<(ChildKind, ProbeExceptions)> {
    let kind = ChildKind::ALL.into_iter().find(|kind| kind.actor_name(test_id) == *terminated.child)?;
    Some((kind, exception(kind, terminated)))
}

fn exception(kind: ChildKind, Terminated { child, termination }: &Terminated) -> ProbeExceptions {
    let failure = termination.failure();
    if let Some(known) = failure.and_then(ProbeExceptions::of) {
        return known;
    }
    if let Some(failure) = failure {
        if let Some(KafkaProducerException { message, cause, .. }) = failure.downcast_ref() {
            return ProbeExceptions::KafkaProducerException { message: message.clone(), cause: cause.clone() };
        }
        if let Some(KafkaConsumerException { message, cause, .. }) = failure.downcast_ref() {
            return ProbeExceptions::KafkaConsumerException { message: message.clone(), cause: cause.clone() };
        }
    }
    let message = match termination {
        Termination::Stopped => format!("{child} stopped before the test was over"),
        Termination::Lost => format!("{child} was lost with its thread"),
        Termination::Failed(_) | Termination::Escalated(_) => format!("{child} failed"),
    };
    // A failure is no error itself; its text is all that is kept of one that nobody knows.
    let cause = failure.map(|failure| std::sync::Arc::new(Unknown(failure.explain())) as Cause);
    match kind {
        ChildKind::BlockStorage => ProbeExceptions::BlockStorageException { message, cause },
        ChildKind::Vault => ProbeExceptions::VaultConsumerException { message, cause },
        ChildKind::Cucumber => ProbeExceptions::CucumberException { message, cause },
        ChildKind::Producer => ProbeExceptions::KafkaProducerException { message, cause },
        ChildKind::Consumer => ProbeExceptions::KafkaConsumerException { message, cause },
    }
}

/// A failure that is no exception of the tree, a panic for instance.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unknown(String);
