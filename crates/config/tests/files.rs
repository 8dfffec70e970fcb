//! Files on disk: reading them, including others, and what is relative to them.

#![allow(clippy::unwrap_used, reason = "these are the helpers of tests, where a panic is the verdict")]

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use test_probe_config::{FileIncludes, Includes, InvalidConfig, Layers, LoadFileError, Loaded, WorldKind, load_file};

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
    Layers::new().reference().file(load_file(path).unwrap()).includes(&FileIncludes).load()
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
}
