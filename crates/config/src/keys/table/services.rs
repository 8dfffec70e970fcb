//! `test-probe.services`: the vault and the block storage.

use super::{KeySpec, Kind, MINUTE, choice, duration, positive};

const PROVIDERS: &[&str] = &["local", "aws", "azure", "gcp"];
const OPTIONAL_ENDPOINT: Kind = Kind::Endpoint { optional: true };

#[rustfmt::skip]
pub(super) const KEYS: &[KeySpec] = &[
    KeySpec::new("test-probe.services.vault.provider", "vault provider", choice(PROVIDERS))
        .overridden_by("VAULT_PROVIDER"),
    KeySpec::new("test-probe.services.vault.rosetta-mapping-path", "Rosetta mapping path", Kind::File),
    KeySpec::new("test-probe.services.vault.local.credentials-file", "Local credentials file", Kind::File),
    KeySpec::new("test-probe.services.vault.aws.lambda-arn", "AWS Lambda ARN", Kind::FreeText),
    KeySpec::new("test-probe.services.vault.aws.region", "AWS region", Kind::FreeText),
    KeySpec::new("test-probe.services.vault.aws.endpoint", "AWS Lambda endpoint", OPTIONAL_ENDPOINT),
    KeySpec::new("test-probe.services.vault.aws.timeout", "AWS timeout", duration(1, 5 * MINUTE)),
    KeySpec::new("test-probe.services.vault.aws.retry-attempts", "AWS retry attempts", positive(10)),
    KeySpec::new("test-probe.services.vault.aws.required-fields", "AWS required fields", Kind::TextList),
    KeySpec::new("test-probe.services.vault.azure.function-url", "Azure function URL", Kind::FunctionUrl),
    KeySpec::new("test-probe.services.vault.azure.function-key", "Azure function key", Kind::Secret)
        .overridden_by("AZURE_FUNCTION_KEY"),
    KeySpec::new("test-probe.services.vault.azure.timeout", "Azure timeout", duration(1, 5 * MINUTE)),
    KeySpec::new("test-probe.services.vault.azure.retry-attempts", "Azure retry attempts", positive(10)),
    KeySpec::new("test-probe.services.vault.azure.required-fields", "Azure required fields", Kind::TextList),
    KeySpec::new("test-probe.services.vault.gcp.function-url", "GCP function URL", Kind::FunctionUrl),
    KeySpec::new("test-probe.services.vault.gcp.service-account-key", "GCP service account key", Kind::File),
    KeySpec::new("test-probe.services.vault.gcp.timeout", "GCP timeout", duration(1, 5 * MINUTE)),
    KeySpec::new("test-probe.services.vault.gcp.retry-attempts", "GCP retry attempts", positive(10)),
    KeySpec::new("test-probe.services.vault.gcp.required-fields", "GCP required fields", Kind::TextList),
    KeySpec::new("test-probe.services.vault.oauth.token-endpoint", "OAuth token endpoint",
        Kind::Endpoint { optional: false })
        .overridden_by("OAUTH_TOKEN_ENDPOINT"),
    KeySpec::new("test-probe.services.vault.oauth.scope", "OAuth scope", Kind::FreeText)
        .overridden_by("OAUTH_CLIENT_SCOPE"),
    KeySpec::new("test-probe.services.vault.oauth.client-id", "OAuth client id", Kind::FreeText)
        .overridden_by("OAUTH_CLIENT_ID"),
    KeySpec::new("test-probe.services.vault.oauth.client-secret", "OAuth client secret", Kind::Secret)
        .overridden_by("OAUTH_CLIENT_SECRET"),
    KeySpec::new("test-probe.services.vault.oauth.client-authentication", "OAuth client authentication",
        choice(&["basic", "body", "private-key"])),
    KeySpec::new("test-probe.services.vault.oauth.private-key-file", "OAuth private key file", Kind::File),
    KeySpec::new("test-probe.services.vault.oauth.private-key-id", "OAuth private key id", Kind::FreeText),
    KeySpec::new("test-probe.services.vault.oauth.audience", "OAuth audience", Kind::FreeText),
    KeySpec::new("test-probe.services.vault.oauth.parameters", "OAuth parameters", Kind::TokenParameters),
    KeySpec::new("test-probe.services.vault.oauth.ca-file", "OAuth CA file", Kind::File),
    KeySpec::new("test-probe.services.vault.oauth.request-timeout", "OAuth request timeout", duration(100, MINUTE)),
    KeySpec::new("test-probe.services.vault.oauth.refresh.share", "OAuth refresh share", Kind::Fraction),
    KeySpec::new("test-probe.services.vault.oauth.refresh.jitter", "OAuth refresh jitter", Kind::Fraction),
    KeySpec::new("test-probe.services.vault.oauth.refresh.margin", "OAuth refresh margin", duration(0, 10 * MINUTE)),
    KeySpec::new("test-probe.services.vault.oauth.refresh.initial-backoff", "OAuth refresh initial backoff",
        duration(100, MINUTE)),
    KeySpec::new("test-probe.services.vault.oauth.refresh.max-backoff", "OAuth refresh max backoff",
        duration(100, 5 * MINUTE)),

    KeySpec::new("test-probe.services.block-storage.provider", "block storage provider", choice(PROVIDERS))
        .overridden_by("BLOCK_STORAGE_PROVIDER"),
    KeySpec::new("test-probe.services.block-storage.topic-directive-file-name", "Topic directive file name",
        Kind::Text),
    KeySpec::new("test-probe.services.block-storage.aws.region", "AWS region", Kind::FreeText)
        .overridden_by("AWS_REGION"),
    KeySpec::new("test-probe.services.block-storage.aws.endpoint", "AWS S3 endpoint", OPTIONAL_ENDPOINT),
    KeySpec::new("test-probe.services.block-storage.aws.timeout", "AWS timeout", duration(1, 10 * MINUTE)),
    KeySpec::new("test-probe.services.block-storage.aws.retry-attempts", "AWS retry attempts", positive(10)),
    KeySpec::new("test-probe.services.block-storage.azure.storage-account-name", "Azure storage account name",
        Kind::FreeText)
        .overridden_by("AZURE_STORAGE_ACCOUNT_NAME"),
    KeySpec::new("test-probe.services.block-storage.azure.storage-account-key", "Azure storage account key",
        Kind::Secret)
        .overridden_by("AZURE_STORAGE_ACCOUNT_KEY"),
    KeySpec::new("test-probe.services.block-storage.azure.endpoint", "Azure blob endpoint", OPTIONAL_ENDPOINT),
    KeySpec::new("test-probe.services.block-storage.azure.timeout", "Azure timeout", duration(1, 10 * MINUTE)),
    KeySpec::new("test-probe.services.block-storage.azure.retry-attempts", "Azure retry attempts", positive(10)),
    KeySpec::new("test-probe.services.block-storage.gcp.project-id", "GCP project ID", Kind::FreeText)
        .overridden_by("GCP_PROJECT_ID"),
    KeySpec::new("test-probe.services.block-storage.gcp.service-account-key", "GCP service account key", Kind::File)
        .overridden_by("GCP_SERVICE_ACCOUNT_KEY"),
    KeySpec::new("test-probe.services.block-storage.gcp.endpoint", "GCP storage endpoint", OPTIONAL_ENDPOINT),
    KeySpec::new("test-probe.services.block-storage.gcp.timeout", "GCP timeout", duration(1, 10 * MINUTE)),
    KeySpec::new("test-probe.services.block-storage.gcp.retry-attempts", "GCP retry attempts", positive(10)),
];
