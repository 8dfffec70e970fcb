use test_probe_directives::{KafkaSecurityDirective, Role, SecurityProtocol, TopicDirective};
use test_probe_encoding::SerdesFactory;
use test_probe_kafka::{ClientIdentity, Security};

use crate::KafkaSettings;
use crate::error::DirectiveError;

/// A topic directive with everything that opening it needs.
#[derive(Clone, Debug)]
pub(crate) struct Opening {
    pub(crate) directive: TopicDirective,
    pub(crate) identity: ClientIdentity,
    pub(crate) security: Security,
    pub(crate) serdes: Option<SerdesFactory>,
}

/// Matches the directives of one role with their credentials: for each the first security directive of the same topic and
/// role. A directive without one is an error, where the Scala system opened nothing and said nothing.
pub(crate) fn openings(
    role: Role,
    topics: &[TopicDirective],
    credentials: &[KafkaSecurityDirective],
    settings: &KafkaSettings,
) -> Result<Vec<Opening>, DirectiveError> {
    let open = |directive: &TopicDirective| {
        let security = credentials.iter().find(|security| security.opens(directive));
        let security = security.ok_or_else(|| DirectiveError::NoCredentials(directive.identity()))?;
        let (identity, serdes) = settings.identity(directive, fingerprint(security))?;
        let security = Security::from_directive(security)
            .map_err(|unavailable| DirectiveError::Security(directive.identity(), unavailable))?;
        Ok(Opening { directive: directive.clone(), identity, security, serdes })
    };
    topics.iter().filter(|directive| directive.role == role).map(open).collect()
}

fn fingerprint(security: &KafkaSecurityDirective) -> String {
    match security.security_protocol {
        SecurityProtocol::Plaintext => String::new(),
        SecurityProtocol::SaslSsl => security.jaas_config.fingerprint(),
    }
}

#[cfg(test)]
mod tests {
    use test_probe_directives::{ClusterName, Secret, TopicName};

    use super::*;

    fn topic(name: &str) -> TopicName {
        TopicName::new(name).unwrap()
    }

    fn settings() -> KafkaSettings {
        KafkaSettings::new("default:9092".parse().unwrap(), None)
    }

    #[test]
    fn each_directive_of_the_role_is_opened_with_its_own_credentials() {
        let directives = [
            TopicDirective::new(topic("orders"), Role::Producer, "svc"),
            TopicDirective::new(topic("orders"), Role::Consumer, "svc"),
        ];
        let credentials = [
            KafkaSecurityDirective::plaintext(topic("orders"), Role::Consumer),
            KafkaSecurityDirective::plaintext(topic("orders"), Role::Producer),
        ];
        let opened = openings(Role::Producer, &directives, &credentials, &settings()).unwrap();
        let [opening] = opened.as_slice() else { panic!("one producer") };
        assert_eq!(opening.directive, directives[0]);
        assert_eq!(opening.identity.bootstrap_servers.as_str(), "default:9092");
    }

    #[test]
    fn a_directive_that_no_credentials_match_is_an_error_that_names_it() {
        let directives = [TopicDirective::new(topic("orders"), Role::Producer, "svc")];
        let credentials = [KafkaSecurityDirective::plaintext(topic("orders"), Role::Consumer)];
        let error = openings(Role::Producer, &directives, &credentials, &settings()).unwrap_err();
        let expected = "producer topic 'orders' has no matching security directive: the vault gave no credentials for this topic and role";
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_directives_own_servers_win_and_an_unknown_cluster_is_an_error() {
        let mut directive = TopicDirective::new(topic("orders"), Role::Producer, "svc");
        directive.bootstrap_servers = Some("own:1".parse().unwrap());
        directive.cluster = ClusterName::new("own:1");
        let credentials = [KafkaSecurityDirective::plaintext(topic("orders"), Role::Producer)];
        let opened = openings(Role::Producer, &[directive.clone()], &credentials, &settings()).unwrap();
        assert_eq!(opened[0].identity.bootstrap_servers.as_str(), "own:1");

        directive.bootstrap_servers = None;
        let error = openings(Role::Producer, &[directive], &credentials, &settings()).unwrap_err();
        assert_eq!(error.to_string(), "producer topic 'orders' on cluster 'own:1' names a cluster that is not known");
    }

    #[test]
    fn credentials_that_cannot_be_used_yet_are_refused() {
        let directives = [TopicDirective::new(topic("orders"), Role::Producer, "svc")];
        let credentials = [KafkaSecurityDirective {
            security_protocol: SecurityProtocol::SaslSsl,
            jaas_config: Secret::new("hunter2"),
            ..KafkaSecurityDirective::plaintext(topic("orders"), Role::Producer)
        }];
        let error = openings(Role::Producer, &directives, &credentials, &settings()).unwrap_err().to_string();
        assert!(error.contains("SASL_SSL is not available in this version") && !error.contains("hunter2"), "{error}");
    }
}
