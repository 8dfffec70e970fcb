use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use test_probe_config::{Settings, WorldKind};
use test_probe_directives::{
    BlockStorageDirective, BootstrapServers, ClusterName, KafkaSecurityDirective, Role, TestDirective, TestId,
    TopicDirective, TopicName, WallClock,
};
use test_probe_encoding::SchemaCatalog;
use test_probe_kafka::{ClientIdentity, ClientSpec, ClusterSecurity, Security, Transport};
use test_probe_oauth::{HttpTokenSources, TokenCell, TokenIdentity, TokenRequest};

use super::cluster::Visit;
use super::round::Round;
use super::tls::TlsClient;
use super::token::{Issuer, no_token};
use super::{Check, Verdict};
use crate::world::World;
use crate::{StartProbeError, TestFolder, explain, wiring};

mod registries;

/// What is looked at: a world, and what a test wants of it.
pub(super) struct Patient {
    settings: Settings,
    world: World,
    test: TestDirective,
    test_dir: PathBuf,
    schemas: SchemaCatalog,
    security: ClusterSecurity,
    sources: HttpTokenSources,
    clock: WallClock,
}

/// Who comes to a cluster, with the topics that are opened so.
struct Visitor {
    cluster: ClusterName,
    servers: BootstrapServers,
    principal: String,
    security: Security<TokenRequest>,
    topics: Vec<TopicDirective>,
}

/// The tokens that were given, and why others were not.
type Tokens = BTreeMap<TokenIdentity, Result<TokenCell, String>>;

/// Who comes where no test says it.
const NOBODY: &str = "doctor";

impl Patient {
    pub(super) fn new(settings: Settings, folder: Option<TestFolder>) -> Result<Self, StartProbeError> {
        let clock = WallClock::system();
        let (test, test_dir, schemas) = match folder {
            Some(folder) => {
                let files = folder.schemas.iter().map(|file| (file.file_name().to_owned(), file.text.clone()));
                // What is wrong with schema files is for `run --dry-run` to tell.
                let schemas = SchemaCatalog::parse(files).unwrap_or_default();
                (folder.directive, folder.path, schemas)
            }
            None => (TestDirective::default(), PathBuf::new(), SchemaCatalog::default()),
        };
        Ok(Self {
            world: World::start(&settings)?,
            security: wiring::security::of_world(&settings)?,
            sources: wiring::tokens::sources(&settings, clock)?,
            test,
            test_dir,
            schemas,
            settings,
            clock,
        })
    }

    pub(super) async fn examine(&self, round: &mut Round<'_>) {
        round.note_at_once(Check::Settings, "world", self.kind_of_world());
        let topics = self.topics();
        let visitors = self.visitors(&topics, round).await;
        let mut tokens = Tokens::new();
        for visitor in visitors {
            self.visit(visitor, &mut tokens, round).await;
        }
        self.look_at_registries(&topics, &mut tokens, round).await;
    }

    fn kind_of_world(&self) -> Verdict {
        match self.world.kind {
            WorldKind::Embedded => Verdict::passed("the embedded one, in this process; give --config for a cluster"),
            WorldKind::Cluster => Verdict::passed(format!("the cluster at {}", self.world.bootstrap_servers)),
        }
    }

    /// The test's topics as a run would call them.
    fn topics(&self) -> Vec<TopicDirective> {
        let suffix = &self.settings.kafka.topic_suffix;
        let named = |topic: &TopicDirective| topic.clone().with_topic_suffix(suffix, &TestId::random()).ok();
        self.test.topics.iter().filter_map(named).collect()
    }

    /// Matches topics with the vault's credentials; what does not match is told.
    async fn visitors(&self, topics: &[TopicDirective], round: &mut Round<'_>) -> Vec<Visitor> {
        let mut visitors: Vec<Visitor> = Vec::new();
        if topics.is_empty() {
            let Ok(topic) = TopicName::new(NOBODY) else { return visitors };
            let directive = TopicDirective::new(topic.clone(), Role::Producer, NOBODY);
            let credentials = KafkaSecurityDirective::plaintext(topic, Role::Producer);
            self.enter(&directive, &credentials, &mut visitors, round);
            for visitor in &mut visitors {
                visitor.topics.clear();
            }
            return visitors;
        }
        for (directive, credentials) in topics.iter().zip(self.credentials(topics, round).await) {
            match credentials {
                Some(credentials) => self.enter(directive, &credentials, &mut visitors, round),
                None => {
                    let because = "since the vault has no credentials for it";
                    round.note_at_once(Check::Topic, directive.topic.as_str(), Verdict::skipped(because));
                }
            }
        }
        visitors
    }

