//! From settings to what each room is told: one function a room.

pub(crate) mod registry;
pub(crate) mod security;
pub(crate) mod services;
pub(crate) mod tokens;
pub(crate) mod tree;

use std::time::Duration;

use test_probe_actors::dsl::DslSettings;
use test_probe_actors::event_store::StoreLimits;
use test_probe_actors::supervision::Backoff;
use test_probe_actors::{Clusters, KafkaSettings, StreamingSupervision};
use test_probe_config::{GroupProtocol, Settings};
use test_probe_directives::StartFrom;
use test_probe_kafka::{GapPolicy, GroupProtocol as KafkaGroupProtocol, LaneLimits};

/// How long a cluster may take to answer the questions of the start: short enough that a wrong address is told before
/// anybody looks at the clock.
const CLUSTER_TIMEOUT: Duration = Duration::from_secs(10);

/// Less than the actors' time to get ready, so that the answer says which address did not answer, and not only that
/// something took too long.
fn cluster_timeout(initialization_timeout: Duration) -> Duration {
    CLUSTER_TIMEOUT.min(initialization_timeout * 3 / 4)
}

pub(crate) fn dsl(settings: &Settings) -> DslSettings {
    DslSettings { ask_timeout: settings.dsl.ask_timeout, produce_timeout: settings.dsl.produce_timeout }
}

pub(crate) fn kafka(settings: &Settings, clusters: Clusters, start_from: StartFrom, gaps: GapPolicy) -> KafkaSettings {
    let from = &settings.kafka;
    let streaming = &settings.supervision.streaming;
    KafkaSettings {
        clusters,
        client_id_prefix: from.client_id_prefix.clone(),
        group_id_prefix: from.group_id_prefix.clone(),
        lane: LaneLimits {
            max_in_flight: from.producer.max_in_flight.get(),
            buffer_size: from.producer.buffer_size,
            max_concurrent_offers: from.producer.max_concurrent_offers.get(),
        },
        produce_timeout: settings.dsl.produce_timeout,
        linger: from.producer.linger,
        delivery_timeout: from.producer.delivery_timeout,
        statistics_interval: from.statistics_interval,
        properties: from.properties.clone(),
        group_protocol: match from.consumer.group_protocol {
            GroupProtocol::Classic => KafkaGroupProtocol::Classic,
            GroupProtocol::Consumer => KafkaGroupProtocol::Consumer,
        },
        start_from,
        fetch_wait: from.consumer.fetch_wait,
        gaps,
        commit_batch_size: from.consumer.commit_batch_size.get(),
        commit_interval: from.consumer.commit_interval,
        store: StoreLimits {
            max_events: from.consumer.max_events.get(),
            max_bytes: usize::try_from(from.consumer.max_bytes).unwrap_or(usize::MAX),
        },
        cluster_timeout: cluster_timeout(settings.actor_system.initialization_timeout),
        close_timeout: from.producer.close_timeout,
        supervision: StreamingSupervision {
            max_restarts: usize::try_from(streaming.max_restarts).unwrap_or(usize::MAX),
            restart_time_range: streaming.restart_time_range,
            backoff: Backoff {
                min: streaming.min_backoff,
                max: streaming.max_backoff,
                random_factor: streaming.random_factor,
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use test_probe_config::Layers;

    use super::*;

    #[test]
    fn the_defaults_of_the_actors_are_those_of_the_reference_configuration() {
        let settings = Settings::reference().unwrap();
        let servers = settings.kafka.bootstrap_servers.clone();
        let defaults = KafkaSettings::new(servers, None);
        let wired = kafka(&settings, defaults.clusters.clone(), StartFrom::TestStart, GapPolicy::Expected);
        assert_eq!(format!("{wired:?}"), format!("{defaults:?}"));
        assert_eq!(dsl(&settings), DslSettings::default());
    }

    /// Settings of which none has the value of the reference.
    fn all_different() -> Settings {
        let text = "test-probe.core {
            supervision.streaming {
                max-restarts = 4, restart-time-range = 61s, min-backoff = 201ms, max-backoff = 11s, random-factor = 0.3
            }
            kafka {
                client-id-prefix = \"p-\", group-id-prefix = \"t-\", statistics-interval = 251ms
                producer {
                    max-in-flight = 1001, buffer-size = 1002, max-concurrent-offers = 1003, linger = 1ms
                    delivery-timeout = 24s, close-timeout = 3s
                }
                consumer {
                    group-protocol = consumer, max-events = 100001, max-bytes = 257 MiB, commit-batch-size = 21
                    commit-interval = 12s, fetch-wait = 101ms
                }
                properties { socket.timeout.ms = 5000 }
            }
            schema-registry {
                auto-register = true, normalize = true, use-latest-version = false, latest-cache-ttl = 63s
                negative-cache-ttl = 7s, cache-capacity = 11, validate-json = false
                subject-name-strategy = record-name, schema-id-location = header
            }
            dsl { ask-timeout = 8s, produce-timeout = 32s }
            actor-system.initialization-timeout = 8s
        }";
        Layers::new().reference().text("t", text).load().unwrap().settings
    }

    /// The fields that two values print alike.
    fn alike(left: &impl std::fmt::Debug, right: &impl std::fmt::Debug) -> Vec<String> {
        let fields = |value: &dyn std::fmt::Debug| -> Vec<String> {
            format!("{value:#?}")
                .lines()
                .filter(|line| line.contains(": "))
                .map(|line| line.trim().to_owned())
                .collect()
        };
        let right = fields(right);
        fields(left).into_iter().filter(|line| right.contains(line) && !line.ends_with('{')).collect()
    }

    #[test]
    fn every_setting_arrives() {
        let (reference, settings) = (Settings::reference().unwrap(), all_different());
        let clusters = KafkaSettings::new(settings.kafka.bootstrap_servers.clone(), None).clusters;
        let wired = |settings, start, gaps| kafka(settings, clusters.clone(), start, gaps);
        let different = wired(&settings, StartFrom::Earliest, GapPolicy::RecordsLost);
        let default = wired(&reference, StartFrom::TestStart, GapPolicy::Expected);
        let of_clusters = alike(&clusters, &clusters);
        let unchanged: Vec<_> =
            alike(&different, &default).into_iter().filter(|line| !of_clusters.contains(line)).collect();
        assert_eq!(unchanged, Vec::<String>::new());
        let alike_serdes = alike(&registry::serdes(&settings), &registry::serdes(&reference));
        assert_eq!(alike_serdes, Vec::<String>::new());
        assert_eq!(alike(&dsl(&settings), &dsl(&reference)), Vec::<String>::new());
    }

    #[test]
    fn a_cluster_has_less_time_to_answer_than_the_actors_to_get_ready() {
        let seconds = Duration::from_secs;
        assert_eq!(cluster_timeout(seconds(30)), seconds(10));
        assert_eq!(cluster_timeout(seconds(2)), Duration::from_millis(1500));
    }
}
