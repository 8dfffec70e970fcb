use std::io::Write;

use serde_json::json;

use super::*;

const YAML: &str = r#"
mappings:
  - targetField: clientId
    sourcePath: $.credentials.id
    transformations:
      - type: Base64Decode
      - {type: prefix, value: svc-}
  - targetField: clientSecret
    sourcePath: $.credentials.parts[*]
    transformations: [{type: concat, separator: "-"}]
    defaultValue: none
request-template:
  topic: "{{topic}}"
  version: 2
  quoted: "2"
  deep: {list: [true, null, 1.5, text]}
"#;

const JSON: &str = "{\n\t\"mappings\": [\n\t\t{\"targetField\": \"clientId\", \"sourcePath\": \"$.credentials.id\",\n\
    \t\t \"transformations\": [{\"type\": \"base64decode\"}, {\"type\": \"prefix\", \"value\": \"svc-\"}]},\n\
    \t\t{\"targetField\": \"clientSecret\", \"sourcePath\": \"$.credentials.parts[*]\", \"defaultValue\": \"none\",\n\
    \t\t \"transformations\": [{\"type\": \"concat\", \"separator\": \"-\"}]}\n\t],\n\
    \t\"request-template\": {\"topic\": \"{{topic}}\", \"version\": 2, \"quoted\": \"2\", \"deep\": {\"list\": [true, null, 1.5, \"text\"]}}\n}";

/// What a mapping with these transformations makes of `$.v`.
#[track_caller]
fn transformed(transformations: &str, answer: &Value) -> Result<String, String> {
    let text = format!("mappings:\n- {{targetField: x, sourcePath: '$.v', transformations: {transformations}}}\n");
    let config = RosettaConfig::parse("r.yaml", &text).unwrap();
    config.mappings[0].value(answer).map(|value| value.expose().to_owned()).map_err(|error| error.to_string())
}

#[test]
fn yaml_and_json_say_the_same() {
    for (name, text) in [("rosetta.yml", YAML), ("rosetta.YAML", YAML), ("rosetta.json", JSON), ("rosetta", JSON)] {
        let config = RosettaConfig::parse(name, text).unwrap();
        let answer = json!({"credentials": {"id": "b3JkZXJz", "parts": ["a", "b"]}});
        assert_eq!(config.mapping("clientId").unwrap().value(&answer).unwrap().expose(), "svc-orders", "{name}");
        let secret = config.mapping("clientSecret").unwrap();
        assert_eq!(secret.value(&answer).unwrap().expose(), "a-b", "{name}");
        assert_eq!(secret.value(&json!({})).unwrap().expose(), "none", "{name}");
        assert!(config.mapping("other").is_none());
        let template =
            json!({"topic": "{{topic}}", "version": 2, "quoted": "2", "deep": {"list": [true, null, 1.5, "text"]}});
        assert_eq!(config.request_template, Some(template), "{name}");
    }
}

#[test]
fn transformations_do_what_they_are_called() {
    let text = json!({"v": "Größe"});
    let list = json!({"v": ["a", "b"]});
    let ok = |text: &str| Ok(text.to_owned());
    for (transformations, answer, result) in [
        ("[]", &text, ok("Größe")),
        ("[{type: base64encode}]", &text, ok("R3LDtsOfZQ==")),
        ("[{type: base64encode}, {type: BASE64DECODE}]", &text, ok("Größe")),
        ("[{type: toUpper}]", &text, ok("GRÖSSE")),
        ("[{type: toLower}]", &text, ok("größe")),
        ("[{type: prefix, value: a}, {type: suffix, value: ''}]", &text, ok("aGröße")),
        ("[{type: suffix, value: z}, {type: toupper}]", &text, ok("GRÖSSEZ")),
        ("[{type: concat, separator: x}]", &text, ok("Größe")),
        ("[{type: concat}]", &list, ok("ab")),
        ("[{type: concat, separator: ', '}]", &list, ok("a, b")),
        ("[{type: default, value: d}]", &text, ok("Größe")),
        ("[{type: default, value: d}]", &json!({}), ok("d")),
        ("[{type: default, value: d}, {type: toupper}]", &json!({"v": null}), ok("D")),
    ] {
        assert_eq!(transformed(transformations, answer), result, "{transformations} {answer}");
    }
}

#[test]
fn what_does_not_fit_is_said_without_the_value() {
    for (transformations, answer, message) in [
        ("[]", json!({}), "Path not found: $.v"),
        ("[{type: toupper}, {type: default, value: d}]", json!({}), "Path not found: $.v"),
        ("[{type: toupper}, {type: default, value: d}]", json!({"v": null}), "Expected string value but got null"),
        ("[]", json!({"v": 5}), "Expected string value but got number"),
        ("[]", json!({"v": true}), "Expected string value but got boolean"),
        ("[]", json!({"v": ["hunter2"]}), "Expected string value but got array"),
        ("[]", json!({"v": {"hunter2": 1}}), "Expected string value but got object"),
        ("[{type: concat}]", json!({"v": ["hunter2", 1]}), "Expected string value but got number"),
        (
            "[{type: base64decode}]",
            json!({"v": "hunter2!"}),
            "Transformation 'base64decode' requires Base64 text; leave it out if the vault answers in plain text",
        ),
        (
            "[{type: base64decode}]",
            json!({"v": "//8="}),
            "Transformation 'base64decode' requires UTF-8 text inside the Base64",
        ),
    ] {
        assert_eq!(transformed(transformations, &answer), Err(message.to_owned()), "{transformations} {answer}");
    }
}

