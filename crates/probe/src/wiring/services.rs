//! From settings to block storage and vault.

use std::sync::Arc;

use test_probe_config::{
    BlockStorageProvider, Environment, ProcessEnvironment, RequestParam, RequestParams, Settings, VaultProvider,
    VaultSettings,
};
use test_probe_services::block_storage::{
    AzureOptions, GcsOptions, LocalBlockStorage, ObjectBlockStorage, S3Options, StorageByScheme,
};
use test_probe_services::vault::{
    AzureFunctionOptions, AzureFunctionVault, CallOptions, CredentialsRecipe, GcpFunctionOptions, GcpFunctionVault,
    LambdaOptions, LambdaVault, LocalVault, LocalVaultOptions, OAuthOptions, RosettaConfig, Variables,
};
use test_probe_services::{DirectiveFile, ProbeStorageService, ProbeVaultService, VaultError};

/// What a test's directive is called in its folder.
pub(crate) fn directive_file(settings: &Settings) -> DirectiveFile {
    DirectiveFile::named(&settings.services.block_storage.topic_directive_file_name)
}

/// The storage that the settings name.
pub(crate) fn storage(settings: &Settings) -> Arc<dyn ProbeStorageService> {
    let (from, file) = (&settings.services.block_storage, directive_file(settings));
    let objects = |scheme: &'static str, storage: ObjectBlockStorage| -> Arc<dyn ProbeStorageService> {
        let storage: Arc<dyn ProbeStorageService> = Arc::new(storage.with_directive_file(file.clone()));
        let by_scheme = StorageByScheme::new().scheme(scheme, Arc::clone(&storage));
        // A stand-in for Azure speaks plain HTTP.
        Arc::new(if scheme == "https" { by_scheme.scheme("http", storage) } else { by_scheme })
    };
    match from.provider {
        BlockStorageProvider::Local => Arc::new(StorageByScheme::new().folders(Arc::new(LocalBlockStorage::new(file)))),
        BlockStorageProvider::Aws => {
            let mut options = S3Options::new(&from.aws.region);
            options.endpoint.clone_from(&from.aws.endpoint);
            (options.timeout, options.retry_attempts) = (from.aws.timeout, from.aws.retry_attempts.get());
            objects("s3", ObjectBlockStorage::s3(options))
        }
        BlockStorageProvider::Azure => {
            let mut options = AzureOptions::new(&from.azure.storage_account_name);
            options.account_key = Some(from.azure.storage_account_key.clone()).filter(|key| !key.is_empty());
            options.endpoint.clone_from(&from.azure.endpoint);
            (options.timeout, options.retry_attempts) = (from.azure.timeout, from.azure.retry_attempts.get());
            objects("https", ObjectBlockStorage::azure(options))
        }
        BlockStorageProvider::Gcp => {
            let mut options = GcsOptions::new(&from.gcp.project_id);
            options.service_account_key.clone_from(&from.gcp.service_account_key);
            options.endpoint.clone_from(&from.gcp.endpoint);
            (options.timeout, options.retry_attempts) = (from.gcp.timeout, from.gcp.retry_attempts.get());
            objects("gs", ObjectBlockStorage::gcs(options))
        }
    }
}

/// The vault that the settings name.
pub(crate) fn vault(settings: &Settings) -> Result<Arc<dyn ProbeVaultService>, VaultError> {
    let from = &settings.services.vault;
    let environment = Variables::new(|name| ProcessEnvironment.get(name));
    Ok(match from.provider {
        VaultProvider::Local => {
            let credentials_file = from.local.credentials_file.clone();
            let options = LocalVaultOptions { credentials_file, oauth: oauth(from) };
            Arc::new(LocalVault::new(options, environment)?)
        }
        VaultProvider::Aws => {
            let aws = &from.aws;
            let mut options = LambdaOptions::new(&aws.lambda_arn, &aws.region);
            options.endpoint.clone_from(&aws.endpoint);
            options.call = call(aws.timeout, aws.retry_attempts.get(), &aws.required_fields);
            Arc::new(LambdaVault::new(options, recipe(settings)?, &environment)?)
        }
        VaultProvider::Azure => {
            let azure = &from.azure;
            let url = azure.function_url.as_ref().map(test_probe_config::FunctionUrl::as_str).unwrap_or_default();
            let mut options = AzureFunctionOptions::new(url, azure.function_key.clone());
            options.call = call(azure.timeout, azure.retry_attempts.get(), &azure.required_fields);
            Arc::new(AzureFunctionVault::new(options, recipe(settings)?)?)
        }
        VaultProvider::Gcp => {
            let gcp = &from.gcp;
            let url = gcp.function_url.as_ref().map(test_probe_config::FunctionUrl::as_str).unwrap_or_default();
            let mut options = GcpFunctionOptions::new(url);
            options.service_account_key.clone_from(&gcp.service_account_key);
            options.call = call(gcp.timeout, gcp.retry_attempts.get(), &gcp.required_fields);
            Arc::new(GcpFunctionVault::new(options, recipe(settings)?)?)
        }
    })
}

