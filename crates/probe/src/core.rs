use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use prometheus::Registry;
use test_probe_actors::dsl::ProbeDsl;
use test_probe_actors::metrics::TreeMetrics;
use test_probe_actors::{Cluster, Clusters, NoToken, SystemRuntime, TokenRefreshers};
use test_probe_config::{Settings, WorldKind};
use test_probe_directives::{ClusterDirective, ClusterName, WallClock};
use test_probe_encoding::{BearerTokenSource, SchemaCatalog, SerdesFactory};
use test_probe_kafka::{ClientPool, ClusterSecurity, Librdkafka};
use test_probe_oauth::TokenRequest;
use test_probe_scenarios::StepBook;
use test_probe_services::{DirectiveFile, ProbeStorageService, ProbeVaultService};

use crate::wiring;
use crate::wiring::registry::{RegistryWiringError, Whose};
use crate::wiring::tokens::CellToken;
use crate::world::World;

/// What all tests of a probe share: settings, clients, services and the world, but not the tree itself, whose actors hold
/// this.
pub(crate) struct Core {
    pub(crate) settings: Settings,
    /// Of the configuration that the settings come from, where one is known.
    pub(crate) config_sha256: Option<String>,
    pub(crate) clock: WallClock,
    pub(crate) runtime: SystemRuntime,
    pub(crate) librdkafka: Librdkafka,
    pub(crate) pool: ClientPool,
    pub(crate) metrics: TreeMetrics,
    pub(crate) registry: Registry,
    pub(crate) dsl: ProbeDsl,
    pub(crate) storage: Arc<dyn ProbeStorageService>,
    pub(crate) vault: Arc<dyn ProbeVaultService>,
    /// The name under which a test's directive is looked for.
    pub(crate) directive_file: DirectiveFile,
    /// The steps of tests that the tree fetches itself.
    pub(crate) steps: StepBook,
    pub(crate) world: World,
    /// How the configuration's cluster is reached.
    pub(crate) security: ClusterSecurity,
    /// All tokens of the probe.
    pub(crate) tokens: TokenRefreshers,
    /// What the token of the configuration's registry is asked for with, where it wants one.
    pub(crate) registry_token: Option<TokenRequest>,
}

/// A registry address that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the Schema Registry of cluster '{cluster}' cannot be used")]
pub struct RegistryAddressError {
    cluster: ClusterName,
    #[source]
    source: RegistryWiringError,
}

/// A test's clusters and their registries.
#[derive(Clone, Debug)]
pub(crate) struct ClusterSet {
    pub(crate) clusters: Clusters,
    pub(crate) serdes: HashMap<ClusterName, SerdesFactory>,
}

impl Core {
    /// The clusters that a test's topics may live on, each with the factory of its registry.
    pub(crate) fn clusters(
        &self,
        described: &[ClusterDirective],
        schemas: &SchemaCatalog,
        default_registry: &str,
        test_dir: &Path,
    ) -> Result<ClusterSet, RegistryAddressError> {
        let token = self.registry_token_source()?;
        let factory = |cluster: &ClusterName, urls: &str, whose: Whose| {
            let registry = wiring::registry::client(&self.settings, urls, whose, token.clone())
                .map_err(|source| RegistryAddressError { cluster: cluster.clone(), source })?;
            let settings = wiring::registry::serdes(&self.settings);
            Ok(SerdesFactory::new(Arc::new(registry), schemas.clone(), settings, self.clock))
        };
        let default = ClusterName::default();
        // The embedded world's registry is none that the configuration's credentials are for.
        let default_is = match self.world.kind {
            WorldKind::Cluster => Whose::Configured,
            WorldKind::Embedded => Whose::Foreign,
        };
        let default_serdes = factory(&default, default_registry, default_is)?;
        let mut serdes = HashMap::from([(default, default_serdes.clone())]);
        let servers = self.world.bootstrap_servers.clone();
        let mut clusters = Clusters::new(Cluster { bootstrap_servers: servers, serdes: Some(default_serdes) })
            .secured(self.security.clone());
        for directive in described {
            let own = match &directive.schema_registry_url {
                Some(urls) => factory(&directive.name, urls, Whose::Foreign)?,
                None => factory(&directive.name, default_registry, default_is)?,
            };
            serdes.insert(directive.name.clone(), own.clone());
            let cluster = Cluster { bootstrap_servers: directive.bootstrap_servers.clone(), serdes: Some(own) };
            let security = wiring::security::described(&self.security, directive, test_dir);
            clusters = clusters.with(directive.name.clone(), cluster).with_security(directive.name.clone(), security);
        }
        Ok(ClusterSet { clusters, serdes })
    }

    /// Where the configuration's registry gets its token, if it wants one. The token may be yet to come.
    fn registry_token_source(&self) -> Result<Option<Arc<dyn BearerTokenSource>>, RegistryAddressError> {
        let Some(request) = &self.registry_token else { return Ok(None) };
        let cell = self.tokens.cell(request).map_err(|error| RegistryAddressError {
            cluster: ClusterName::default(),
            source: RegistryWiringError::Token(error),
        })?;
        Ok(Some(CellToken::source(cell, self.clock)))
    }

    /// Waits for the token that the configuration's registry wants, so that the first question to it is not in vain.
    ///
    /// # Errors
    /// [`NoToken`].
    ///
    /// # Cancellation
    /// Safe.
    pub(crate) async fn registry_token(&self) -> Result<(), NoToken> {
        let Some(request) = &self.registry_token else { return Ok(()) };
        self.tokens.first_token(request, self.settings.actor_system.initialization_timeout * 3 / 4).await.map(drop)
    }
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Core").field("world", &self.world.kind).finish_non_exhaustive()
    }
}
