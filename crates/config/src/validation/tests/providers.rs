//! What the chosen vault and the chosen storage need.

use std::collections::BTreeMap;

use super::{load, only_issue, told};
use crate::{BlockStorageProvider, Layers, VaultProvider};

/// The errors of a text over the defaults, as `path: message`, below `test-probe.services`.
fn errors(text: &str) -> Vec<String> {
    let told = told(&format!("test-probe.services {{ {text} }}"));
    told.iter().filter_map(|issue| issue.strip_prefix("ERROR test-probe.services.")).map(str::to_owned).collect()
}

#[test]
fn each_vault_names_what_it_lacks_in_the_scala_systems_words() {
    let mapping = |provider: &str| {
        format!("vault.rosetta-mapping-path: Rosetta mapping path cannot be empty when provider is '{provider}'")
    };
    assert_eq!(
        errors("vault { provider = aws, aws.region = \" \", aws.required-fields = [] }"),
        [
            mapping("aws").as_str(),
            "vault.aws.lambda-arn: AWS Lambda ARN cannot be empty when provider is 'aws'",
            "vault.aws.region: AWS region cannot be empty when provider is 'aws'",
            "vault.aws.required-fields: AWS required fields cannot be empty when provider is 'aws'",
        ]
    );
    assert_eq!(
        errors("vault { provider = azure, azure.required-fields = [] }"),
        [
            mapping("azure").as_str(),
            "vault.azure.function-url: Azure function URL cannot be empty when provider is 'azure'",
            "vault.azure.function-key: Azure function key cannot be empty when provider is 'azure'",
            "vault.azure.required-fields: Azure required fields cannot be empty when provider is 'azure'",
        ]
    );
    assert_eq!(
        errors("vault { provider = gcp, gcp.required-fields = [] }"),
        [
            mapping("gcp").as_str(),
            "vault.gcp.function-url: GCP function URL cannot be empty when provider is 'gcp'",
            "vault.gcp.required-fields: GCP required fields cannot be empty when provider is 'gcp'",
        ]
    );
    let others = "aws { region = \"\", required-fields = [] }, azure.required-fields = [], gcp.required-fields = []";
    assert_eq!(errors(&format!("vault {{ provider = local, {others} }}")), [] as [&str; 0]);
}

#[test]
fn each_storage_names_what_it_lacks_in_the_scala_systems_words() {
    assert_eq!(
        errors("block-storage { provider = aws, aws.region = \"\" }"),
        ["block-storage.aws.region: AWS region cannot be empty when provider is 'aws'"]
    );
    assert_eq!(
        errors("block-storage.provider = azure"),
        [
            "block-storage.azure.storage-account-name: Azure storage account name cannot be empty when provider is 'azure'",
            "block-storage.azure.storage-account-key: Azure storage account key cannot be empty when provider is 'azure'",
        ]
    );
    assert_eq!(
        errors("block-storage.provider = gcp"),
        ["block-storage.gcp.project-id: GCP project ID cannot be empty when provider is 'gcp'"]
    );
    assert_eq!(errors("block-storage { provider = local, aws.region = \"\" }"), [] as [&str; 0]);
}

#[test]
fn what_is_lacking_is_told_with_its_place_its_variable_and_the_way_out() {
    let issue = only_issue("test-probe.services.block-storage { provider = gcp, gcp.project-id = \"\" }");
    assert_eq!(
        issue.to_string(),
        "[ERROR] Configuration validation issue at 'test-probe.services.block-storage.gcp.project-id': GCP project ID cannot \
         be empty when provider is 'gcp'\n  Suggestion: Set 'test-probe.services.block-storage.gcp.project-id' or the \
         environment variable GCP_PROJECT_ID, or choose another 'test-probe.services.block-storage.provider'\n  Origin: \
         t:1:70"
    );
}

