use serde_json::json;
use test_probe_directives::{Role, TopicName};

use super::*;

const ROSETTA: &str = "
mappings:
  - {targetField: clientId, sourcePath: $.id}
  - {targetField: clientSecret, sourcePath: $.secret}
  - {targetField: tenant, sourcePath: $.tenant}
  - {targetField: unused, sourcePath: $.unused}
";

fn rosetta(text: &str) -> RosettaConfig {
    RosettaConfig::parse("rosetta.yaml", text).unwrap()
}

fn mapper(required: &[&str]) -> VaultCredentialsMapper {
    let required: Vec<_> = required.iter().map(|field| (*field).to_owned()).collect();
    VaultCredentialsMapper::new(&rosetta(ROSETTA), &required).unwrap()
}

fn directive() -> TopicDirective {
    TopicDirective::new(TopicName::new("orders").unwrap(), Role::Producer, "svc-principal")
}

#[test]
fn a_required_field_without_a_mapping_is_refused_and_all_are_named() {
    let required = ["clientId", "a", "clientSecret", "b"].map(str::to_owned);
    let error = VaultCredentialsMapper::new(&rosetta(ROSETTA), &required).unwrap_err().to_string();
    assert_eq!(error, "Missing required field mappings: a, b; add a targetField for each to the Rosetta file");
    let only_id = rosetta("mappings:\n- {targetField: clientId, sourcePath: $.id}\n");
    let error = VaultCredentialsMapper::new(&only_id, &["clientId".to_owned()]).unwrap_err().to_string();
    assert_eq!(error, "Missing required field mapping: clientSecret; add a targetField for each to the Rosetta file");
}

#[test]
fn id_and_secret_are_found_and_fields_that_nobody_requires_may_be_absent() {
    let answer = json!({"id": "svc", "secret": "s3cret"});
    for required in [&["clientId", "clientSecret"][..], &[]] {
        let MappedCredentials { client_id, client_secret } = mapper(required).map(&answer, &directive()).unwrap();
        assert_eq!((client_id.as_str(), client_secret.expose()), ("svc", "s3cret"));
    }
}

#[test]
fn the_principal_stands_in_for_an_absent_id_required_or_not() {
    for required in [&["clientId", "clientSecret"][..], &[]] {
        for answer in [json!({"secret": "s3cret"}), json!({"id": null, "secret": "s3cret"})] {
            assert_eq!(mapper(required).map(&answer, &directive()).unwrap().client_id, "svc-principal");
        }
    }
    let unmapped = rosetta("mappings:\n- {targetField: clientSecret, sourcePath: $.secret}\n");
    let mapper = VaultCredentialsMapper::new(&unmapped, &["clientSecret".to_owned()]).unwrap();
    assert_eq!(mapper.map(&json!({"secret": "s"}), &directive()).unwrap().client_id, "svc-principal");
}

#[test]
fn all_fields_that_do_not_fit_are_told_together() {
    for (answer, message) in [
        (json!({}), "Field 'tenant': Path not found: $.tenant; Field 'clientSecret': Path not found: $.secret"),
        (json!({"id": 7, "secret": "s", "tenant": "t"}), "Field 'clientId': Expected string value but got number"),
        (json!({"id": "", "secret": "s", "tenant": "t"}), "Field 'clientId': Expected a value but got an empty string"),
        (json!({"secret": "", "tenant": "t"}), "Field 'clientSecret': Expected a value but got an empty string"),
        (json!({"secret": null, "tenant": "t"}), "Field 'clientSecret': Expected string value but got null"),
        (json!(null), "Field 'tenant': Path not found: $.tenant; Field 'clientSecret': Path not found: $.secret"),
    ] {
        let error = mapper(&["tenant", "clientSecret"]).map(&answer, &directive()).unwrap_err();
        assert_eq!(error.to_string(), message, "{answer}");
    }
}
