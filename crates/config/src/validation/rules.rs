//! Rules that hold between keys.

use std::num::NonZeroU16;
use std::time::Duration;

use super::Tree;
use crate::Origin;
use crate::issue::{Findings, Issue};
use crate::layers::REFERENCE;
use crate::settings::{Values, WorldKind};

const ACTOR_TIMEOUT: &str = "test-probe.core.actor-system.timeout";
const SHUTDOWN_TIMEOUT: &str = "test-probe.core.actor-system.shutdown-timeout";
const MAX_EXECUTION_TIME: &str = "test-probe.core.actor-system.max-execution-time";
const CLEANUP_DELAY: &str = "test-probe.core.test-execution.cleanup-delay";
const MIN_BACKOFF: &str = "test-probe.core.supervision.streaming.min-backoff";
const MAX_BACKOFF: &str = "test-probe.core.supervision.streaming.max-backoff";
const BOOTSTRAP_SERVERS: &str = "test-probe.core.kafka.bootstrap-servers";
const SCHEMA_REGISTRY_URL: &str = "test-probe.core.kafka.schema-registry-url";
const CREATE_TOPICS: &str = "test-probe.core.kafka.create-topics";
const REPLICATION_FACTOR: &str = "test-probe.core.kafka.topic-replication-factor";
const LINGER: &str = "test-probe.core.kafka.producer.linger";
const DELIVERY_TIMEOUT: &str = "test-probe.core.kafka.producer.delivery-timeout";
const CLOSE_TIMEOUT: &str = "test-probe.core.kafka.producer.close-timeout";
const PRODUCE_TIMEOUT: &str = "test-probe.core.dsl.produce-timeout";
const WORLD_KIND: &str = "test-probe.core.world.kind";
const WORLD_BROKERS: &str = "test-probe.core.world.brokers";
const WORLD_CONTROL: &str = "test-probe.core.world.control";

/// Checks what must hold between values. A rule whose values are not all there and right is passed over: that was
/// reported already.
pub(super) fn check(values: &Values, tree: &Tree, findings: &mut Findings) {
    let orders = ORDERS.iter().filter_map(|order| order.broken(values));
    let replication = copies_without_brokers(values).into_iter();
    for issue in orders.chain(replication).chain(keys_without_effect(values, tree)) {
        let origin = tree.at(&issue.path).map(|value| &value.origin);
        findings.add(origin.map_or(issue.clone(), |origin| issue.clone().standing_at(origin)));
    }
}

/// One duration that must be shorter than another one.
struct Order {
    shorter: &'static str,
    longer: &'static str,
    may_be_equal: bool,
    /// Which of the two is reported, and how much it matters.
    issue: fn(shorter: u128, longer: u128) -> Issue,
}