#[test]
fn a_provider_that_has_what_it_needs_is_chosen() {
    let text = "test-probe.services { vault { provider = azure, rosetta-mapping-path = r.yaml\n\
                azure { function-url = \"https://h/f\", function-key = k }, oauth.token-endpoint = \"https://idp/token\" }\n\
                block-storage { provider = azure, azure { storage-account-name = a, storage-account-key = k } } }";
    let loaded = load(text).unwrap();
    assert_eq!(loaded.warnings, []);
    let services = loaded.settings.services;
    assert_eq!(services.vault.provider, VaultProvider::Azure);
    assert_eq!(services.vault.azure.function_url.unwrap().as_str(), "https://h/f");
    assert_eq!(services.block_storage.provider, BlockStorageProvider::Azure);
}

#[test]
fn the_environment_chooses_and_completes_a_provider() {
    let variables = [
        ("BLOCK_STORAGE_PROVIDER", "gcp"),
        ("GCP_PROJECT_ID", "p"),
        ("GCP_SERVICE_ACCOUNT_KEY", "key.json"),
        ("AWS_REGION", "eu-west-1"),
        ("AZURE_STORAGE_ACCOUNT_NAME", "account"),
        ("OAUTH_TOKEN_ENDPOINT", "https://idp/token"),
        ("OAUTH_CLIENT_SCOPE", "kafka"),
        ("AZURE_FUNCTION_KEY", "hunter2"),
    ];
    let environment: BTreeMap<String, String> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let services = Layers::new().reference().environment(&environment).load().unwrap().settings.services;
    let storage = services.block_storage;
    assert_eq!((storage.provider, storage.gcp.project_id.as_str()), (BlockStorageProvider::Gcp, "p"));
    assert_eq!(storage.gcp.service_account_key.unwrap().to_str(), Some("key.json"));
    assert_eq!((storage.aws.region.as_str(), storage.azure.storage_account_name.as_str()), ("eu-west-1", "account"));
    let vault = services.vault;
    assert_eq!((vault.oauth.token_endpoint.as_str(), vault.oauth.scope.as_str()), ("https://idp/token", "kafka"));
    assert_eq!((vault.aws.region.as_str(), vault.azure.function_key.expose()), ("us-east-1", "hunter2"));
    let environment = BTreeMap::from([("VAULT_PROVIDER".to_owned(), "hashicorp".to_owned())]);
    let invalid = Layers::new().reference().environment(&environment).load().unwrap_err();
    assert_eq!(invalid.issues[0].message, "Invalid vault provider: hashicorp. Must be one of: local, aws, azure, gcp");
}

#[test]
fn the_example_of_a_token_endpoint_is_doubtful_where_a_vault_hands_out_secrets() {
    let aws = "provider = aws, rosetta-mapping-path = r.yaml, aws.lambda-arn = f";
    let issue = only_issue(&format!("test-probe.services.vault {{ {aws} }}"));
    assert_eq!(
        issue.to_string().split("\n  Origin").next().unwrap(),
        "[WARNING] Configuration validation issue at 'test-probe.services.vault.oauth.token-endpoint': OAuth token endpoint \
         is the example https://oauth.company.com/token, but the aws vault has credentials\n  Suggestion: Set \
         'test-probe.services.vault.oauth.token-endpoint' or the environment variable OAUTH_TOKEN_ENDPOINT"
    );
    assert_eq!(told("test-probe.services.vault.local.credentials-file = topics.yaml").len(), 1);
    let example = "oauth.token-endpoint = \"https://oauth.company.com/token\"";
    assert_eq!(told(&format!("test-probe.services.vault {{ {aws}, {example} }}")).len(), 1);
    assert_eq!(
        told(&format!("test-probe.services.vault {{ {aws}, oauth.token-endpoint = \"https://idp/token\" }}")),
        [] as [&str; 0]
    );
}

#[test]
fn a_mapping_on_a_class_path_is_refused_where_it_is_used() {
    let text = |provider: &str| {
        format!("vault {{ provider = {provider}, rosetta-mapping-path = \"classpath:r.yaml\", aws.lambda-arn = f }}")
    };
    assert_eq!(
        errors(&text("aws")),
        [
            "vault.rosetta-mapping-path: Rosetta mapping path 'classpath:r.yaml' lies on a class path, which this version does \
          not have"
        ]
    );
    assert_eq!(errors(&text("local")), [] as [&str; 0]);
}
