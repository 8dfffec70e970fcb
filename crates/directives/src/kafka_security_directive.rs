use crate::{ClientCredentials, ClusterName, Role, Secret, SecurityProtocol, TopicDirective, TopicName};

/// The credentials with which one topic is opened in one role.
///
/// The Scala system printed its JAAS text in full when a directive was formatted; here the text is a [`Secret`].
#[derive(Clone, Debug)]
pub struct KafkaSecurityDirective {
    /// The topic these credentials are for.
    pub topic: TopicName,
    /// The role these credentials are for.
    pub role: Role,
    /// How the connection is secured.
    pub security_protocol: SecurityProtocol,
    /// The JAAS text of the Scala system; empty for [`SecurityProtocol::Plaintext`].
    pub jaas_config: Secret,
    /// What the JAAS text says, for clients that get their token without JAAS; nothing for
    /// [`SecurityProtocol::Plaintext`].
    pub credentials: Option<ClientCredentials>,
    /// The cluster these credentials are for, where topics of the same name lie on several; nothing for any cluster.
    pub cluster: Option<ClusterName>,
}

impl KafkaSecurityDirective {
    /// Credentials for a connection without any: what the Scala system's local vault hands out.
    pub fn plaintext(topic: TopicName, role: Role) -> Self {
        Self {
            topic,
            role,
            security_protocol: SecurityProtocol::Plaintext,
            jaas_config: Secret::new(""),
            credentials: None,
            cluster: None,
        }
    }

    /// Credentials for a connection over TLS that is authenticated by OAuth. `jaas` is the same as text.
    pub fn sasl_ssl(topic: TopicName, role: Role, credentials: ClientCredentials, jaas: Secret) -> Self {
        Self {
            security_protocol: SecurityProtocol::SaslSsl,
            jaas_config: jaas,
            credentials: Some(credentials),
            ..Self::plaintext(topic, role)
        }
    }

    /// The same credentials, for the topic of this cluster only.
    #[must_use]
    pub fn on_cluster(mut self, cluster: ClusterName) -> Self {
        self.cluster = Some(cluster);
        self
    }

    /// Whether these credentials open this topic in its role on its cluster.
    pub fn opens(&self, directive: &TopicDirective) -> bool {
        self.topic == directive.topic
            && self.role == directive.role
            && self.cluster.as_ref().is_none_or(|cluster| *cluster == directive.cluster)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orders() -> TopicName {
        TopicName::new("orders").unwrap()
    }

    #[test]
    fn a_directive_shows_whom_it_is_for_and_no_secret() {
        let credentials = ClientCredentials {
            client_id: "svc-orders".into(),
            client_secret: Secret::new("hunter2"),
            token_endpoint: "https://idp/token".into(),
            scope: None,
        };
        let directive = KafkaSecurityDirective::sasl_ssl(orders(), Role::Producer, credentials, Secret::new("hunter2"));
        let shown = format!("{directive:?} {directive:#?}");
        assert!(shown.contains("svc-orders") && shown.contains("SaslSsl") && !shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn credentials_open_their_topic_in_their_role_and_on_their_cluster() {
        let directive = TopicDirective::new(orders(), Role::Producer, "svc");
        let other_cluster = TopicDirective { cluster: ClusterName::new("other:1"), ..directive.clone() };
        let credentials = KafkaSecurityDirective::plaintext(orders(), Role::Producer);
        assert!(credentials.opens(&directive) && credentials.opens(&other_cluster));
        assert!(!KafkaSecurityDirective::plaintext(orders(), Role::Consumer).opens(&directive));
        let payments = TopicName::new("payments").unwrap();
        assert!(!KafkaSecurityDirective::plaintext(payments, Role::Producer).opens(&directive));
        let credentials = credentials.on_cluster(ClusterName::new("other:1"));
        assert!(!credentials.opens(&directive) && credentials.opens(&other_cluster));
    }
}