const ORDERS: &[Order] = &[
    Order {
        shorter: ACTOR_TIMEOUT,
        longer: MAX_EXECUTION_TIME,
        may_be_equal: false,
        issue: |timeout, execution| {
            let message =
                format!("Max execution time ({execution} ms) must be greater than actor timeout ({timeout} ms)");
            Issue::error(MAX_EXECUTION_TIME, message, format!("Raise it, or lower '{ACTOR_TIMEOUT}'"))
        },
    },
    Order {
        shorter: CLEANUP_DELAY,
        longer: MAX_EXECUTION_TIME,
        may_be_equal: false,
        issue: |delay, execution| {
            let message = format!("Cleanup delay ({delay} ms) should be less than max execution time ({execution} ms)");
            Issue::error(CLEANUP_DELAY, message, format!("Lower it, or raise '{MAX_EXECUTION_TIME}'"))
        },
    },
    Order {
        shorter: MIN_BACKOFF,
        longer: MAX_BACKOFF,
        may_be_equal: true,
        issue: |min, max| {
            let message =
                format!("Streaming max backoff ({max} ms) must not be less than streaming min backoff ({min} ms)");
            Issue::error(MAX_BACKOFF, message, format!("Raise it, or lower '{MIN_BACKOFF}'"))
        },
    },
    Order {
        shorter: DELIVERY_TIMEOUT,
        longer: PRODUCE_TIMEOUT,
        may_be_equal: false,
        issue: |delivery, produce| {
            let message = format!(
                "Producer delivery timeout ({delivery} ms) must be less than DSL produce timeout ({produce} ms), or \
                 the asker gives up before the broker's answer is known"
            );
            Issue::error(DELIVERY_TIMEOUT, message, format!("Lower it, or raise '{PRODUCE_TIMEOUT}'"))
        },
    },
    Order {
        shorter: LINGER,
        longer: DELIVERY_TIMEOUT,
        may_be_equal: false,
        issue: |linger, delivery| {
            let message =
                format!("Producer linger ({linger} ms) must be less than producer delivery timeout ({delivery} ms)");
            Issue::error(LINGER, message, format!("Lower it, or raise '{DELIVERY_TIMEOUT}'"))
        },
    },
    Order {
        shorter: CLOSE_TIMEOUT,
        longer: SHUTDOWN_TIMEOUT,
        may_be_equal: false,
        issue: |close, shutdown| {
            let message = format!(
                "Producer close timeout ({close} ms) should be less than shutdown timeout ({shutdown} ms), which cuts \
                 the drain short"
            );
            Issue::warning(CLOSE_TIMEOUT, message, format!("Lower it, or raise '{SHUTDOWN_TIMEOUT}'"))
        },
    },
];

impl Order {
    fn broken(&self, values: &Values) -> Option<Issue> {
        let shorter: Duration = values.get(self.shorter).ok()?;
        let longer: Duration = values.get(self.longer).ok()?;
        let holds = shorter < longer || (self.may_be_equal && shorter == longer);
        (!holds).then(|| (self.issue)(shorter.as_millis(), longer.as_millis()))
    }
}

/// Each copy of a partition needs a broker of its own. How many a cluster has is not known here.
fn copies_without_brokers(values: &Values) -> Option<Issue> {
    let (kind, creates): (WorldKind, bool) = (values.get(WORLD_KIND).ok()?, values.get(CREATE_TOPICS).ok()?);
    let (copies, brokers): (NonZeroU16, NonZeroU16) =
        (values.get(REPLICATION_FACTOR).ok()?, values.get(WORLD_BROKERS).ok()?);
    let message = || {
        format!(
            "Topic replication factor ({copies}) cannot be greater than the brokers of the embedded world ({brokers})"
        )
    };
    let is_broken = kind == WorldKind::Embedded && creates && copies > brokers;
    is_broken.then(|| Issue::error(REPLICATION_FACTOR, message(), format!("Lower it, or raise '{WORLD_BROKERS}'")))
}

/// Keys that someone set though the chosen world does not look at them.
fn keys_without_effect(values: &Values, tree: &Tree) -> Vec<Issue> {
    let (paths, world, other): (&[&str], &str, &str) = match values.get(WORLD_KIND) {
        Ok(WorldKind::Embedded) => (
            &[BOOTSTRAP_SERVERS, SCHEMA_REGISTRY_URL, WORLD_CONTROL],
            "in the embedded world, which brings its own",
            "cluster",
        ),
        Ok(WorldKind::Cluster) => (&[WORLD_BROKERS], "on a cluster, which has the brokers it has", "embedded"),
        Err(_) => (&[], "", ""),
    };
    let is_set = |path: &&&str| values.has(path) && tree.at(path).is_some_and(|value| !is_default(&value.origin));
    let issue = |path: &&str| {
        let suggestion = format!("Take it away, or set '{WORLD_KIND}' to {other}");
        Issue::warning(path, format!("'{path}' has no effect {world}"), suggestion)
    };
    paths.iter().filter(is_set).map(issue).collect()
}

fn is_default(origin: &Origin) -> bool {
    origin.place().is_some_and(|place| *place.source == *REFERENCE)
}