    /// What the vault has for each of the topics.
    async fn credentials(
        &self,
        topics: &[TopicDirective],
        round: &mut Round<'_>,
    ) -> Vec<Option<KafkaSecurityDirective>> {
        let nothing = || topics.iter().map(|_| None).collect();
        let provider = format!("{:?}", self.settings.services.vault.provider).to_lowercase();
        let failed = |cause: String| Verdict::failed(cause, "correct test-probe.services.vault, or what it names");
        let vault = match wiring::services::vault(&self.settings) {
            Ok(vault) => vault,
            Err(error) => {
                round.note_at_once(Check::Vault, provider, failed(explain(&error)));
                return nothing();
            }
        };
        let storage = BlockStorageDirective {
            test_dir: self.test_dir.clone(),
            evidence_dir: self.test_dir.join("evidence"),
            topic_directives: topics.to_vec(),
            bucket: self.test_dir.display().to_string(),
            tags: Vec::new(),
            test_directive: Arc::new(self.test.clone()),
        };
        let mut handed_out = Vec::new();
        let asking = async {
            match vault.fetch_security_directives(&storage).await {
                Ok(found) => {
                    let secured = found.iter().filter(|one| one.credentials.is_some() || !one.jaas_config.is_empty());
                    let detail = format!("{} topics, {} with credentials", found.len(), secured.count());
                    handed_out = found;
                    Verdict::passed(detail)
                }
                Err(error) => failed(explain(&error)),
            }
        };
        round.look(Check::Vault, provider, asking).await;
        topics.iter().map(|topic| handed_out.iter().find(|one| one.opens(topic)).cloned()).collect()
    }

    /// Notes who comes for a topic.
    fn enter(
        &self,
        directive: &TopicDirective,
        credentials: &KafkaSecurityDirective,
        visitors: &mut Vec<Visitor>,
        round: &mut Round<'_>,
    ) {
        let described = self.test.cluster(&directive.cluster);
        let (servers, cluster) = match (&directive.bootstrap_servers, described) {
            (None, None) => (self.world.bootstrap_servers.clone(), self.security.clone()),
            (Some(own), None) => (own.clone(), self.security.without_credentials()),
            (own, Some(described)) => {
                let servers = own.as_ref().unwrap_or(&described.bootstrap_servers).clone();
                (servers, wiring::security::described(&self.security, described, &self.test_dir))
            }
        };
        let security = match cluster.open(credentials) {
            Ok(security) => security,
            Err(error) => {
                let text = explain(&error);
                // The fix is the last part of the error's text.
                let (cause, fix) = text.rsplit_once("; ").unwrap_or((&text, "correct test-probe.core.kafka.security"));
                round.note_at_once(Check::Settings, directive.topic.as_str(), Verdict::failed(cause, fix));
                return;
            }
        };
        let fingerprint = security.fingerprint();
        let same = visitors.iter_mut().find(|known| {
            known.servers == servers
                && known.principal == directive.client_principal
                && known.security.fingerprint() == fingerprint
        });
        match same {
            Some(known) => known.topics.push(directive.clone()),
            None => visitors.push(Visitor {
                cluster: directive.cluster.clone(),
                servers,
                principal: directive.client_principal.clone(),
                security,
                topics: vec![directive.clone()],
            }),
        }
    }

    async fn visit(&self, visitor: Visitor, tokens: &mut Tokens, round: &mut Round<'_>) {
        let Visitor { cluster, servers, principal, security, topics } = visitor;
        let name = format!("{cluster} as {principal}");
        let tls = match &security.transport {
            Transport::Plaintext => None,
            Transport::Tls(tls) => match TlsClient::of_kafka(tls) {
                Ok(tls) => Some(Arc::new(tls)),
                Err(verdict) => {
                    round.note_at_once(Check::Settings, &name, verdict);
                    return;
                }
            },
        };
        let cell = match security.token_request().cloned() {
            Some(request) => Some(self.token(&request, tokens, round).await),
            None => None,
        };
        let (cell, no_token) = match cell {
            Some(Ok(cell)) => (Some(cell), None),
            Some(Err(because)) => (None, Some(because)),
            None => (None, None),
        };
        let fingerprint = security.fingerprint();
        let login = security.mechanism();
        let identity = ClientIdentity { cluster, bootstrap_servers: servers, principal, credential: fingerprint };
        let properties = self.settings.kafka.properties.clone();
        let mut visit = Visit {
            name,
            spec: ClientSpec { properties, clock: self.clock, ..ClientSpec::new(identity, "test-probe-doctor") },
            tls,
            login,
            topics,
            creates_topics: self.settings.kafka.create_topics,
            knows_rights: self.world.kind == WorldKind::Cluster,
            timeout: self.settings.actor_system.initialization_timeout / 3,
        };
        if let Err(because) = visit.reach(round).await {
            return visit.skip(round, &because);
        }
        if let Some(because) = no_token {
            return visit.skip(round, &because);
        }
        match security.with_token(cell) {
            Ok(security) => visit.spec.security = security,
            Err(error) => return visit.skip(round, &explain(&error)),
        }
        visit.ask(round).await;
    }

    /// A token, asked for once however many need it.
    async fn token(
        &self,
        request: &TokenRequest,
        tokens: &mut Tokens,
        round: &mut Round<'_>,
    ) -> Result<TokenCell, String> {
        let identity = request.identity();
        if let Some(known) = tokens.get(&identity) {
            return known.clone();
        }
        let ca_file = self.settings.services.vault.oauth.ca_file.as_deref();
        let given = match TlsClient::of_token_endpoint(ca_file) {
            Ok(tls) => {
                let issuer = Issuer { sources: &self.sources, tls: Arc::new(tls), clock: self.clock };
                issuer.token(round, request).await
            }
            Err(verdict) => {
                round.note_at_once(Check::Settings, identity.to_string(), verdict);
                Err(no_token(&identity))
            }
        };
        tokens.insert(identity, given.clone());
        given
    }
}
