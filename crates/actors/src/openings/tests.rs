use test_probe_directives::{ClusterName, SecurityProtocol, TopicName};
use test_probe_kafka::ClusterSecurity;

use super::*;
use crate::test_rig::with_token;

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
fn a_rotated_secret_is_another_client() {
    let directives = [TopicDirective::new(topic("orders"), Role::Producer, "svc")];
    let credential = |secret| {
        let credentials = [with_token("orders", Role::Producer, "svc", secret)];
        openings(Role::Producer, &directives, &credentials, &settings()).unwrap().remove(0).identity.credential
    };
    assert_eq!(credential("one"), credential("one"));
    assert_ne!(credential("one"), credential("two"));
    assert!(!credential("one").is_empty() && !credential("one").contains("one"));
}

#[test]
fn each_cluster_is_reached_as_is_said_about_it() {
    let other = ClusterName::new("other");
    let said = |protocol| ClusterSecurity { protocol: Some(protocol), ..ClusterSecurity::default() };
    let mut settings = settings();
    settings.clusters = settings
        .clusters
        .secured(said(SecurityProtocol::Ssl))
        .with_security(other.clone(), said(SecurityProtocol::Plaintext));
    for (cluster, protocol) in
        [(ClusterName::default(), "SSL"), (other, "PLAINTEXT"), (ClusterName::new("third"), "SSL")]
    {
        let directive = TopicDirective {
            bootstrap_servers: Some("own:1".parse().unwrap()),
            cluster,
            ..TopicDirective::new(topic("orders"), Role::Producer, "svc")
        };
        let credentials = [KafkaSecurityDirective::plaintext(topic("orders"), Role::Producer)];
        let opened = openings(Role::Producer, &[directive], &credentials, &settings).unwrap();
        assert_eq!(opened[0].security.protocol(), protocol);
    }
}

#[test]
fn credentials_that_would_be_ignored_are_refused_and_the_topic_is_named() {
    let mut settings = settings();
    let plaintext = ClusterSecurity { protocol: Some(SecurityProtocol::Plaintext), ..ClusterSecurity::default() };
    settings.clusters = settings.clusters.secured(plaintext);
    let directives = [TopicDirective::new(topic("orders"), Role::Producer, "svc")];
    let credentials = [with_token("orders", Role::Producer, "svc", "hunter2")];
    let error = openings(Role::Producer, &directives, &credentials, &settings).unwrap_err().to_string();
    assert!(error.starts_with("producer topic 'orders' cannot be opened: ") && error.contains("PLAINTEXT"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}
