use std::fs;

use test_probe_services::vault::Variables;
use test_probe_services::{ProbeVaultService, VaultError};

use super::rig::{ANSWER, lambda, orders};
use super::server::{Reply, Server};

/// The access key with which the function was invoked.
async fn access_key(environment: Variables) -> String {
    let server = Server::replying([Reply::new(200, ANSWER)]).await;
    lambda(&server.url, &environment).fetch_security_directives(&orders()).await.unwrap();
    let authorization = server.asked()[0].headers["authorization"].clone();
    authorization.split_once("Credential=").unwrap().1.split('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_profiles_keys_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("credentials");
    fs::write(&file, "[work]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = s\n").unwrap();
    let environment = Variables::from([
        ("AWS_SHARED_CREDENTIALS_FILE", file.to_str().unwrap()),
        ("AWS_PROFILE", "work"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ]);
    assert_eq!(access_key(environment).await, "AKIDPROFILE");
}

#[tokio::test]
async fn the_default_profile_lies_in_the_home_folder() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join(".aws")).unwrap();
    let text = "[default]\naws_access_key_id = AKIDHOME\naws_secret_access_key = s\n";
    fs::write(home.path().join(".aws/credentials"), text).unwrap();
    let environment = Variables::from([("HOME", home.path().to_str().unwrap()), ("AWS_EC2_METADATA_DISABLED", "true")]);
    assert_eq!(access_key(environment).await, "AKIDHOME");
}

#[cfg(unix)]
#[tokio::test]
async fn a_profiles_program_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let answer = folder.path().join("answer.json");
    fs::write(&answer, r#"{"Version": 1, "AccessKeyId": "AKIDPROGRAM", "SecretAccessKey": "s"}"#).unwrap();
    let config = folder.path().join("config");
    fs::write(&config, format!("[default]\ncredential_process = cat {}\n", answer.display())).unwrap();
    let environment =
        Variables::from([("AWS_CONFIG_FILE", config.to_str().unwrap()), ("AWS_EC2_METADATA_DISABLED", "true")]);
    assert_eq!(access_key(environment).await, "AKIDPROGRAM");
}

#[tokio::test]
async fn a_machines_role_is_found_at_its_metadata_service() {
    let metadata = Server::with(|_, asked| {
        let path = asked.line.split(' ').nth(1).unwrap();
        match path {
            "/latest/api/token" => Reply::new(200, "metadata-token"),
            "/latest/meta-data/iam/security-credentials/" => Reply::new(200, "probe-role"),
            _ => Reply::new(
                200,
                r#"{"Code": "Success", "AccessKeyId": "AKIDROLE", "SecretAccessKey": "s", "Token": "t",
                    "Expiration": "2999-01-01T00:00:00Z"}"#,
            ),
        }
    })
    .await;
    let environment = Variables::from([("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url.as_str())]);
    assert_eq!(access_key(environment).await, "AKIDROLE");
    assert_eq!(metadata.asked()[1].headers["x-aws-ec2-metadata-token"], "metadata-token");
}

#[tokio::test]
async fn without_any_credentials_the_function_is_not_called_and_the_ways_out_are_named() {
    let server = Server::replying([Reply::new(200, ANSWER)]).await;
    let environment = Variables::from([("AWS_EC2_METADATA_DISABLED", "true")]);
    let error = lambda(&server.url, &environment).fetch_security_directives(&orders()).await.unwrap_err();
    assert!(matches!(error, VaultError::Configuration { .. }), "{error:?}");
    assert!(error.to_string().contains("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE"), "{error}");
    assert!(server.asked().is_empty());
}
