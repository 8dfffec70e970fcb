//! How keys and values are shown.

use std::collections::BTreeMap;

use super::load;
use crate::Layers;

#[test]
fn every_key_has_an_entry_in_the_order_of_the_documentation() {
    let loaded = Layers::new().reference().load().unwrap();
    let paths: Vec<&str> = loaded.entries.iter().map(|entry| entry.path.as_str()).collect();
    let keys: Vec<&str> =
        crate::keys::keys().filter(|spec| !spec.kind.has_free_names()).map(|spec| spec.path).collect();
    assert_eq!(paths, keys);
    let first = &loaded.entries[0];
    assert_eq!((first.value.as_str(), first.description), ("\"test-probe\"", "Actor system name"));
}

#[test]
fn printed_entries_read_back_as_the_same_settings() {
    let text = "test-probe.core.kafka { topic-suffix = \"-{test-id}\", properties { a.b = \"x y\", \"c d\" = 5 } }\n\
                test-probe.core.kafka.security { sasl-extensions { a = \"x y\" }, tls.ca-pem = \"\"\"-----BEGIN CERTIFICATE-----\nx\"\"\" }\n\
                test-probe.services.vault { aws.required-fields = [\"a b\", c], aws.endpoint = \"http://h\" }\n\
                test-probe.services.vault.oauth.parameters { \"urn:x\" = 5, a.b = c }\n\
                request-params { team.id = \"a \\\"b\\\"\", \"x y\".list = [1, { z = 2 }] }";
    let loaded = Layers::new().reference().embedded().text("t", text).load().unwrap();
    let printed: String = loaded.entries.iter().map(|entry| format!("{} = {}\n", entry.path, entry.value)).collect();
    let again = Layers::new().text("printed", printed).load();
    assert_eq!(again.unwrap().settings, loaded.settings);
}

#[test]
fn properties_have_entries_of_their_own_and_secrets_do_not_show() {
    let text = "test-probe.core.kafka { schema-registry-url = \"https://ann:hunter2@h\"\n\
                properties { sasl.password = hunter2, sasl.username = ann } }";
    let loaded = load(text).unwrap();
    let shown = |path: &str| {
        let entry = loaded.entries.iter().find(|entry| entry.path == path).unwrap();
        format!("{} from {}", entry.value, entry.origin)
    };
    assert_eq!(shown("test-probe.core.kafka.properties.\"sasl.password\""), "\"***\" from t:2:30");
    assert_eq!(shown("test-probe.core.kafka.properties.\"sasl.username\""), "\"ann\" from t:2:55");
    assert_eq!(shown("test-probe.core.kafka.schema-registry-url"), "\"https://***@h\" from t:1:47");
    assert!(!format!("{loaded:?}").contains("hunter2"));
}

#[test]
fn secrets_of_services_do_not_show_and_that_there_is_none_does() {
    let text = "test-probe.services { vault.azure { function-key = hunter2, function-url = \"https://h/f?code=hunter2\" }\n\
                block-storage.azure.storage-account-key = \"hunter2\" }";
    let loaded = load(text).unwrap();
    let shown = |path: &str| &loaded.entries.iter().find(|entry| entry.path == path).unwrap().value;
    assert_eq!(shown("test-probe.services.vault.azure.function-key"), "\"***\"");
    assert_eq!(shown("test-probe.services.vault.azure.function-url"), "\"https://h/f?***\"");
    assert_eq!(shown("test-probe.services.block-storage.azure.storage-account-key"), "\"***\"");
    assert!(!format!("{loaded:?}").contains("hunter2"));
    let loaded = load("").unwrap();
    let shown = |path: &str| &loaded.entries.iter().find(|entry| entry.path == path).unwrap().value;
    assert_eq!(shown("test-probe.services.vault.azure.function-key"), "\"\"");
    assert_eq!(shown("test-probe.services.vault.azure.function-url"), "\"\"");
}

