//! From settings to what each room is told: one function a room.

use test_probe_actors::dsl::DslSettings;
use test_probe_actors::event_store::StoreLimits;
use test_probe_actors::supervision::Backoff;
use test_probe_actors::{Clusters, KafkaSettings, StreamingSupervision};
use test_probe_config::{GroupProtocol, Settings};
use test_probe_directives::StartFrom;
use test_probe_encoding::{RegistrySettings, SerdesSettings};
use test_probe_kafka::{GapPolicy, GroupProtocol as KafkaGroupProtocol, LaneLimits};

/// How long a cluster may take to answer the questions of the start. It is part of the actors' time to get ready, and
/// short enough that a wrong address is told before anybody looks at the clock.
const CLUSTER_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(10);

pub(crate) fn dsl(settings: &Settings) -> DslSettings {
    DslSettings { ask_timeout: settings.dsl.ask_timeout, produce_timeout: settings.dsl.produce_timeout }
}

pub(crate) fn serdes(settings: &Settings) -> SerdesSettings {
    let from = &settings.schema_registry;
    SerdesSettings::default()
        .with_auto_register(from.auto_register)
        .with_normalize(from.normalize)
        .with_use_latest_version(from.use_latest_version)
        .with_latest_cache_ttl(from.latest_cache_ttl)
        .with_negative_cache_ttl(from.negative_cache_ttl)
}

pub(crate) fn registry(settings: &Settings, url: &str) -> RegistrySettings {
    RegistrySettings::new(url)
        .with_request_timeout(settings.schema_registry.request_timeout)
        .with_max_retries(usize::try_from(settings.schema_registry.max_retries).unwrap_or(usize::MAX))
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
        cluster_timeout: CLUSTER_TIMEOUT.min(settings.actor_system.initialization_timeout),
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
    use std::time::Duration;

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

    #[test]
    fn what_is_set_arrives() {
        let mut settings = Settings::reference().unwrap();
        settings.kafka.producer.linger = Duration::from_millis(7);
        settings.kafka.consumer.group_protocol = GroupProtocol::Consumer;
        settings.schema_registry.auto_register = true;
        settings.schema_registry.max_retries = 9;
        let clusters = KafkaSettings::new(settings.kafka.bootstrap_servers.clone(), None).clusters;
        let wired = kafka(&settings, clusters, StartFrom::Earliest, GapPolicy::RecordsLost);
        assert_eq!((wired.linger, wired.group_protocol), (Duration::from_millis(7), KafkaGroupProtocol::Consumer));
        assert_eq!((wired.start_from, wired.gaps), (StartFrom::Earliest, GapPolicy::RecordsLost));
        assert!(serdes(&settings).auto_register);
        assert_eq!(registry(&settings, "http://h:1").max_retries, 9);
    }
}
