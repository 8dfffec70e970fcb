//! The keys of the vault and the block storage.

use super::issues;

/// What is told of a text below `test-probe.services`, with the suggestion and the cause.
fn told(text: &str) -> Vec<String> {
    let found = issues(&format!("test-probe.services.{text}"));
    let line = |issue: &crate::Issue| {
        let cause = issue.cause.as_ref().map(|cause| format!(" ({cause})")).unwrap_or_default();
        format!("{} {}{cause}; {}", issue.severity, issue.message, issue.suggestion)
    };
    found.iter().map(line).collect()
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    assert_eq!(told(text), [format!("ERROR {expected}")], "{text}");
}

#[track_caller]
fn accepted(text: &str) {
    assert_eq!(told(text), [] as [&str; 0], "{text}");
}

#[test]
fn a_provider_is_one_of_four() {
    refused(
        "vault.provider = hashicorp",
        "Invalid vault provider: hashicorp. Must be one of: local, aws, azure, gcp; Set \
         'test-probe.services.vault.provider' to one of: local, aws, azure, gcp",
    );
    refused(
        "block-storage.provider = ftp",
        "Invalid block storage provider: ftp. Must be one of: local, aws, azure, gcp; Set \
         'test-probe.services.block-storage.provider' to one of: local, aws, azure, gcp",
    );
}

#[test]
fn attempts_are_positive_whatever_the_provider() {
    for section in ["vault", "block-storage"] {
        for (provider, called) in [("aws", "AWS"), ("azure", "Azure"), ("gcp", "GCP")] {
            let key = format!("{section}.{provider}.retry-attempts");
            for number in ["0", "-1"] {
                refused(
                    &format!("{key} = {number}"),
                    &format!(
                        "{called} retry attempts must be positive, got: {number}; Set 'test-probe.services.{key}' to at \
                         least 1"
                    ),
                );
            }
            accepted(&format!("{key} = 1"));
            let found = told(&format!("{key} = 11"));
            assert!(found[0].starts_with(&format!("WARNING {called} retry attempts is 11 (recommended maximum: 10)")));
        }
    }
}

#[test]
fn time_outs_are_durations_of_a_length() {
    for (key, called) in [
        ("vault.aws", "AWS"),
        ("vault.azure", "Azure"),
        ("vault.gcp", "GCP"),
        ("block-storage.aws", "AWS"),
        ("block-storage.azure", "Azure"),
        ("block-storage.gcp", "GCP"),
    ] {
        let found = told(&format!("{key}.timeout = 0"));
        assert!(found[0].starts_with(&format!("ERROR {called} timeout must be at least 1ms, got 0ms")), "{found:?}");
        accepted(&format!("{key}.timeout = \"20s\""));
    }
}

#[test]
fn a_topic_directive_has_a_name() {
    refused(
        "block-storage.topic-directive-file-name = \" \"",
        "Topic directive file name cannot be empty; Set 'test-probe.services.block-storage.topic-directive-file-name' to a \
         non-empty value",
    );
}

#[test]
fn required_fields_are_a_list_of_texts() {
    let key = "vault.aws.required-fields";
    let write = "Write a list of texts, such as test-probe.services.vault.aws.required-fields = [\"clientId\", \
                 \"clientSecret\"]";
    let invalid = |cause: &str| format!("Invalid list format for AWS required fields ({cause}); {write}");
    refused(&format!("{key} = clientId"), &invalid("the value is a text"));
    refused(&format!("{key} = {{ a = 1 }}"), &invalid("the value is an object"));
    refused(&format!("{key} = [clientId, [a]]"), &invalid("element 2 is a list"));
    refused(&format!("{key} = [null]"), &invalid("element 1 is null"));
    refused(&format!("{key} = [a, \" \"]"), &format!("AWS required fields cannot hold an empty text; {write}"));
    accepted(&format!("{key} = [clientId, \"clientSecret\", 5]"));
    accepted(&format!("{key} = []"));
    let missing = told(&format!("{key} = null"));
    assert_eq!(
        missing,
        ["ERROR Required field 'AWS required fields' is missing; Add \
          'test-probe.services.vault.aws.required-fields = [\"<value>\"]'"]
    );
}

#[test]
fn endpoints_are_urls_without_credentials() {
    let write = "Use a URL that starts with 'http://' or 'https://', without user and password";
    for (key, called) in [
        ("vault.aws.endpoint", "AWS Lambda endpoint"),
        ("block-storage.aws.endpoint", "AWS S3 endpoint"),
        ("block-storage.azure.endpoint", "Azure blob endpoint"),
        ("block-storage.gcp.endpoint", "GCP storage endpoint"),
        ("vault.oauth.token-endpoint", "OAuth token endpoint"),
    ] {
        let invalid = |shown: &str, cause: &str| format!("Invalid {called} format: {shown} ({cause}); {write}");
        refused(
            &format!("{key} = \"localhost:9000\""),
            &invalid("localhost:9000", "it starts with neither http:// nor https://"),
        );
        refused(
            &format!("{key} = \"http://h:99999\""),
            &invalid("http://h:99999", "it is no URL: invalid port number"),
        );
        refused(
            &format!("{key} = \"http://ann:hunter2@h\""),
            &invalid("http://***@h", "user and password do not belong into it"),
        );
        accepted(&format!("{key} = \" http://127.0.0.1:9000/x \""));
    }
    accepted("vault.aws.endpoint = \" \"");
    refused(
        "block-storage.azure.endpoint = \"https://h/?sig=hunter2\"",
        &format!("Invalid Azure blob endpoint format: https://h/?*** (a query does not belong into it); {write}"),
    );
    accepted("vault.oauth.token-endpoint = \"https://h/token?p=policy\"");
    refused(
        "vault.oauth.token-endpoint = \"\"",
        "OAuth token endpoint cannot be empty; Set 'test-probe.services.vault.oauth.token-endpoint' to a non-empty value",
    );
    accepted("vault.oauth.scope = \"\"");
}

#[test]
fn functions_have_urls_whose_keys_do_not_show() {
    let write = "Use the function's URL, which starts with 'http://' or 'https://'";
    for (key, called) in [("vault.azure", "Azure"), ("vault.gcp", "GCP")] {
        refused(
            &format!("{key}.function-url = \"h/f?code=hunter2\""),
            &format!("Invalid {called} function URL format: h/f?***; {write}"),
        );
        refused(
            &format!("{key}.function-url = \"https://h:99999\""),
            &format!("Invalid {called} function URL format: https://h:99999 (invalid port number); {write}"),
        );
        accepted(&format!("{key}.function-url = \"https://h/f?code=abc\""));
        accepted(&format!("{key}.function-url = \"\""));
    }
}
