//! A cluster as one principal meets it.

use std::sync::Arc;
use std::time::Duration;

use test_probe_directives::{Role, TopicDirective, TopicName};
use test_probe_kafka::{BrokerAddress, ClientSpec, ClusterError, TopicAdmin, TopicFacts, TopicRights, partitioner};
use tokio::time::Instant;

use super::endpoint::Endpoint;
use super::round::Round;
use super::tls::TlsClient;
use super::{Check, Verdict};
use crate::blocking::blocking;
use crate::explain;

/// A cluster, who comes, and what for.
pub(super) struct Visit {
    /// As findings call it: the cluster and the principal.
    pub(super) name: String,
    pub(super) spec: ClientSpec,
    pub(super) tls: Option<Arc<TlsClient>>,
    /// How one logs in, where one does.
    pub(super) login: Option<&'static str>,
    pub(super) topics: Vec<TopicDirective>,
    pub(super) creates_topics: bool,
    /// Whether the brokers know who may do what; the embedded one does not.
    pub(super) knows_rights: bool,
    pub(super) timeout: Duration,
}

impl Visit {
    /// Whether any of the servers can be reached; one is enough for a client.
    pub(super) async fn reach(&self, round: &mut Round<'_>) -> Result<(), String> {
        let mut last = Err("since it has no servers".to_owned());
        let mut any = false;
        for endpoint in Endpoint::of_servers(&self.spec.identity.bootstrap_servers) {
            let reached = round.reach(&endpoint, self.tls.as_ref()).await;
            any |= reached.is_ok();
            last = reached;
        }
        if any { Ok(()) } else { last }
    }

    /// Logs in, and asks for brokers and topics.
    pub(super) async fn ask(&self, round: &mut Round<'_>) {
        let (spec, timeout) = (self.spec.clone(), self.timeout);
        let start = Instant::now();
        let asked = blocking(move || {
            let admin = TopicAdmin::new(&spec).map_err(|error| (explain(&error), false))?;
            let brokers = admin.brokers(timeout).map_err(|error| (explain(&error), is_of_the_login(&error)))?;
            Ok((Arc::new(admin), brokers))
        });
        let (admin, brokers) = match asked.await {
            Ok(known) => known,
            Err((cause, is_login)) => return self.no_answer(round, cause, is_login, start.elapsed()),
        };
        let took = start.elapsed();
        if let Some(mechanism) = self.login {
            round.note(Check::Sasl, &self.name, Verdict::passed(format!("{mechanism}: the broker lets us in")), took);
        }
        round.note(Check::Metadata, &self.name, metadata(&brokers), took);
        self.reach_advertised(round, &brokers).await;
        self.look_at_topics(round, admin).await;
    }

    /// Says that nothing behind what failed is looked at.
    pub(super) fn skip(&self, round: &mut Round<'_>, because: &str) {
        if self.login.is_some() {
            round.note_at_once(Check::Sasl, &self.name, Verdict::skipped(because));
        }
        round.note_at_once(Check::Metadata, &self.name, Verdict::skipped(because));
        for topic in &self.topics {
            round.note_at_once(Check::Topic, title(topic), Verdict::skipped(because));
        }
    }

    fn no_answer(&self, round: &mut Round<'_>, cause: String, is_login: bool, took: Duration) {
        let because = if self.login.is_some() && is_login {
            round.note(Check::Sasl, &self.name, Verdict::failed(cause, LOGIN_FIX), took);
            round.note_at_once(Check::Metadata, &self.name, Verdict::skipped("since the login failed"));
            "since the login failed"
        } else {
            let fix = "check that the port is the listener for the security protocol in test-probe.core.kafka.security, \
                       and what the broker's log says";
            round.note(Check::Metadata, &self.name, Verdict::failed(cause, fix), took);
            "since the cluster did not answer"
        };
        for topic in &self.topics {
            round.note_at_once(Check::Topic, title(topic), Verdict::skipped(because));
        }
    }