#[test]
fn secrets_of_the_registry_do_not_show_and_that_there_is_none_does() {
    let text = "test-probe.core { schema-registry.auth { type = basic, username = ann, password = hunter2, token = hunter2 }\n\
                kafka.schema-registry-url = \"https://a, https://b\" }";
    let loaded = load(text).unwrap();
    let shown = |path: &str| {
        let path = format!("test-probe.core.{path}");
        loaded.entries.iter().find(|entry| entry.path == path).unwrap().value.clone()
    };
    assert_eq!(shown("schema-registry.auth.username"), "\"ann\"");
    assert_eq!(shown("schema-registry.auth.password"), "\"***\"");
    assert_eq!(shown("schema-registry.auth.token"), "\"***\"");
    assert_eq!(shown("kafka.schema-registry-url"), "\"https://a, https://b\"");
    assert!(!format!("{loaded:?}").contains("hunter2"));
    let loaded = load("test-probe.core.kafka.schema-registry-url = \"https://a,https://ann:hunter2@b\"").unwrap();
    let shown = |path: &str| &loaded.entries.iter().find(|entry| entry.path == path).unwrap().value;
    assert_eq!(shown("test-probe.core.kafka.schema-registry-url"), "\"https://a,https://***@b\"");
    assert_eq!(shown("test-probe.core.schema-registry.auth.password"), "\"\"");
    assert!(!format!("{loaded:?}").contains("hunter2"));
}

#[test]
fn a_secret_of_the_environment_is_shown_by_its_variable_alone() {
    let environment = BTreeMap::from([("AZURE_STORAGE_ACCOUNT_KEY".to_owned(), "hunter2".to_owned())]);
    let loaded = Layers::new().reference().environment(&environment).load().unwrap();
    let path = "test-probe.services.block-storage.azure.storage-account-key";
    let entry = loaded.entries.iter().find(|entry| entry.path == path).unwrap();
    assert_eq!(
        (entry.value.as_str(), entry.origin.to_string().as_str()),
        ("\"***\"", "environment variable AZURE_STORAGE_ACCOUNT_KEY")
    );
    assert_eq!(loaded.settings.services.block_storage.azure.storage_account_key.expose(), "hunter2");
}

#[test]
fn no_message_about_a_secret_holds_it() {
    let key = |text: &str| format!("test-probe.core.kafka.security.tls {{ {text} }}");
    let pem = "-----BEGIN PRIVATE KEY-----hunter2-----END PRIVATE KEY-----";
    let keys_in_the_wrong_place = [
        key(&format!("ca-pem = \"{pem}\"")),
        key(&format!("certificate-pem = \"-----BEGIN CERTIFICATE-----x {pem}\", key-file = k.pem")),
        key("ca-pem = hunter2"),
        key("key-pem = hunter2, certificate-file = c.pem"),
        key(&format!("key-pem = \"{pem}\", key-file = k.pem, key-password = hunter2")),
    ];
    for text in keys_in_the_wrong_place.iter().map(String::as_str).chain([
        "test-probe.core.kafka.security.password = hunter2",
        "test-probe.core.kafka.security { sasl-mechanism = PLAIN, username = ann, password = hunter2, jaas-config = hunter2 }",
        "test-probe.core.kafka.security { protocol = nope, password = hunter2, tls.key-password = hunter2 }",
        "test-probe.core.kafka.security { protocol = SSL, sasl-mechanism = PLAIN, username = ann, password = hunter2 }",
        "test-probe.core.kafka.security.jaas-config = [hunter2]",
        "test-probe.core.kafka.security.jaas-confic = hunter2",
        "test-probe.core.kafka.security.tls.key-password { hunter2 = hunter2 }",
        "test-probe.core.kafka.oauth.client-secret = hunter2",
        "test-probe.services.vault.oauth.client-secret = hunter2",
        "test-probe.services.vault.oauth { client-authentication = private-key, client-secret = hunter2 }",
        "test-probe.services.vault.oauth { client-id = c, client-secret = [hunter2] }",
        "test-probe.services.vault.oauth.parameters { client_secret = hunter2, client_assertion = hunter2 }",
        "test-probe.services.vault.oauth.token-endpoint = \"https://ann:hunter2@idp/token\"",
        "test-probe.core.schema-registry.auth { type = oauth, client-secret = hunter2 }",
        "test-probe.core.schema-registry.auth { type = bearer, client-secret = hunter2 }",
        "test-probe.services.vault.azure.function-key = [hunter2]",
        "test-probe.services.vault.azure.function-key { hunter2 = hunter2 }",
        "test-probe.services.vault.azure.function-kee = hunter2",
        "test-probe.services.vault.azure.function-url = \"h/f?code=hunter2\"",
        "test-probe.services.vault.aws.endpoint = \"http://ann:hunter2@h\"",
        "test-probe.core.schema-registry.auth { password = [hunter2] }",
        "test-probe.core.schema-registry.auth { type = bearer, password = hunter2 }",
        "test-probe.core.kafka.schema-registry-url = \"https://ann:hunter2,more@h\"",
        "test-probe.services.vault { provider = azure, azure.function-key = hunter2 }",
        "test-probe.services.block-storage.azure { storage-account-key = hunter2, storage-account-key += hunter2 }",
    ]) {
        let told = load(text).unwrap_err().to_string();
        assert!(told.contains("[ERROR]") && !told.contains("hunter2\n") && !told.contains(": hunter2"), "{told}");
        let told = told.replace("function-key.hunter2", "").replace("key-password.hunter2", "");
        assert!(!told.contains("hunter2"), "{told}");
    }
}

