//! The Schema Registry and the bytes on a topic, for people: what `test-probe schema` does.

mod decoded;

use std::sync::Arc;
use std::time::Duration;

use test_probe_config::Settings;
use test_probe_directives::{ClusterName, KafkaSecurityDirective, Role, TopicName, WallClock};
use test_probe_encoding::{
    Compatibility, CompatibilityLevel, Framed, HttpSchemaRegistry, IdentifiedSchema, RegisteredSchema, Registration,
    RegistryError, ResolveError, SchemaCatalog, SchemaGuid, SchemaHeader, SchemaId, SchemaRegistry as _,
    SchemaRegistryAdmin as _, SerdesFactory, ValueTarget, VersionChoice,
};
use test_probe_kafka::{
    ClientError, ClientIdentity, ClientSpec, ClusterError, IncomingRecord, RecordReader, UnavailableSecurity,
};
use test_probe_oauth::{HttpTokenSources, TokenError, TokenSettingsError};

pub use self::decoded::{Decoded, DecodedPart};
use crate::own_token::OwnToken;
use crate::wiring;
use crate::wiring::registry::{RegistryWiringError, Whose};
use crate::wiring::security::SecurityWiringError;

/// How long a broker may take for each of three questions about a record.
const RECORD_TIMEOUT: Duration = Duration::from_secs(10);

/// Asks a registry on behalf of a person, and reads bytes by what it knows.
#[derive(Clone, Debug)]
pub struct SchemaTool {
    registry: Arc<HttpSchemaRegistry>,
    /// The registry's, where it wants one.
    token: Option<Arc<OwnToken>>,
    sources: HttpTokenSources,
    serdes: SerdesFactory,
    settings: Arc<Settings>,
}

/// A schema of the local files, and where it belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaPlace {
    /// The topic that it is for, by which its subject is called.
    pub topic: Option<TopicName>,
    /// The subject, where it does not follow from the topic.
    pub subject: Option<String>,
    /// The record's full or simple name, or the file's name.
    pub record: String,
    /// The version that the file's name says.
    pub version: Option<u32>,
}

