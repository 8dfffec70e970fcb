//! The one door to librdkafka's settings.

use std::time::Duration;

use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::error::KafkaError;
use test_probe_directives::ClientProperties;

use super::pem;
use crate::{ClientError, ClientSpec, ConsumerSpec, Login, Pem, Security, Transport};

#[cfg(test)]
mod tests;

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
pub(super) fn producer(spec: &ClientSpec) -> Result<ClientConfig, ClientError> {
    let mut config = common(spec)?;
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
pub(super) fn consumer(spec: &ConsumerSpec) -> Result<ClientConfig, ClientError> {
    let mut config = common(&spec.client)?;
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
pub(super) fn reader(spec: &ClientSpec) -> Result<ClientConfig, ClientError> {
    let mut config = common(spec)?;
    config
        .set("group.id", &spec.client_id)
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("auto.offset.reset", "error");
    with_properties(config, spec)
}

/// Settings of an admin client.
pub(super) fn admin(spec: &ClientSpec) -> Result<ClientConfig, ClientError> {
    with_properties(common(spec)?, spec)
}

#[allow(clippy::disallowed_methods, reason = "this is the one door")]
fn common(spec: &ClientSpec) -> Result<ClientConfig, ClientError> {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", spec.identity.bootstrap_servers.as_str())
        .set("client.id", &spec.client_id)
        .set("statistics.interval.ms", millis(spec.statistics_interval))
        .set("reconnect.backoff.max.ms", millis(RECONNECT_BACKOFF_MAX))
        .set("socket.keepalive.enable", "true")
        .set("allow.auto.create.topics", "false");
    secure(&mut config, &spec.security)?;
    config.set_log_level(RDKafkaLogLevel::Info);
    Ok(config)
}

/// How connections are secured.
///
/// - `enable.ssl.certificate.verification`: always; `ssl.endpoint.identification.algorithm` can be turned off.
/// - `enable.sasl.oauthbearer.unsecure.jwt`: never; tokens come from the cell alone.
fn secure(config: &mut ClientConfig, security: &Security) -> Result<(), ClientError> {
    config.set("security.protocol", security.protocol());
    if let Transport::Tls(tls) = &security.transport {
        pem::check(tls)?;
        config
            .set("enable.ssl.certificate.verification", "true")
            .set("ssl.endpoint.identification.algorithm", if tls.verify_host_name { "https" } else { "none" });
        let parts = [
            (&tls.ca, "ssl.ca.location", "ssl.ca.pem"),
            (&tls.certificate, "ssl.certificate.location", "ssl.certificate.pem"),
            (&tls.key, "ssl.key.location", "ssl.key.pem"),
        ];
        for (pem, location, text) in parts {
            match pem {
                Some(Pem::File(path)) => config.set(location, path.to_string_lossy()),
                Some(Pem::Text(pem)) => config.set(text, pem.expose()),
                None => config,
            };
        }
        if let Some(password) = &tls.key_password {
            config.set("ssl.key.password", password.expose());
        }
    }
    match &security.login {
        Login::None => {}
        Login::OAuthBearer { .. } => {
            config.set("sasl.mechanisms", "OAUTHBEARER").set("enable.sasl.oauthbearer.unsecure.jwt", "false");
        }
        Login::Plain { username, password } => {
            config
                .set("sasl.mechanisms", "PLAIN")
                .set("sasl.username", username)
                .set("sasl.password", password.expose());
        }
        Login::Scram { mechanism, username, password } => {
            config
                .set("sasl.mechanisms", mechanism.as_str())
                .set("sasl.username", username)
                .set("sasl.password", password.expose());
        }
    }
    Ok(())
}

/// Names that say the same thing; librdkafka takes the one or the other without a word.
const SAME: [&[&str]; 4] = [
    &["sasl.mechanisms", "sasl.mechanism"],
    &["ssl.ca.location", "ssl.ca.pem"],
    &["ssl.certificate.location", "ssl.certificate.pem", "ssl.keystore.location"],
    &["ssl.key.location", "ssl.key.pem", "ssl.keystore.location"],
];

/// Further properties come last; the configuration refuses those that the probe owns.
///
/// Where the cluster is opened without any security of its own, properties may bring it along. Elsewhere they add to it
/// (`ssl.crl.location`), and what says something else is refused: a secret could go where it must not.
fn with_properties(mut config: ClientConfig, spec: &ClientSpec) -> Result<ClientConfig, ClientError> {
    let secured = config.clone();
    let is_secured = spec.security.protocol() != "PLAINTEXT";
    for (name, value) in spec.properties.as_map() {
        if is_secured && contradicts(&secured, name, value) {
            let servers = spec.identity.bootstrap_servers.clone();
            return Err(ClientError::Contradiction { name: name.clone(), servers });
        }
        config.set(name, value);
    }
    Ok(config)
}

fn contradicts(secured: &ClientConfig, name: &str, value: &str) -> bool {
    let is_about_security = ["security.", "sasl.", "ssl.", "enable.ssl.", "enable.sasl."];
    if !is_about_security.iter().any(|prefix| name.starts_with(prefix)) {
        return false;
    }
    let differs =
        |of: &str| secured.get(of).is_some_and(|set| of_other_kind(of, name) || !set.eq_ignore_ascii_case(value));
    differs(name) || SAME.iter().any(|same| same.contains(&name) && same.iter().any(|other| differs(other)))
}

/// Whether the two names take different kinds of value, such as a path and a text.
fn of_other_kind(one: &str, other: &str) -> bool {
    one != other && !one.starts_with("sasl.mechanism")
}

/// The error of settings that librdkafka refuses. A value that looks secret is not repeated.
pub(super) fn refused(spec: &ClientSpec, error: &KafkaError) -> ClientError {
    let reason = match error {
        KafkaError::ClientConfig(_, words, name, _) if ClientProperties::is_secret(name) => format!("{words} ({name})"),
        error => error.to_string(),
    };
    ClientError::Settings { client_id: spec.client_id.clone(), reason }
}

fn millis(duration: Duration) -> String {
    duration.as_millis().to_string()
}
