use crate::{ClusterDirective, InvalidDirective, Redaction, TestSettings, TopicDirective};

mod clusters;
mod fields;
mod reader;
mod rules;
#[cfg(test)]
mod tests;

/// A whole directive file, checked.
///
/// ```yaml
/// topics:
///   - topic: orders
///     role: producer                # in any case
///     clientPrincipal: svc-orders
///     eventFilters:                 # which events a consumer keeps; [] and absent keep all
///       - key: OrderCreated         # the event's type
///         value: v1                 # its payload version
///     metadata: {}                  # free texts; serdes-type is read as format
///     bootstrapServers: h1:9092     # the topic's own brokers
///     cluster: eu-west              # or a cluster of the section below
///     format: avro                  # avro | protobuf | json
///     key: cloudevent               # cloudevent | string | json | bytes
///     subject: orders-value         # where it follows no naming strategy
///     schema-id: 42                 # to write with one schema, whatever its subject
/// test: { type: functional, tags: "not @Ignore", parallel-scenarios: 1, timeout: 10m, start-from: test-start }
/// clusters:
///   eu-west:
///     bootstrap-servers: h2:9092
///     schema-registry-url: http://h2:8081
///     security-protocol: SASL_SSL   # PLAINTEXT | SSL | SASL_PLAINTEXT | SASL_SSL
///     sasl-mechanism: OAUTHBEARER   # PLAIN | SCRAM-SHA-256 | SCRAM-SHA-512 | AWS_MSK_IAM
///     ca-file: certificates/eu.pem  # in the test's folder
/// redact: ["$.cardNumber"]
/// ```
#[derive(Clone, Debug, Default)]
pub struct TestDirective {
    /// What to connect to, in the file's order. May be empty.
    pub topics: Vec<TopicDirective>,
    /// How the test wants to be run.
    pub test: TestSettings,
    /// The clusters that the file describes.
    pub clusters: Vec<ClusterDirective>,
    /// What evidence must not show.
    pub redaction: Redaction,
    /// What is not wrong but deserves a look: keys nobody reads, a consumer that will see more than the author thinks.
    pub warnings: Vec<String>,
}

impl TestDirective {
    /// Reads and checks a directive file. `file` is how messages call it.
    ///
    /// # Errors
    /// [`InvalidDirective`] with all problems of the file at once, each with its line where the parser knows it.
    pub fn parse(file: &str, text: &str) -> Result<Self, InvalidDirective> {
        reader::read(file, text)
    }

    /// The cluster of this name, if the file describes it.
    pub fn cluster(&self, name: &crate::ClusterName) -> Option<&ClusterDirective> {
        self.clusters.iter().find(|cluster| cluster.name == *name)
    }
}
