//! Who comes to a secured cluster: several principals in one test, each with a token and a client of its own; and a person
//! with the configuration's credentials.

use std::collections::BTreeMap;

use super::read_back::topics_on_cluster;
use super::stack::{OnStack, Shared, shipped_secured_config};
use crate::folder::{Folder, PRODUCE, text_file};
use crate::process::start_with;

#[test]
fn each_principal_has_a_token_and_a_client_of_its_own() {
    let Some(stack) = Shared::find() else { return };
    let secret = &stack.stack().settings()["OAUTH_CLIENT_SECRET"];
    let credentials = format!(
        "credentials:\n\
         - {{ topic: orders, clientPrincipal: shop, clientId: orders-producer, clientSecret: {secret} }}\n\
         - {{ topic: orders, clientPrincipal: depot, clientId: short-lived-producer, clientSecret: {secret} }}\n\
         - {{ topic: parcels, clientPrincipal: depot, clientId: short-lived-producer, clientSecret: {secret} }}\n"
    );
    let directive = "topics:\n\
         - { topic: orders, role: producer, clientPrincipal: shop }\n\
         - { topic: orders, role: consumer, clientPrincipal: depot }\n\
         - { topic: parcels, role: producer, clientPrincipal: depot }\n";
    let folder = Folder::new(&[
        r#"When I produce event {"id": "a"} to topic "orders""#,
        r#"Then I should receive an event from topic "orders" within 20 seconds"#,
        r#"When I produce event {"id": "b"} to topic "parcels""#,
        "Then all events should be acknowledged",
    ])
    .with("topic-directive.yaml", directive)
    .with("credentials.yaml", &credentials)
    .with(
        "app.conf",
        // The configuration's own client is not asked: its secret is wrong.
        &format!(
            "include \"{}\"\n\
             test-probe.services.vault {{ local.credentials-file = credentials.yaml, oauth.client-secret = wrong }}\n\
             test-probe.core.schema-registry.auth {{ client-id = orders-producer, client-secret = \"{secret}\" }}\n",
            shipped_secured_config().display()
        ),
    );
    let mut settings = stack.stack().settings().clone();
    settings.remove("OAUTH_CLIENT_SECRET");
    let config = folder.path().join("app.conf");
    let arguments = ["run", folder.path().to_str().unwrap(), "--config", config.to_str().unwrap()];
    let ended = start_with(&settings, arguments).end();
    assert_eq!(ended.status, 0, "{ended:#?}");
    let metrics = text_file(&folder.evidence().join("metrics.prom"));
    let lines = |begin: &str| metrics.lines().filter(|line| line.starts_with(begin)).collect::<Vec<_>>();
    // The registry's client is the shop's, and so is its token.
    let requests = lines("probe_oauth_token_requests_total{");
    assert_eq!(requests.len(), 2, "{requests:#?}");
    assert!(requests.iter().all(|line| line.ends_with(" 1")), "{requests:#?}");
    let connections = lines("kafka_producer_connection_creation_total{");
    assert_eq!(
        connections,
        [
            r#"kafka_producer_connection_creation_total{client_id="producer-default-depot"} 1"#,
            r#"kafka_producer_connection_creation_total{client_id="producer-default-shop"} 1"#,
        ]
    );
}

#[test]
fn a_record_behind_tls_and_tokens_can_be_decoded_by_hand() {
    let Some(stack) = Shared::find() else { return };
    let folder = Folder::new(&[PRODUCE, "Then all events should be acknowledged"]);
    let config = shipped_secured_config();
    let ended = stack.start(folder.path(), &config, &[]).end();
    assert_eq!(ended.status, 0, "{ended:#?}");
    let topic = &topics_on_cluster(&folder.evidence())["orders"];
    let decode = |settings: &BTreeMap<String, String>| {
        let arguments = ["schema", "decode", "--topic", topic, "--config", config.to_str().unwrap()];
        start_with(settings, arguments).end()
    };
    let ended = decode(stack.stack().settings());
    assert_eq!(ended.status, 0, "{ended:#?}");
    assert!(ended.stdout.contains(r#""id": "a""#), "{}", ended.stdout);
    let mut settings = stack.stack().settings().clone();
    settings.insert("OAUTH_CLIENT_SECRET".into(), "wrong".into());
    let ended = decode(&settings);
    assert!(ended.status == 2 && ended.stderr.contains("refuses it with status 401"), "{ended:#?}");
}
