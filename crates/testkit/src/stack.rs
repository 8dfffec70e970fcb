use std::collections::BTreeMap;
use std::io::{self, Write};

use test_probe_directives::{BootstrapServers, ClusterName, TestId, TopicName};
use test_probe_kafka::{ClientIdentity, ClientSpec};

/// The project's own stack, running: `tests/stack/stack.sh up`, then its `env` in the environment.
#[derive(Clone, Debug)]
pub struct Stack {
    settings: BTreeMap<String, String>,
}

impl Stack {
    /// Finds the stack, or says aloud that the test is skipped.
    ///
    /// # Panics
    /// When there is none although `TEST_PROBE_STACK=required` is set.
    #[track_caller]
    pub fn find() -> Option<Self> {
        let settings: BTreeMap<String, String> = std::env::vars().collect();
        if settings.contains_key("KAFKA_BOOTSTRAP_SERVERS") {
            return Some(Self { settings });
        }
        let place = std::panic::Location::caller();
        let hint = "start tests/stack/stack.sh up and export what tests/stack/stack.sh env prints";
        assert!(
            settings.get("TEST_PROBE_STACK").is_none_or(|wish| wish != "required"),
            "{place}: the stack is required, but KAFKA_BOOTSTRAP_SERVERS is not set; {hint}"
        );
        // The test harness swallows what a passing test prints, but not what it writes.
        writeln!(io::stderr(), "SKIPPED {place}: KAFKA_BOOTSTRAP_SERVERS is not set; {hint}").ok();
        None
    }

    /// The environment that the stack was found in.
    pub fn settings(&self) -> &BTreeMap<String, String> {
        &self.settings
    }

    /// The broker's plaintext listener.
    ///
    /// # Panics
    /// When `KAFKA_BOOTSTRAP_SERVERS` is no list of servers.
    #[allow(clippy::expect_used, reason = "a test that cannot go on fails")]
    pub fn servers(&self) -> BootstrapServers {
        self.settings["KAFKA_BOOTSTRAP_SERVERS"].parse().expect("KAFKA_BOOTSTRAP_SERVERS is a list of servers")
    }

    /// A client of the stack, with an identity of its own.
    pub fn client(&self, principal: &str) -> ClientSpec {
        let identity = ClientIdentity {
            cluster: ClusterName::default(),
            bootstrap_servers: self.servers(),
            principal: principal.to_owned(),
            credential: String::new(),
        };
        let client_id = identity.client_id("producer-");
        ClientSpec::new(identity, client_id)
    }
}

/// A topic's name that no other test uses, and no earlier run of this one.
///
/// # Panics
/// When the purpose makes no topic name.
#[allow(clippy::expect_used, reason = "a test that cannot go on fails")]
pub fn unique_topic(purpose: &str) -> TopicName {
    TopicName::new(&format!("{purpose}-{}", TestId::random().short())).expect("a topic name")
}