    /// Clients go on to the addresses that the brokers advertise, which are often names of another network.
    async fn reach_advertised(&self, round: &mut Round<'_>, brokers: &[BrokerAddress]) {
        for broker in brokers {
            // What comes of it is noted, and there is nothing behind it.
            round.reach(&Endpoint::new(&broker.host, broker.port), self.tls.as_ref()).await.ok();
        }
    }

    async fn look_at_topics(&self, round: &mut Round<'_>, admin: Arc<TopicAdmin>) {
        if self.topics.iter().any(|topic| topic.role == Role::Producer) {
            round.note_at_once(Check::Partitioner, &self.name, partitioner_of(&self.spec));
        }
        if self.topics.is_empty() {
            return;
        }
        if !self.knows_rights {
            return self.count_partitions(round, admin).await;
        }
        let names: Vec<TopicName> = self.topics.iter().map(|topic| topic.topic_on_cluster.clone()).collect();
        let (timeout, start) = (self.timeout, Instant::now());
        let facts = blocking(move || admin.facts(&names, timeout)).await;
        let took = start.elapsed();
        match facts {
            Ok(facts) => {
                for (directive, facts) in self.topics.iter().zip(&facts) {
                    round.note(Check::Topic, title(directive), topic(directive, facts, self.creates_topics), took);
                }
            }
            Err(error) => {
                let fix = "ask the cluster's owner whether the principal may describe topics";
                for directive in &self.topics {
                    round.note(Check::Topic, title(directive), Verdict::failed(explain(&error), fix), took);
                }
            }
        }
    }
}

/// Keys find the partitions that Java's clients give them only with Java's partitioner.
fn partitioner_of(spec: &ClientSpec) -> Verdict {
    match partitioner(spec) {
        Ok(Some(javas)) if javas == "murmur2_random" => {
            Verdict::passed(format!("{javas}: keys find the partitions that Java's clients give them"))
        }
        Ok(other) => Verdict::warning(
            format!(
                "{}: keys find other partitions than Java's clients give them",
                other.as_deref().unwrap_or("unknown")
            ),
            "compare with what the system under test uses",
        ),
        Err(error) => Verdict::failed(explain(&error), "correct test-probe.core.kafka"),
    }
}

const LOGIN_FIX: &str = "check the credentials that the vault hands out and test-probe.core.kafka.security (protocol, \
                         sasl-mechanism), and what the broker's log says";

fn is_of_the_login(error: &ClusterError) -> bool {
    matches!(error, ClusterError::Login { .. })
}

fn title(directive: &TopicDirective) -> String {
    format!("{} ({})", directive.topic_on_cluster, directive.role)
}

fn metadata(brokers: &[BrokerAddress]) -> Verdict {
    let each: Vec<String> =
        brokers.iter().map(|broker| format!("{} at {}:{}", broker.id, broker.host, broker.port)).collect();
    match each.as_slice() {
        [one] => Verdict::passed(format!("1 broker: {one}")),
        more => Verdict::passed(format!("{} brokers: {}", more.len(), more.join(", "))),
    }
}

impl Visit {
    async fn count_partitions(&self, round: &mut Round<'_>, admin: Arc<TopicAdmin>) {
        for directive in &self.topics {
            let (admin, name, timeout) = (Arc::clone(&admin), directive.topic_on_cluster.clone(), self.timeout);
            let counting = async {
                match blocking(move || admin.partitions(&name, timeout)).await {
                    Ok(Some(count)) => Verdict::passed(partitions(count)),
                    Ok(None) if self.creates_topics => Verdict::passed(CREATED),
                    Ok(None) => Verdict::failed("there is no such topic", "set test-probe.core.kafka.create-topics"),
                    Err(error) => Verdict::failed(
                        explain(&error),
                        "start the probe anew; the embedded Kafka lives in its process",
                    ),
                }
            };
            round.look(Check::Topic, title(directive), counting).await;
        }
    }
}