#[test]
fn each_of_several_values_is_transformed_and_only_concat_makes_one_of_them() {
    let answer = json!({"parts": [{"p": "YQ=="}, {"p": "Yg"}]});
    let value = |transformations: &str| {
        let text =
            format!("mappings:\n- {{targetField: x, sourcePath: 'parts[*].p', transformations: {transformations}}}\n");
        let config = RosettaConfig::parse("r.yaml", &text).unwrap();
        config.mappings[0].value(&answer).map(|value| value.expose().to_owned()).map_err(|error| error.to_string())
    };
    assert_eq!(value("[{type: base64decode}, {type: concat, separator: '-'}, {type: toupper}]"), Ok("A-B".to_owned()));
    assert_eq!(value("[{type: base64decode}]"), Err("Expected string value but got array".to_owned()));
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once_with_their_lines() {
    let text = "mapping: []\nmappings:\n- targetField: clientId\n  sourcePath: a..b\n  transformations:\n  - type: rot13\n  \
                - {type: prefix}\n  - {type: default, val: x}\n- sourcePath: $.x\n  defaultValue: [1]\n- text\n";
    let error = RosettaConfig::parse("r.yaml", text).unwrap_err().to_string();
    let expected = "r.yaml:1: mapping: this key is not known; did you mean `mappings`?
r.yaml:4: mappings[0].sourcePath: `a..b` is no path: a name is missing; write such as $.credentials.id, $.items[0].secret or $[\"any name\"]
r.yaml:6: mappings[0].transformations[0]: Unknown transformation type: rot13; there are base64decode, base64encode, toupper, tolower, prefix, suffix, concat, default
r.yaml:7: mappings[0].transformations[1]: Transformation 'prefix' requires 'value' parameter
r.yaml:8: mappings[0].transformations[2].val: this key is not known; did you mean `value`?
r.yaml:8: mappings[0].transformations[2]: Transformation 'default' requires 'value' parameter
r.yaml:9: mappings[1].targetField: this is missing; write such as `targetField: clientId`
r.yaml:10: mappings[1].defaultValue: a text belongs here
r.yaml:11: mappings[2]: a mapping belongs here, with the keys targetField, sourcePath, transformations, defaultValue";
    assert_eq!(error, expected);
    let json = "{\"mappings\":\n\t[{\"targetField\": \"x\",\n\t\"sourcePath\": \"\"}]}";
    let error = RosettaConfig::parse("r.json", json).unwrap_err().to_string();
    assert_eq!(
        error,
        "r.json:3: mappings[0].sourcePath: this is missing; write such as `sourcePath: $.credentials.id`"
    );
}

#[test]
fn text_that_is_neither_names_its_line() {
    let error = RosettaConfig::parse("r.json", "{\n\"mappings\": [}").unwrap_err().to_string();
    assert_eq!(error, "r.json:2: this is not JSON (column 14); name the file .yaml if it is YAML");
    let error = RosettaConfig::parse("r.yaml", "mappings: [").unwrap_err().to_string();
    assert!(error.starts_with("r.yaml:"), "{error}");
    let error = RosettaConfig::parse("r.yaml", "").unwrap_err().to_string();
    assert_eq!(error, "r.yaml:1: a mapping belongs here, with the keys mappings, request-template");
    let error = RosettaConfig::parse("r.yaml", "request-template:\n  a: .nan\n").unwrap_err().to_string();
    assert_eq!(error, "r.yaml:2: request-template: this tree has no counterpart in JSON");
}

#[test]
fn a_file_is_loaded_and_a_class_path_is_refused_with_the_fix() {
    let mut file = tempfile::Builder::new().suffix(".yaml").tempfile().unwrap();
    file.write_all(YAML.as_bytes()).unwrap();
    assert_eq!(RosettaConfig::load(file.path().to_str().unwrap()).unwrap().mappings.len(), 2);
    let error = RosettaConfig::load("classpath:/rosetta/vault.yaml").unwrap_err();
    let expected = "rosetta-mapping-path 'classpath:/rosetta/vault.yaml' names a resource of a Java program; copy it to a \
                    file and name that, such as ./rosetta/vault.yaml";
    assert_eq!((error.to_string().as_str(), error.is_bad_input()), (expected, true));
    let error = RosettaConfig::load("/nowhere/r.yaml").unwrap_err().to_string();
    assert_eq!(error, "the vault's file `/nowhere/r.yaml` cannot be read");
}

#[test]
fn defaults_prefixes_and_templates_are_not_shown() {
    let text = "mappings:\n- {targetField: s, sourcePath: $.x, defaultValue: hunter2, transformations: [{type: prefix, value: hunter2}]}\nrequest-template: {k: hunter2}\n";
    let shown = format!("{:#?}", RosettaConfig::parse("r.yaml", text).unwrap());
    assert!(shown.contains("prefix") && !shown.contains("hunter2"), "{shown}");
}