#[test]
fn lists_are_shown_as_they_are_written() {
    let loaded = load("test-probe.services.vault.aws.required-fields = [ a\n \"b c\", 5 ]").unwrap();
    let path = "test-probe.services.vault.aws.required-fields";
    let entry = loaded.entries.iter().find(|entry| entry.path == path).unwrap();
    assert_eq!((entry.value.as_str(), entry.origin.to_string().as_str()), ("[\"a\", \"b c\", 5]", "t:1:49"));
    assert_eq!(loaded.settings.services.vault.aws.required_fields, ["a", "b c", "5"]);
}

#[test]
fn no_secret_is_in_the_entries_the_settings_or_a_warning() {
    let accepted = "test-probe.core.kafka.security {
        protocol = SASL_PLAINTEXT, sasl-mechanism = PLAIN, username = ann, password = hunter2
        sasl-extensions { accessToken = hunter2 }
        tls { certificate-file = c.pem, key-pem = \"-----BEGIN PRIVATE KEY-----hunter2\", key-password = hunter2 }
    }
    test-probe.core.kafka.properties { sasl.password = hunter2, ssl.key.pem = hunter2, sasl.oauthbearer.client.secret = hunter2 }
    test-probe.core.schema-registry.auth {
        type = oauth, client-id = c, client-secret = hunter2, password = hunter2, token = hunter2
    }
    test-probe.services.vault {
        azure { function-key = hunter2, function-url = \"https://h/f?code=hunter2\" }
        oauth {
            token-endpoint = \"http://idp/token\", client-id = c, client-secret = hunter2
            parameters { other_token = hunter2 }, private-key-file = k.pem
        }
    }
    test-probe.services.block-storage.azure.storage-account-key = hunter2";
    let alone = "test-probe.core.kafka.security { jaas-config = hunter2 }\n\
                 test-probe.services.vault.oauth { client-id = c, client-secret = hunter2 }";
    let mut hidden = Vec::new();
    for text in [accepted, alone] {
        let loaded = load(text).unwrap_or_else(|invalid| panic!("{invalid}"));
        let told: Vec<String> = loaded.warnings.iter().map(ToString::to_string).collect();
        assert!(!told.concat().contains("hunter2"), "{told:#?}");
        assert!(!format!("{loaded:?} {loaded:#?}").contains("hunter2"));
        hidden.extend(loaded.entries.into_iter().filter(|entry| entry.value == "\"***\"").map(|entry| entry.path));
    }
    for spec in crate::keys::keys().filter(|spec| matches!(spec.kind, crate::keys::Kind::Secret)) {
        assert!(hidden.iter().any(|path| path == spec.path), "{} is not hidden: {hidden:#?}", spec.path);
    }
    for path in ["core.kafka.security.sasl-extensions.accessToken", "services.vault.oauth.parameters.other_token"] {
        assert!(hidden.iter().any(|hidden| *hidden == format!("test-probe.{path}")), "{path}: {hidden:#?}");
    }
}
