//! How a Schema Registry is reached, from the configuration.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use test_probe_config::{
    SchemaIdLocation as ConfiguredLocation, SchemaRegistryAuth, SchemaRegistryTls, Settings, SubjectNames,
};
use test_probe_directives::Secret;
use test_probe_encoding::{
    BearerTokenSource, HttpSchemaRegistry, InvalidRegistrySettings, RegistryAuth, RegistrySettings, RegistryTls,
    SchemaIdLocation, SerdesSettings, SubjectNameStrategy,
};
use test_probe_oauth::TokenError;

/// A registry that cannot be reached with the configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryWiringError {
    /// A file of `schema-registry.tls` cannot be read.
    #[error("{} ({key}) cannot be read", path.display())]
    File {
        /// The key that names it.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The registry wants a token, and whoever makes the client has none.
    #[error("the Schema Registry wants a token (test-probe.core.schema-registry.auth.type), and here there is none")]
    NoToken,
    /// The registry wants a token, and it cannot be asked for.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The settings make no sense together.
    #[error(transparent)]
    Settings(#[from] InvalidRegistrySettings),
}

/// Whose registry an address is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// The configuration's own, which its credentials are for.
    Configured,
    /// One that a test's directive or somebody else names. The configuration's credentials are none of its business.
    Foreign,
}

pub(crate) fn serdes(settings: &Settings) -> SerdesSettings {
    let from = &settings.schema_registry;
    SerdesSettings::default()
        .with_auto_register(from.auto_register)
        .with_normalize(from.normalize)
        .with_use_latest_version(from.use_latest_version)
        .with_subject_name_strategy(match from.subject_name_strategy {
            SubjectNames::TopicRecordName => SubjectNameStrategy::TopicRecordName,
            SubjectNames::TopicName => SubjectNameStrategy::TopicName,
            SubjectNames::RecordName => SubjectNameStrategy::RecordName,
        })
        .with_schema_id_location(match from.schema_id_location {
            ConfiguredLocation::Prefix => SchemaIdLocation::Prefix,
            ConfiguredLocation::Header => SchemaIdLocation::Header,
        })
        .with_validate_json(from.validate_json)
        .with_latest_cache_ttl(from.latest_cache_ttl)
        .with_negative_cache_ttl(from.negative_cache_ttl)
        .with_cache_capacity(from.cache_capacity)
}

/// The client of the registry at these addresses, which commas divide. `token` is where the configuration's own gets its
/// token, where it wants one of the identity provider.
pub(crate) fn client(
    settings: &Settings,
    urls: &str,
    whose: Whose,
    token: Option<Arc<dyn BearerTokenSource>>,
) -> Result<HttpSchemaRegistry, RegistryWiringError> {
    let reached = reached(settings, urls);
    let reached = match whose {
        Whose::Configured => with_credentials(settings, reached, token)?,
        Whose::Foreign => reached,
    };
    Ok(HttpSchemaRegistry::new(reached)?)
}

fn reached(settings: &Settings, urls: &str) -> RegistrySettings {
    let from = &settings.schema_registry;
    RegistrySettings::new("")
        .with_urls(urls.split(',').map(str::trim))
        .with_request_timeout(from.request_timeout)
        .with_max_retries(usize::try_from(from.max_retries).unwrap_or(usize::MAX))
        .with_max_retry_after(from.max_retry_after)
        .with_max_requests_per_second(from.max_requests_per_second)
}

fn with_credentials(
    settings: &Settings,
    mut reached: RegistrySettings,
    token: Option<Arc<dyn BearerTokenSource>>,
) -> Result<RegistrySettings, RegistryWiringError> {
    let from = &settings.schema_registry;
    reached = reached.with_tls(tls(&from.tls)?).with_auth(match &from.auth {
        SchemaRegistryAuth::None => RegistryAuth::None,
        SchemaRegistryAuth::Basic { username, password } => {
            RegistryAuth::Basic { user: username.clone(), password: password.clone() }
        }
        SchemaRegistryAuth::Bearer(token) => RegistryAuth::Bearer(token.clone()),
        SchemaRegistryAuth::OAuth { .. } => match token {
            Some(source) => RegistryAuth::Source(source),
            None => return Err(RegistryWiringError::NoToken),
        },
    });
    if let Some(cluster) = &from.logical_cluster {
        reached = reached.with_logical_cluster(cluster);
    }
    if let Some(pool) = &from.identity_pool_id {
        reached = reached.with_identity_pool(pool);
    }
    Ok(reached)
}

fn tls(from: &SchemaRegistryTls) -> Result<RegistryTls, RegistryWiringError> {
    let mut tls = RegistryTls::default();
    if let Some(path) = &from.ca_file {
        tls = tls.with_ca_pem(read("test-probe.core.schema-registry.tls.ca-file", path)?);
    }
    if let (Some(certificate), Some(key)) = (&from.certificate_file, &from.key_file) {
        let certificate = read("test-probe.core.schema-registry.tls.certificate-file", certificate)?;
        let key_bytes = read("test-probe.core.schema-registry.tls.key-file", key)?;
        tls = tls.with_identity(certificate, Secret::new(String::from_utf8_lossy(&key_bytes).into_owned()));
    }
    Ok(tls)
}

fn read(key: &'static str, path: &Path) -> Result<Vec<u8>, RegistryWiringError> {
    std::fs::read(path).map_err(|source| RegistryWiringError::File { key, path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use test_probe_config::Layers;

    use super::*;

    fn settings(text: &str) -> Settings {
        Layers::new().reference().text("t", format!("test-probe.core {{ {text} }}")).load().unwrap().settings
    }

    #[test]
    fn every_setting_of_the_registry_arrives() {
        let settings = settings(
            "schema-registry {
                request-timeout = 6s, max-retries = 5, max-retry-after = 9s, max-requests-per-second = 7
                auth { type = basic, username = ann, password = hunter2 }
                logical-cluster = lsrc-1, identity-pool-id = pool-1
            }",
        );
        let own = with_credentials(&settings, reached(&settings, "http://a:1, http://b:2/x"), None).unwrap();
        let shown = format!("{own:?}");
        for part in ["http://a:1", "http://b:2/x", "request_timeout: 6s", "max_retries: 5", "max_retry_after: 9s", "7"]
        {
            assert!(shown.contains(part), "{part} is not in {shown}");
        }
        assert!(
            matches!(&own.auth, RegistryAuth::Basic { user, password } if user == "ann" && password.expose() == "hunter2")
        );
        let headers: Vec<&str> = own.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(headers, [RegistrySettings::LOGICAL_CLUSTER_HEADER, RegistrySettings::IDENTITY_POOL_HEADER]);
        assert!(!shown.contains("hunter2"));
    }

    #[test]
    fn a_foreign_registry_is_told_no_credentials() {
        let settings =
            settings("schema-registry { auth { type = bearer, token = t0ps3cret }, logical-cluster = lsrc-1 }");
        let foreign = reached(&settings, "http://elsewhere:1");
        assert!(matches!(foreign.auth, RegistryAuth::None) && foreign.headers.is_empty());
    }

    #[test]
    fn a_tls_file_that_is_not_there_is_named_with_its_key() {
        let settings = settings("schema-registry.tls.ca-file = \"/nowhere/ca.pem\"");
        let error = client(&settings, "https://a:1", Whose::Configured, None).unwrap_err();
        assert_eq!(error.to_string(), "/nowhere/ca.pem (test-probe.core.schema-registry.tls.ca-file) cannot be read");
        assert!(client(&settings, "https://a:1", Whose::Foreign, None).is_ok());
    }
}
