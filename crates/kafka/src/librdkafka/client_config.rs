//! The one door to librdkafka's settings.

use std::time::Duration;

use rdkafka::config::{ClientConfig, RDKafkaLogLevel};

use crate::{ClientSpec, ConsumerSpec, Security};

/// How soon a client tries a broker again after a lost connection, at most. librdkafka's 10 s would make a broker that
/// is back after a restart look down for most of a step's patience.
const RECONNECT_BACKOFF_MAX: Duration = Duration::from_secs(1);

/// Settings of a producer.
///
/// - `acks=all`, `enable.idempotence`: an acknowledgement means that the record is on every in-sync replica, once.
/// - `partitioner=murmur2_random`: keys land where Java's clients put them; librdkafka's default is CRC32.
/// - `queue.buffering.max.*` without a limit of their own: the lanes' windows are the limit, and a second one could
///   refuse what they admitted.
/// - `message.timeout.ms`: the delivery report comes by then, before the produce time-out ends.
pub(super) fn producer(spec: &ClientSpec) -> ClientConfig {
    let mut config = common(spec);
    config
        .set("acks", "all")
        .set("enable.idempotence", "true")
        .set("partitioner", "murmur2_random")
        .set("linger.ms", millis(spec.linger))
        .set("message.timeout.ms", millis(spec.delivery_timeout))
        .set("queue.buffering.max.messages", "0")
        .set("queue.buffering.max.kbytes", "2147483647");
    with_properties(config, spec)
}

/// Settings of a consumer.
///
/// - Offsets are committed by hand, after the record was stored.
/// - `auto.offset.reset=earliest`: the group has a committed start for every partition that existed at the start, so
///   this is for partitions that are added later, of which nothing may be missed.
pub(super) fn consumer(spec: &ConsumerSpec) -> ClientConfig {
    let mut config = common(&spec.client);
    config
        .set("group.id", &spec.group_id)
        .set("group.protocol", spec.protocol.as_str())
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("auto.offset.reset", "earliest")
        .set("enable.partition.eof", "false")
        .set("fetch.wait.max.ms", millis(spec.fetch_wait));
    with_properties(config, &spec.client)
}

/// Settings of a client that reads single records: it has a group's name, since librdkafka wants one, and joins none.
pub(super) fn reader(spec: &ClientSpec) -> ClientConfig {
    let mut config = common(spec);
    config
        .set("group.id", &spec.client_id)
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("auto.offset.reset", "error");
    with_properties(config, spec)
}

/// Settings of an admin client.
pub(super) fn admin(spec: &ClientSpec) -> ClientConfig {
    with_properties(common(spec), spec)
}

#[allow(clippy::disallowed_methods, reason = "this is the one door")]
fn common(spec: &ClientSpec) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", spec.identity.bootstrap_servers.as_str())
        .set("client.id", &spec.client_id)
        .set("statistics.interval.ms", millis(spec.statistics_interval))
        .set("reconnect.backoff.max.ms", millis(RECONNECT_BACKOFF_MAX))
        .set("socket.keepalive.enable", "true")
        .set("allow.auto.create.topics", "false");
    match spec.security {
        Security::Plaintext => config.set("security.protocol", "PLAINTEXT"),
    };
    config.set_log_level(RDKafkaLogLevel::Info);
    config
}

/// Further properties come last; the configuration refuses those that the probe owns.
fn with_properties(mut config: ClientConfig, spec: &ClientSpec) -> ClientConfig {
    for (name, value) in spec.properties.as_map() {
        config.set(name, value);
    }
    config
}

fn millis(duration: Duration) -> String {
    duration.as_millis().to_string()
}

#[cfg(test)]
mod tests {
    use test_probe_directives::{ClientProperties, ClusterName, StartFrom, TopicName};

    use super::*;
    use crate::{ClientIdentity, ConsumerStart, GapPolicy, GroupProtocol};

    fn client(client_id: &str) -> ClientSpec {
        let identity = ClientIdentity {
            cluster: ClusterName::default(),
            bootstrap_servers: "h1:9092,h2:9092".parse().unwrap(),
            principal: "svc".into(),
            credential: String::new(),
        };
        ClientSpec::new(identity, client_id)
    }

    #[track_caller]
    fn check<const N: usize>(config: &ClientConfig, expected: [(&str, &str); N]) {
        for (name, value) in expected {
            assert_eq!(config.get(name), Some(value), "{name}");
        }
    }

    #[test]
    fn a_producer_waits_for_all_replicas_writes_once_and_partitions_like_java() {
        let mut spec = client("producer-default-svc");
        spec.properties = ClientProperties::default().with("compression.type", "zstd");
        let expected = [
            ("bootstrap.servers", "h1:9092,h2:9092"),
            ("client.id", "producer-default-svc"),
            ("acks", "all"),
            ("enable.idempotence", "true"),
            ("partitioner", "murmur2_random"),
            ("linger.ms", "0"),
            ("message.timeout.ms", "25000"),
            ("compression.type", "zstd"),
        ];
        check(&producer(&spec), expected);
    }

    #[test]
    fn a_consumer_commits_nothing_by_itself_and_misses_nothing_of_a_partition_that_is_added() {
        let mut client = client("consumer-default-svc");
        client.properties = ClientProperties::default().with("check.crcs", "true");
        let spec = ConsumerSpec {
            client,
            group_id: "test-1".into(),
            protocol: GroupProtocol::Consumer,
            topics: vec![TopicName::new("orders").unwrap()],
            start: ConsumerStart::At(StartFrom::TestStart),
            commit_batch_size: 20,
            commit_interval: Duration::from_secs(10),
            queue_capacity: 16,
            start_timeout: Duration::from_secs(10),
            fetch_wait: Duration::from_millis(30),
            gaps: GapPolicy::Expected,
        };
        let expected = [
            ("bootstrap.servers", "h1:9092,h2:9092"),
            ("client.id", "consumer-default-svc"),
            ("group.id", "test-1"),
            ("group.protocol", "consumer"),
            ("enable.auto.commit", "false"),
            ("enable.auto.offset.store", "false"),
            ("auto.offset.reset", "earliest"),
            ("enable.partition.eof", "false"),
            ("fetch.wait.max.ms", "30"),
            ("check.crcs", "true"),
        ];
        check(&consumer(&spec), expected);
    }
}