/// What a person asked for could not be done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaToolError {
    /// The registry cannot be reached with this configuration.
    #[error(transparent)]
    Wiring(#[from] RegistryWiringError),
    /// Credentials of the configuration cannot be had.
    #[error(transparent)]
    Credentials(#[from] SecurityWiringError),
    /// Tokens cannot be asked for as the configuration says.
    #[error(transparent)]
    TokenSettings(#[from] TokenSettingsError),
    /// The configuration does not say how to log in at the cluster.
    #[error(transparent)]
    Security(#[from] UnavailableSecurity),
    /// There is no token to show.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The registry refused, or did not answer.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The schema could not be found out or registered.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// No file describes it.
    #[error("no schema file describes `{0}`; name the record or the file as it is called")]
    NoLocalSchema(String),
    /// No Kafka client could be made.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The cluster did not answer, or refused.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// There is no record there.
    #[error("partition {partition} of topic '{topic}' has no record at offset {offset}")]
    NoRecord {
        /// The topic.
        topic: TopicName,
        /// The partition.
        partition: i32,
        /// The offset.
        offset: i64,
    },
}

impl SchemaToolError {
    /// Whether the world is at fault, and not what was asked for.
    pub fn is_of_the_world(&self) -> bool {
        match self {
            Self::Registry(error) | Self::Resolve(ResolveError::Registry(error)) => error.helps_to_ask_again(),
            Self::Cluster(ClusterError::UnknownTopics { .. } | ClusterError::Refused { .. }) => false,
            Self::Cluster(_) | Self::Client(_) => true,
            Self::Token(error) => error.is_worth_a_retry(),
            Self::Credentials(_) | Self::TokenSettings(_) | Self::Security(_) => false,
            Self::Wiring(_) | Self::Resolve(_) | Self::NoLocalSchema(_) | Self::NoRecord { .. } => false,
        }
    }
}

impl SchemaTool {
    /// A tool for the registry at `url`, or else the configuration's, with the schemas of `catalog`.
    ///
    /// # Errors
    /// [`SchemaToolError`] of a configuration that cannot be used.
    pub fn new(settings: Settings, url: Option<&str>, catalog: SchemaCatalog) -> Result<Self, SchemaToolError> {
        let (urls, whose) = match url {
            Some(url) => (url, Whose::Foreign),
            None => (settings.kafka.schema_registry_url.as_str(), Whose::Configured),
        };
        let clock = WallClock::system();
        let sources = wiring::tokens::sources(&settings, clock)?;
        let oauth = wiring::security::configured(&settings)?.oauth;
        let request = wiring::tokens::of_registry(&settings, &oauth).filter(|_| whose == Whose::Configured);
        let token = request.map(|request| OwnToken::new(&sources, &request, clock)).transpose()?.map(Arc::new);
        let shown = token.as_ref().map(|token| token.for_registry());
        let registry = Arc::new(wiring::registry::client(&settings, urls, whose, shown)?);
        let serdes = SerdesFactory::new(
            Arc::clone(&registry) as _,
            catalog,
            wiring::registry::serdes(&settings).with_auto_register(true),
            clock,
        );
        Ok(Self { registry, token, sources, serdes, settings: Arc::new(settings) })
    }

    /// Where the registry is, without credentials.
    pub fn registry_url(&self) -> &str {
        self.registry.url()
    }

    /// Registers a local schema, after its earlier versions and what it names.
    ///
    /// # Errors
    /// [`SchemaToolError`].
    pub async fn register(&self, place: &SchemaPlace) -> Result<Registration, SchemaToolError> {
        let target = place.target();
        if self.serdes.catalog().names_of(&place.record).is_empty() {
            return Err(SchemaToolError::NoLocalSchema(place.record.clone()));
        }
        self.ready().await?;
        Ok(self.serdes.ensure_registered(&target).await?)
    }

    /// Asks whether a local schema may become the next version of its subject.
    ///
    /// # Errors
    /// [`SchemaToolError`].
    pub async fn check(
        &self,
        place: &SchemaPlace,
        versions: VersionChoice,
    ) -> Result<(Arc<str>, Compatibility), SchemaToolError> {
        self.ready().await?;
        let local = self.serdes.local_schema(&place.target()).await?;
        let (subject, schema) = local.ok_or_else(|| SchemaToolError::NoLocalSchema(place.record.clone()))?;
        let normalize = self.settings.schema_registry.normalize;
        let compatibility = self.registry.is_compatible(&subject, versions, &schema, normalize).await?;
        Ok((subject, compatibility))
    }

    /// The subjects whose names start with `prefix`.
    ///
    /// # Errors
    /// [`SchemaToolError::Registry`].
    pub async fn subjects(&self, prefix: &str) -> Result<Vec<String>, SchemaToolError> {
        self.ready().await?;
        Ok(self.registry.subjects(prefix).await?)
    }

    /// A version of a subject, the latest where none is named, with all its versions and its compatibility level.
    ///
    /// # Errors
    /// [`SchemaToolError::Registry`].
    pub async fn subject(
        &self,
        subject: &str,
        version: Option<u32>,
    ) -> Result<(RegisteredSchema, Vec<u32>, Option<CompatibilityLevel>), SchemaToolError> {
        self.ready().await?;
        let schema = match version {
            Some(version) => self.registry.version(subject, version).await?,
            None => self.registry.latest(subject).await?,
        };
        let versions = self.registry.versions(subject).await?;
        // Not every registry tells it, and the schema is worth showing without.
        let level = self.registry.compatibility_level(Some(subject)).await.ok();
        Ok((schema, versions, level))
    }

    /// The schema with an id.
    ///
    /// # Errors
    /// [`SchemaToolError::Registry`].
    pub async fn by_id(&self, id: SchemaId) -> Result<IdentifiedSchema, SchemaToolError> {
        self.ready().await?;
        Ok(self.registry.by_id(id).await?)
    }

    /// The schema with a GUID.
    ///
    /// # Errors
    /// [`SchemaToolError::Registry`].
    pub async fn by_guid(&self, guid: SchemaGuid) -> Result<IdentifiedSchema, SchemaToolError> {
        self.ready().await?;
        Ok(self.registry.by_guid(guid).await?)
    }

    /// Sees to the registry's token, where it wants one.
    async fn ready(&self) -> Result<(), SchemaToolError> {
        if let Some(token) = &self.token {
            token.ready().await?;
        }
        Ok(())
    }

    /// Reads bytes of a key or a value; what cannot be decoded is told as such.
    pub async fn decode(&self, framed: Framed<'_>) -> DecodedPart {
        // Without a token the registry's refusal is told where the bytes would be.
        self.ready().await.ok();
        DecodedPart::of(&self.serdes, framed).await
    }

    /// Reads a record of the configuration's cluster and decodes it. A negative offset counts from the end.
    ///
    /// # Errors
    /// [`SchemaToolError`]; bytes that cannot be decoded are no error.
    pub async fn decode_record(
        &self,
        topic: &TopicName,
        partition: i32,
        offset: i64,
    ) -> Result<Decoded, SchemaToolError> {
        let record = self.record(topic, partition, offset).await?;
        let (key_header, value_header) =
            (record.headers.last(SchemaHeader::KEY), record.headers.last(SchemaHeader::VALUE));
        let key = match &record.key {
            Some(key) => Some(self.decode(Framed::new(key).with_schema_header(key_header)).await),
            None => None,
        };
        let value = match &record.value {
            Some(value) => Some(self.decode(Framed::new(value).with_schema_header(value_header)).await),
            None => None,
        };
        Ok(Decoded { key, value, record })
    }

    /// A client with the configuration's own credentials, since no vault knows people.
    async fn client(&self, topic: &TopicName) -> Result<ClientSpec, SchemaToolError> {
        let clock = WallClock::system();
        let security = wiring::security::configured(&self.settings)?
            .open(&KafkaSecurityDirective::plaintext(topic.clone(), Role::Consumer))?;
        let cell = match security.token_request() {
            Some(request) => {
                let token = OwnToken::new(&self.sources, request, clock)?;
                token.ready().await?;
                Some(token.cell())
            }
            None => None,
        };
        let identity = ClientIdentity {
            cluster: ClusterName::default(),
            bootstrap_servers: self.settings.kafka.bootstrap_servers.clone(),
            principal: "schema-tool".to_owned(),
            credential: security.fingerprint(),
        };
        Ok(ClientSpec {
            properties: self.settings.kafka.properties.clone(),
            security: security.with_token(cell)?,
            clock,
            ..ClientSpec::new(identity, "test-probe-schema")
        })
    }

    async fn record(&self, topic: &TopicName, partition: i32, offset: i64) -> Result<IncomingRecord, SchemaToolError> {
        let spec = self.client(topic).await?;
        let asked = topic.clone();
        let read = tokio::task::spawn_blocking(move || {
            Ok::<_, SchemaToolError>(RecordReader::new(&spec)?.record(&asked, partition, offset, RECORD_TIMEOUT)?)
        });
        match read.await {
            Ok(found) => found?.ok_or_else(|| SchemaToolError::NoRecord { topic: topic.clone(), partition, offset }),
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        }
    }
}

impl SchemaPlace {
    fn target(&self) -> ValueTarget {
        let topic = self.topic.clone().unwrap_or_else(unnamed_topic);
        let target = ValueTarget::new(topic).named(self.record.as_str(), self.version);
        match &self.subject {
            Some(subject) => target.with_subject(subject.as_str()),
            None => target,
        }
    }
}

/// A topic for schemas that have a subject of their own, of which the topic plays no part.
fn unnamed_topic() -> TopicName {
    TopicName::new("none").unwrap_or_else(|_| unreachable!("it is a topic name"))
}
