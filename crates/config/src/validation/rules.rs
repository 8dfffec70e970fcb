//! Rules that hold between keys.

use std::num::NonZeroU16;
use std::time::Duration;

use super::Tree;
use crate::Origin;
use crate::issue::{Findings, Issue};
use crate::layers::REFERENCE;
use crate::settings::{Values, WorldKind};

mod orders;
mod providers;
mod registry;

const ASK_TIMEOUT: &str = "test-probe.interfaces.rest.ask-timeout";
const CALL_TIMEOUT: &str = "test-probe.interfaces.rest.circuit-breaker-call-timeout";
const BOOTSTRAP_SERVERS: &str = "test-probe.core.kafka.bootstrap-servers";
const SCHEMA_REGISTRY_URL: &str = "test-probe.core.kafka.schema-registry-url";
const CREATE_TOPICS: &str = "test-probe.core.kafka.create-topics";
const REPLICATION_FACTOR: &str = "test-probe.core.kafka.topic-replication-factor";
const WORLD_KIND: &str = "test-probe.core.world.kind";
const WORLD_BROKERS: &str = "test-probe.core.world.brokers";
const WORLD_CONTROL: &str = "test-probe.core.world.control";

/// Checks what must hold between values. A rule whose values are not all there and right is passed over: that was
/// reported already.
pub(super) fn check(values: &Values, tree: &Tree, findings: &mut Findings) {
    let durations = orders::broken(values).chain(call_timeout_of_its_own(values));
    let between_keys = durations.chain(copies_without_brokers(values)).chain(providers::incomplete(values, tree));
    let between_keys = between_keys.chain(registry::broken(values));
    for issue in between_keys.chain(keys_without_effect(values, tree)) {
        let origin = tree.at(&issue.path).map(|value| &value.origin);
        findings.add(origin.map_or(issue.clone(), |origin| issue.clone().standing_at(origin)));
    }
}

/// A caller that no longer waits and a call that still counts as under way would contradict each other.
fn call_timeout_of_its_own(values: &Values) -> Option<Issue> {
    let (call, ask): (Duration, Duration) = (values.get(CALL_TIMEOUT).ok()?, values.get(ASK_TIMEOUT).ok()?);
    let message = || {
        let (call, ask) = (call.as_millis(), ask.as_millis());
        format!("circuitBreakerCallTimeout ({call} ms) must equal askTimeout ({ask} ms)")
    };
    (call != ask).then(|| Issue::error(CALL_TIMEOUT, message(), format!("Give it the value of '{ASK_TIMEOUT}'")))
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
