//! Files on disk: reading them, including others, and what is relative to them.

#![allow(clippy::unwrap_used, reason = "these are the helpers of tests, where a panic is the verdict")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;
use test_probe_config::{
    Environment, FileIncludes, Includes, InvalidConfig, Layers, LoadFileError, Loaded, SaslMechanism,
    SchemaRegistryAuth, SecurityProtocol, WorldKind, load_file,
};

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn load(path: &Path) -> Result<Loaded, InvalidConfig> {
    load_with(path, &variables(&[]))
}

fn load_with(path: &Path, environment: &dyn Environment) -> Result<Loaded, InvalidConfig> {
    let layers = Layers::new().reference().file(load_file(path).unwrap());
    layers.includes(&FileIncludes).environment(environment).load()
}

fn variables(variables: &[(&str, &str)]) -> BTreeMap<String, String> {
    variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn the_reasons_why_a_file_cannot_be_read_are_told_apart() {
    let folder = folder(&[("latin.conf", b"a = \xe9")]);
    let path = folder.path().join("none.conf");
    let error = load_file(&path).unwrap_err();
    assert!(matches!(error, LoadFileError::NotFound { .. }));
    assert_eq!(error.to_string(), format!("configuration file '{}' does not exist; check the path", path.display()));

    let path = folder.path().join("latin.conf");
    let error = load_file(&path).unwrap_err();
    assert!(matches!(error, LoadFileError::NotText { .. }));
    assert_eq!(
        error.to_string(),
        format!("configuration file '{}' is not UTF-8 text; save it as UTF-8", path.display())
    );

    let error = load_file(folder.path()).unwrap_err();
    assert!(matches!(error, LoadFileError::Unreadable { .. }));
    assert_eq!(
        error.to_string(),
        format!(
            "configuration file '{}' cannot be read; check that it is a file and its permissions",
            folder.path().display()
        )
    );
}

#[test]
fn includes_are_relative_to_the_file_that_includes_them() {
    let folder = folder(&[
        ("app.conf", b"include \"shared/base\"\ntest-probe.core.dsl.ask-timeout = 4s"),
        (
            "shared/base.conf",
            b"include \"more.conf\"\ntest-probe.core.dsl.produce-timeout = 40s\ninclude \"none.conf\"",
        ),
        ("shared/more.conf", b"test-probe.core.actor-system.name = more"),
    ]);
    let loaded = load(&folder.path().join("app.conf")).unwrap();
    assert_eq!((loaded.settings.dsl.ask_timeout.as_secs(), loaded.settings.dsl.produce_timeout.as_secs()), (4, 40));
    assert_eq!(loaded.settings.actor_system.name, "more");
    assert_eq!(
        loaded.origin("test-probe.core.actor-system.name").unwrap().to_string(),
        format!("{}:1:37", folder.path().join("shared/more.conf").display())
    );
}

#[test]
fn an_include_that_is_there_but_unreadable_is_an_error() {
    let folder = folder(&[("app.conf", b"\ninclude \"latin.conf\""), ("latin.conf", b"\xe9")]);
    let app = folder.path().join("app.conf");
    let invalid = load(&app).unwrap_err();
    let latin = folder.path().join("latin.conf");
    assert_eq!(
        invalid.to_string(),
        format!(
            "[ERROR] Configuration validation issue at '{0}': The include 'latin.conf' could not be read: configuration file \
             '{1}' is not UTF-8 text; save it as UTF-8\n  Suggestion: Check that the file is there, readable and UTF-8\n  \
             Origin: {0}:2:9",
            app.display(),
            latin.display()
        )
    );
}

#[test]
fn an_include_of_a_folder_is_an_error() {
    let folder = folder(&[("shared/base.conf", b"")]);
    let including = folder.path().join("app.conf").display().to_string();
    assert!(matches!(FileIncludes.load(&including, "shared"), Err(LoadFileError::Unreadable { .. })));
    assert!(FileIncludes.load(&including, "none").unwrap().is_none());
}

#[test]
fn the_control_script_is_relative_to_the_file_that_names_it() {
    let folder = folder(&[
        ("app.conf", b"test-probe.core.world.control = \"scripts/control.sh\""),
        ("absolute.conf", b"test-probe.core.world.control = \"/opt/control.sh\""),
    ]);
    let control = |name: &str| load(&folder.path().join(name)).unwrap().settings.world.control;
    assert_eq!(control("app.conf"), Some(folder.path().join("scripts/control.sh")));
    assert_eq!(control("absolute.conf").as_deref(), Some(Path::new("/opt/control.sh")));
    assert_eq!(Layers::new().reference().load().unwrap().settings.world.control, None);
}

#[test]
fn every_file_of_the_services_and_the_registry_is_relative_to_the_file_that_names_it() {
    let text = "include \"shared/vault.conf\"\n\
                test-probe.core.schema-registry.tls { ca-file = ca.pem, certificate-file = c.pem, key-file = \"/keys/k\" }\n\
                test-probe.services.vault { local.credentials-file = topics.yaml, gcp.service-account-key = keys/v.json }\n\
                test-probe.services.block-storage.gcp.service-account-key = \"/keys/s.json\"";
    let folder = folder(&[
        ("app.conf", text.as_bytes()),
        ("shared/vault.conf", b"test-probe.services.vault.rosetta-mapping-path = rosetta.yaml"),
    ]);
    let settings = load(&folder.path().join("app.conf")).unwrap().settings;
    let tls = settings.schema_registry.tls;
    assert_eq!(tls.ca_file, Some(folder.path().join("ca.pem")));
    assert_eq!(tls.certificate_file, Some(folder.path().join("c.pem")));
    assert_eq!(tls.key_file.as_deref(), Some(Path::new("/keys/k")));
    let services = settings.services;
    assert_eq!(services.vault.rosetta_mapping_path, Some(folder.path().join("shared/rosetta.yaml")));
    assert_eq!(services.vault.local.credentials_file, Some(folder.path().join("topics.yaml")));
    assert_eq!(services.vault.gcp.service_account_key, Some(folder.path().join("keys/v.json")));
    assert_eq!(services.block_storage.gcp.service_account_key.as_deref(), Some(Path::new("/keys/s.json")));
}

#[test]
fn every_file_of_the_security_is_relative_to_the_file_that_names_it_and_there() {
    let text = "test-probe.core.kafka.security.tls { ca-file = ca.pem, certificate-file = c.pem, key-file = keys/k.pem }\n\
                test-probe.services.vault.oauth {\n\
                client-authentication = private-key, private-key-file = keys/jwt.pem, ca-file = idp.pem }";
    let files: [(&str, &[u8]); 6] = [
        ("app.conf", text.as_bytes()),
        ("ca.pem", b""),
        ("c.pem", b""),
        ("keys/k.pem", b""),
        ("keys/jwt.pem", b""),
        ("idp.pem", b""),
    ];
    let there = folder(&files);
    let settings = load(&there.path().join("app.conf")).unwrap().settings;
    let (tls, oauth) = (settings.kafka.security.tls, settings.services.vault.oauth);
    let read = [tls.ca_file, tls.certificate_file, tls.key_file, oauth.private_key_file, oauth.ca_file];
    assert_eq!(
        read,
        ["ca.pem", "c.pem", "keys/k.pem", "keys/jwt.pem", "idp.pem"].map(|name| Some(there.path().join(name)))
    );

    let gone = folder(&files[..1]);
    let invalid = load(&gone.path().join("app.conf")).unwrap_err();
    let told: Vec<&str> = invalid.issues.iter().map(|issue| issue.message.as_str()).collect();
    let missing = |called: &str, name: &str| format!("{called} '{}' does not exist", gone.path().join(name).display());
    assert_eq!(
        told,
        [
            missing("OAuth private key file", "keys/jwt.pem"),
            missing("OAuth CA file", "idp.pem"),
            missing("Kafka CA file", "ca.pem"),
            missing("Kafka certificate file", "c.pem"),
            missing("Kafka key file", "keys/k.pem"),
        ]
    );
    assert_eq!(
        invalid.issues[2].suggestion,
        "Set 'test-probe.core.kafka.security.tls.ca-file' to a file that is there; its path is relative to the folder of the \
         file that says it, and that of a variable to the working folder"
    );
    // Without a file system nobody knows.
    assert!(Layers::new().reference().text("t", text).load().is_ok());
}

#[test]
fn a_file_of_a_variable_is_looked_for_where_tls_is_asked_for() {
    let missing = variables(&[("KAFKA_TLS_CA", "/nowhere/ca.pem")]);
    let problems = |protocol: &str| {
        let folder =
            folder(&[("app.conf", format!("test-probe.core.kafka.security.protocol = \"{protocol}\"").as_bytes())]);
        let loaded = load_with(&folder.path().join("app.conf"), &missing);
        loaded.map_or_else(|invalid| invalid.errors().count(), |_| 0)
    };
    assert_eq!(["", "PLAINTEXT", "SASL_PLAINTEXT"].map(problems), [0, 0, 0], "the variable is there for other runs");
    assert_eq!(["SSL", "SASL_SSL"].map(problems), [1, 1]);
    let embedded = Layers::new().reference().embedded().environment(&missing).includes(&FileIncludes);
    assert!(embedded.load().is_ok());
}

#[test]
fn the_example_of_a_secured_cluster_loads_with_all_that_the_stack_prints() {
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/secured.conf");
    let folder = folder(&[("ca.pem", b""), ("client.crt", b""), ("client.key", b"")]);
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (ca, certificate, key) = (file("ca.pem"), file("client.crt"), file("client.key"));
    // A shell that has all of the stack's settings has those of its other doors, too.
    let stack = variables(&[
        ("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1"),
        ("KAFKA_OAUTH_TLS_BOOTSTRAP_SERVERS", "localhost:2"),
        ("KAFKA_SASL_USERNAME", "ann"),
        ("KAFKA_SASL_PASSWORD", "hunter2"),
        ("KAFKA_TLS_CA", &ca),
        ("KAFKA_TLS_CERTIFICATE", &certificate),
        ("KAFKA_TLS_KEY", &key),
        ("SCHEMA_REGISTRY_URL", "http://127.0.0.1:3"),
        ("SECURED_SCHEMA_REGISTRY_URL", "http://127.0.0.1:4/apis/ccompat/v7"),
        ("OAUTH_TOKEN_ENDPOINT", "http://127.0.0.1:5/token"),
        ("OAUTH_CLIENT_ID", "svc"),
        ("OAUTH_CLIENT_SECRET", "hunter3"),
    ]);
    let loaded = load_with(&config, &stack).unwrap_or_else(|invalid| panic!("{invalid}"));
    assert_eq!(loaded.warnings, []);
    let settings = loaded.settings;
    assert_eq!(settings.kafka.bootstrap_servers.as_str(), "localhost:2");
    assert_eq!(settings.kafka.schema_registry_url.as_str(), "http://127.0.0.1:4/apis/ccompat/v7");
    let security = settings.kafka.security;
    assert_eq!(
        (security.protocol, security.sasl_mechanism, security.tls.ca_file),
        (Some(SecurityProtocol::SaslSsl), SaslMechanism::OAuthBearer, Some(folder.path().join("ca.pem")))
    );
    let oauth = settings.services.vault.oauth;
    assert_eq!((oauth.token_endpoint.as_str(), oauth.scope.as_str()), ("http://127.0.0.1:5/token", ""));
    let SchemaRegistryAuth::OAuth { client_id, client_secret, scope } = settings.schema_registry.auth else {
        panic!("the registry is asked with a token")
    };
    assert_eq!((client_id.as_str(), client_secret.unwrap().expose(), scope), ("svc", "hunter3", None));

    // Without the variables, the values are those of a stack that was started as its guide says.
    let home = folder.path().join(".cache/test-probe/stack/certificates");
    fs::create_dir_all(&home).unwrap();
    fs::write(home.join("ca.pem"), "").unwrap();
    let plain = load_with(&config, &variables(&[("HOME", folder.path().to_str().unwrap())])).unwrap();
    assert_eq!(plain.warnings, []);
    assert_eq!(plain.settings.kafka.security.tls.ca_file, Some(home.join("ca.pem")));
    assert_eq!(plain.settings.kafka.bootstrap_servers.as_str(), "localhost:19095");
    assert_eq!(plain.settings.services.vault.oauth.client_id.as_deref(), Some("orders-producer"));
}

#[test]
fn the_projects_own_files_load() {
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config");
    let stack = load(&config.join("stack.conf")).unwrap();
    assert_eq!(stack.warnings, []);
    let settings = stack.settings;
    assert_eq!(settings.kafka.bootstrap_servers.as_str(), "127.0.0.1:19092");
    assert_eq!(settings.kafka.schema_registry_url.as_str(), "http://127.0.0.1:18081/apis/ccompat/v7");
    assert!(settings.schema_registry.auto_register && settings.kafka.create_topics);
    assert_eq!((settings.kafka.topic_suffix.as_str(), settings.world.kind), ("-{test-id}", WorldKind::Cluster));
    assert_eq!(settings.world.control, Some(config.join("../tests/stack/stack.sh")));
    // What the stack prints for its locked doors is nothing to this one.
    let others = variables(&[
        ("KAFKA_SASL_USERNAME", "ann"),
        ("KAFKA_SASL_PASSWORD", "hunter2"),
        ("KAFKA_TLS_CA", "/nowhere/ca.pem"),
        ("KAFKA_TLS_CERTIFICATE", "/nowhere/c.pem"),
        ("KAFKA_TLS_KEY", "/nowhere/k.pem"),
        ("OAUTH_TOKEN_ENDPOINT", "http://127.0.0.1:5/token"),
        ("OAUTH_CLIENT_ID", "svc"),
        ("OAUTH_CLIENT_SECRET", "hunter3"),
    ]);
    assert_eq!(load_with(&config.join("stack.conf"), &others).unwrap().warnings, []);
}
