use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;
use test_probe_directives::{Role, TopicName};

use super::*;

fn directive() -> TopicDirective {
    let metadata = [("region", "eu"), ("quote", "a\"b"), ("nested", "{{topic}}")];
    TopicDirective {
        metadata: metadata.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
        ..TopicDirective::new(TopicName::new("order-events").unwrap(), Role::Consumer, "svc-orders")
    }
}

fn built(template: Value) -> Result<String, InvalidTemplate> {
    let rosetta = RosettaConfig { mappings: Vec::new(), request_template: Some(template) };
    let parameters = Variables::from([("request-params.vault.mount-path_1", "kv/data")]);
    RequestBodyBuilder::new(&rosetta, parameters).unwrap().build(&directive())
}

#[test]
fn placeholders_are_replaced_wherever_they_stand() {
    for (template, expected) in [
        (json!("{{topic}}"), r#""order-events""#),
        (json!({"t": "{{topic}}", "r": "{{role}}"}), r#"{"t":"order-events","r":"consumer"}"#),
        (json!(["{{clientPrincipal}}", 5, true, null, 1.5]), r#"["svc-orders",5,true,null,1.5]"#),
        (json!("{{'region'}}"), r#""eu""#),
        (json!("{{$^request-params.vault.mount-path_1}}"), r#""kv/data""#),
        (json!("/{{'region'}}/{{topic}}/x"), r#""/eu/order-events/x""#),
        (json!({"{{topic}}-{{role}}": {"in": ["{{topic}}"]}}), r#"{"order-events-consumer":{"in":["order-events"]}}"#),
        (json!("{{{topic}}}"), r#""{order-events}""#),
        (json!("{{'quote'}}"), r#""a\"b""#),
        // What a placeholder brings in is not looked at again.
        (json!("{{'nested'}}"), r#""{{topic}}""#),
        // What is no placeholder stays.
        (json!("{{ topic }}"), r#""{{ topic }}""#),
        (json!("{{}} {{a-b}} {{topic {{"), r#""{{}} {{a-b}} {{topic {{""#),
        (json!("{topic} $^request-params.x"), r#""{topic} $^request-params.x""#),
        (json!("{{größe}}"), r#""{{größe}}""#),
    ] {
        assert_eq!(built(template.clone()).unwrap(), expected, "{template}");
    }
}

#[test]
fn a_single_problem_is_told_in_the_singular() {
    for (template, message) in [
        (json!("{{cluster}}"), "Unknown TopicDirective field: cluster. Valid fields: topic, role, clientPrincipal"),
        (
            json!("{{'gone'}}"),
            "Metadata key not found: 'gone' for topic order-events. Available keys: nested, quote, region",
        ),
        (
            json!("{{$^request-params.gone}}"),
            "Config path not found: request-params.gone for topic order-events. Set it in the configuration",
        ),
        (
            json!("{{$^secrets.all}}"),
            "Invalid config path: 'secrets.all'. It must match ^request-params\\.[a-zA-Z0-9._-]+$",
        ),
        (
            json!("{{$^request-params.}}"),
            "Invalid config path: 'request-params.'. It must match ^request-params\\.[a-zA-Z0-9._-]+$",
        ),
        (
            json!({"{{topic}}": 1, "order-events": 2}),
            "Two keys of one object become 'order-events'; leave out one of them",
        ),
    ] {
        assert_eq!(built(template.clone()).unwrap_err().to_string(), message, "{template}");
    }
}

#[test]
fn all_problems_are_told_together() {
    let error = built(json!({"{{x}}": ["{{y}} {{topic}} {{z}}"]})).unwrap_err();
    let fields = |name| format!("Unknown TopicDirective field: {name}. Valid fields: topic, role, clientPrincipal");
    let expected =
        format!("Multiple template errors for topic order-events: {}; {}; {}", fields("x"), fields("y"), fields("z"));
    assert_eq!(error.to_string(), expected);
}

#[test]
fn metadata_that_is_not_there_at_all_is_said_so() {
    let directive = TopicDirective { metadata: BTreeMap::new(), ..directive() };
    let rosetta = RosettaConfig { mappings: Vec::new(), request_template: Some(json!("{{'a'}}")) };
    let builder = RequestBodyBuilder::new(&rosetta, Variables::none()).unwrap();
    let error = builder.build(&directive).unwrap_err().to_string();
    assert_eq!(error, "Metadata key not found: 'a' for topic order-events. The directive has no metadata");
}

#[test]
fn without_a_template_there_is_nothing_to_ask() {
    let rosetta = RosettaConfig { mappings: Vec::new(), request_template: None };
    let error = RequestBodyBuilder::new(&rosetta, Variables::none()).unwrap_err();
    assert!(error.to_string().starts_with("Request template is required in Rosetta config"), "{error}");
    assert!(error.is_bad_input());
}

proptest! {
    #[test]
    fn any_text_is_filled_or_refused(text in "[{}'$^a-z ß]{0,30}") {
        let _built = built(json!(text));
    }

    #[test]
    fn a_text_without_double_braces_stays(text in "[^{]{0,30}") {
        prop_assert_eq!(built(json!(&text)).unwrap(), json!(text).to_string());
    }
}