fn oauth(from: &VaultSettings) -> OAuthOptions {
    let options = OAuthOptions::new(&from.oauth.token_endpoint);
    if from.oauth.scope.trim().is_empty() { options } else { options.with_scope(&from.oauth.scope) }
}

fn call(timeout: std::time::Duration, retry_attempts: usize, required_fields: &[String]) -> CallOptions {
    CallOptions { timeout, retry_attempts, required_fields: required_fields.to_vec(), ..CallOptions::default() }
}

fn recipe(settings: &Settings) -> Result<CredentialsRecipe, VaultError> {
    let from = &settings.services.vault;
    let path = from.rosetta_mapping_path.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    Ok(CredentialsRecipe {
        rosetta: RosettaConfig::load(&path)?,
        request_params: request_params(settings.request_params.clone()),
        oauth: oauth(from),
    })
}

fn request_params(params: RequestParams) -> Variables {
    Variables::new(move |path| params.get(path).and_then(RequestParam::as_text).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use test_probe_config::Layers;
    use test_probe_directives::TestId;

    use super::*;

    fn settings(text: &str) -> Settings {
        Layers::new().reference().text("t", text).load().unwrap().settings
    }

    /// What the storage says that it accepts.
    async fn refusal(text: &str, bucket: &str) -> String {
        let storage = storage(&settings(text));
        let refused = storage.fetch_from_block_storage(TestId::from_bytes([1; 16]), bucket).await;
        refused.expect_err("nothing lies there").to_string()
    }

    #[tokio::test]
    async fn each_provider_reads_its_own_addresses_and_no_others() {
        let local = refusal("", "s3://tests/orders").await;
        assert!(local.contains("what can be read here is a folder's path"), "{local}");
        let aws = "test-probe.services.block-storage.provider = aws";
        let text = refusal(aws, "/etc").await;
        assert!(text.contains("what can be read here is s3://"), "{text}");
        let azure = "test-probe.services.block-storage { provider = azure
            azure { storage-account-name = tests, storage-account-key = c2VjcmV0 } }";
        let text = refusal(azure, "gs://tests/orders").await;
        assert!(text.contains("what can be read here is https://, http://"), "{text}");
        let gcp = "test-probe.services.block-storage { provider = gcp, gcp.project-id = tests }";
        let text = refusal(gcp, "s3://tests/orders").await;
        assert!(text.contains("what can be read here is gs://"), "{text}");
    }

    #[test]
    fn each_provider_has_its_vault() {
        let directory = tempfile::tempdir().unwrap();
        let rosetta = directory.path().join("rosetta.yaml");
        let mapping = "mappings:\n  - { targetField: clientId, sourcePath: $.id }\n  \
                       - { targetField: clientSecret, sourcePath: $.secret }\nrequest-template: { topic: '{{topic}}' }\n";
        std::fs::write(&rosetta, mapping).unwrap();
        let of = |provider: &str, own: &str| {
            let text = format!(
                "test-probe.services.vault {{ provider = {provider}, rosetta-mapping-path = \"{}\", {own} }}",
                rosetta.display()
            );
            format!("{:?}", vault(&settings(&text)).unwrap())
        };
        assert!(of("local", "").starts_with("LocalVault"), "{}", of("local", ""));
        let arn = "aws.lambda-arn = \"arn:aws:lambda:us-east-1:123456789012:function:vault\"";
        assert!(of("aws", arn).starts_with("LambdaVault"), "{}", of("aws", arn));
        let azure = "azure { function-url = \"https://vault.example/api\", function-key = hunter2hunter2 }";
        assert!(of("azure", azure).starts_with("AzureFunctionVault"), "{}", of("azure", azure));
        assert!(!of("azure", azure).contains("hunter2"), "{}", of("azure", azure));
        let gcp = "gcp.function-url = \"https://vault.example/api\"";
        assert!(of("gcp", gcp).starts_with("GcpFunctionVault"), "{}", of("gcp", gcp));
    }
}