/// What becomes of a topic that is not there.
const CREATED: &str = "it is not there, and a run creates it (test-probe.core.kafka.create-topics)";

/// What one may do with a topic, beside what the test wants to.
fn topic(directive: &TopicDirective, facts: &TopicFacts, creates_topics: bool) -> Verdict {
    let wanted = match directive.role {
        Role::Producer => "WRITE",
        Role::Consumer => "READ",
    };
    let grant = || {
        format!(
            "have the principal '{}' given {wanted} and DESCRIBE on the topic{}",
            directive.client_principal,
            if directive.role == Role::Consumer { ", and READ on its consumer group" } else { "" }
        )
    };
    match (&facts.refusal, facts.rights) {
        (Some(reason), _) if reason.contains("UnknownTopic") && creates_topics => Verdict::passed(CREATED),
        (Some(reason), _) if reason.contains("UnknownTopic") => Verdict::failed(
            "the cluster has no such topic, or hides it",
            format!("create it, or set test-probe.core.kafka.create-topics; if it is there, {}", grant()),
        ),
        (Some(reason), _) => Verdict::failed(format!("the cluster refuses it: {reason}"), grant()),
        (None, Some(TopicRights { read, write })) => {
            let may = match directive.role {
                Role::Producer => write,
                Role::Consumer => read,
            };
            if may {
                Verdict::passed(format!("{}, {wanted} is allowed", partitions(facts.partitions)))
            } else {
                Verdict::failed(format!("{}, and {wanted} is not allowed", partitions(facts.partitions)), grant())
            }
        }
        (None, None) => Verdict::warning(
            format!("{}; the brokers do not tell what is allowed", partitions(facts.partitions)),
            "nothing to do, unless events are refused",
        ),
    }
}

fn partitions(count: usize) -> String {
    if count == 1 { "1 partition".to_owned() } else { format!("{count} partitions") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directive(role: Role) -> TopicDirective {
        TopicDirective::new(TopicName::new("orders").unwrap(), role, "svc-orders")
    }

    fn facts(rights: Option<TopicRights>, refusal: Option<&str>) -> TopicFacts {
        TopicFacts {
            topic: TopicName::new("orders").unwrap(),
            partitions: 12,
            rights,
            refusal: refusal.map(str::to_owned),
        }
    }

    #[test]
    fn a_topic_is_judged_by_what_the_test_does_with_it() {
        let rights = |read, write| facts(Some(TopicRights { read, write }), None);
        for (role, facts, creates, verdict) in [
            (Role::Producer, rights(false, true), false, "passed"),
            (Role::Producer, rights(true, false), false, "failed"),
            (Role::Consumer, rights(true, false), false, "passed"),
            (Role::Consumer, rights(false, true), false, "failed"),
            (Role::Consumer, facts(None, None), false, "warning"),
            (Role::Producer, facts(None, Some("UnknownTopicOrPartition")), true, "passed"),
            (Role::Producer, facts(None, Some("UnknownTopicOrPartition")), false, "failed"),
            (Role::Producer, facts(None, Some("TopicAuthorizationFailed")), true, "failed"),
        ] {
            assert_eq!(topic(&directive(role), &facts, creates).as_str(), verdict, "{role} {facts:?}");
        }
    }

    #[test]
    fn a_missing_right_names_the_principal_and_the_right() {
        let rights = TopicRights { read: false, write: false };
        let Verdict::Failed { cause, fix } = topic(&directive(Role::Consumer), &facts(Some(rights), None), false)
        else {
            panic!("it fails")
        };
        assert_eq!(cause, "12 partitions, and READ is not allowed");
        assert_eq!(
            fix,
            "have the principal 'svc-orders' given READ and DESCRIBE on the topic, and READ on its consumer group"
        );
    }
}
