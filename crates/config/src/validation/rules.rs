//! Rules that hold between keys.

use std::num::NonZeroU16;
use std::path::PathBuf;
use std::time::Duration;

use url::{Host, Url};

use super::Tree;
use crate::issue::{Findings, Issue};
use crate::keys::{KeySpec, keys};
use crate::layers::REFERENCE;
use crate::settings::{Values, WorldKind};
use crate::{Includes, Origin};

mod oauth;
mod orders;
mod providers;
mod registry;
mod security;

const ASK_TIMEOUT: &str = "test-probe.interfaces.rest.ask-timeout";
const CALL_TIMEOUT: &str = "test-probe.interfaces.rest.circuit-breaker-call-timeout";
const BOOTSTRAP_SERVERS: &str = "test-probe.core.kafka.bootstrap-servers";
const SCHEMA_REGISTRY_URL: &str = "test-probe.core.kafka.schema-registry-url";
const CREATE_TOPICS: &str = "test-probe.core.kafka.create-topics";
const REPLICATION_FACTOR: &str = "test-probe.core.kafka.topic-replication-factor";
const SECURITY_PROTOCOL: &str = "test-probe.core.kafka.security.protocol";
const WORLD_KIND: &str = "test-probe.core.world.kind";
const WORLD_BROKERS: &str = "test-probe.core.world.brokers";
const WORLD_CONTROL: &str = "test-probe.core.world.control";

/// Checks what must hold between values. A rule whose values are not all there and right is passed over: that was
/// reported already.
pub(super) fn check(values: &Values, tree: &Tree, includes: &dyn Includes, findings: &mut Findings) {
    let durations = orders::broken(values).chain(call_timeout_of_its_own(values));
    let between_keys = durations.chain(copies_without_brokers(values)).chain(providers::incomplete(values, tree));
    let between_keys = between_keys.chain(registry::broken(values)).chain(oauth::broken(values, includes));
    let between_keys = between_keys.chain(security::broken(values, tree, includes));
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
            &[BOOTSTRAP_SERVERS, SCHEMA_REGISTRY_URL, SECURITY_PROTOCOL, WORLD_CONTROL],
            "in the embedded world, which brings its own",
            "cluster",
        ),
        Ok(WorldKind::Cluster) => (&[WORLD_BROKERS], "on a cluster, which has the brokers it has", "embedded"),
        Err(_) => (&[], "", ""),
    };
    let is_set = |path: &&&str| values.has(path) && !values.is_blank(path) && is_set(tree, path);
    let issue = |path: &&str| {
        let suggestion = format!("Take it away, or set '{WORLD_KIND}' to {other}");
        Issue::warning(path, format!("'{path}' has no effect {world}"), suggestion)
    };
    paths.iter().filter(is_set).map(issue).collect()
}

/// Whether someone gave the key its value: a file, or a variable.
fn is_set(tree: &Tree, path: &str) -> bool {
    tree.at(path).is_some_and(|value| !is_default(&value.origin))
}

fn is_default(origin: &Origin) -> bool {
    origin.place().is_some_and(|place| *place.source == *REFERENCE)
}

fn spec(path: &str) -> Option<&'static KeySpec> {
    keys().find(|spec| spec.path == path)
}

/// The refusal of a key that must say something because of another one. `or` is what else may be done.
fn must_not_be_blank(path: &str, because: &str, or: &str) -> Option<Issue> {
    let KeySpec { description, variable, .. } = spec(path)?;
    let or_variable = variable.map(|name| format!(" or the environment variable {name}")).unwrap_or_default();
    let message = format!("{description} cannot be empty when {because}");
    Some(Issue::error(path, message, format!("Set '{path}'{or_variable}, {or}")))
}

/// Whether an address keeps from others what is sent to it: by TLS, or since it is this machine's own.
fn is_private(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return true };
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || is_loopback
}

/// The refusal of a file that is not there.
fn missing_file(values: &Values, path: &'static str, includes: &dyn Includes) -> Option<Issue> {
    let file: PathBuf = values.get::<Option<PathBuf>>(path).ok()??;
    let message =
        || format!("{} '{}' does not exist", spec(path).map_or(path, |spec| spec.description), file.display());
    let suggestion = || {
        format!(
            "Set '{path}' to a file that is there; its path is relative to the folder of the file that says it, and that of \
             a variable to the working folder"
        )
    };
    (!includes.is_there(&file)).then(|| Issue::error(path, message(), suggestion()))
}
