use std::collections::HashMap;
use std::sync::Arc;

use prometheus::Registry;
use test_probe_actors::dsl::ProbeDsl;
use test_probe_actors::metrics::TreeMetrics;
use test_probe_actors::{Cluster, Clusters, SystemRuntime};
use test_probe_config::{Settings, WorldKind};
use test_probe_directives::{ClusterDirective, ClusterName, WallClock};
use test_probe_encoding::{SchemaCatalog, SerdesFactory};
use test_probe_kafka::{ClientPool, Librdkafka};
use test_probe_scenarios::StepBook;
use test_probe_services::{DirectiveFile, ProbeStorageService, ProbeVaultService};

use crate::wiring;
use crate::wiring::registry::{RegistryWiringError, Whose};
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
    ) -> Result<ClusterSet, RegistryAddressError> {
        let factory = |cluster: &ClusterName, urls: &str, whose: Whose| {
            let registry = wiring::registry::client(&self.settings, urls, whose)
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
        let mut clusters = Clusters::new(Cluster { bootstrap_servers: servers, serdes: Some(default_serdes) });
        for directive in described {
            let own = match &directive.schema_registry_url {
                Some(urls) => factory(&directive.name, urls, Whose::Foreign)?,
                None => factory(&directive.name, default_registry, default_is)?,
            };
            serdes.insert(directive.name.clone(), own.clone());
            let cluster = Cluster { bootstrap_servers: directive.bootstrap_servers.clone(), serdes: Some(own) };
            clusters = clusters.with(directive.name.clone(), cluster);
        }
        Ok(ClusterSet { clusters, serdes })
    }
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Core").field("world", &self.world.kind).finish_non_exhaustive()
    }
}
