//! Where the stack is, or the word that there is none.

use std::collections::BTreeMap;

use test_probe_directives::{BootstrapServers, ClusterName, TestId, TopicName};
use test_probe_kafka::{ClientIdentity, ClientSpec};

/// The running stack.
pub(crate) struct Stack {
    settings: BTreeMap<String, String>,
}

impl Stack {
    /// Finds the stack, or says aloud that the test is skipped.
    #[track_caller]
    pub(crate) fn find() -> Option<Self> {
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
        eprintln!("SKIPPED {place}: KAFKA_BOOTSTRAP_SERVERS is not set; {hint}");
        None
    }

    /// The broker's plaintext listener.
    pub(crate) fn servers(&self) -> BootstrapServers {
        self.settings["KAFKA_BOOTSTRAP_SERVERS"].parse().expect("KAFKA_BOOTSTRAP_SERVERS is a server list")
    }

    /// A client of the stack, with an identity of its own.
    pub(crate) fn client(&self, principal: &str) -> ClientSpec {
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
pub(crate) fn unique_topic(purpose: &str) -> TopicName {
    TopicName::new(&format!("{purpose}-{}", TestId::random().short())).expect("a topic name")
}
