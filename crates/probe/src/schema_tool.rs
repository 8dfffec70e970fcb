//! The Schema Registry and the bytes on a topic, for people: what `test-probe schema` does.

mod decoded;

use std::sync::Arc;
use std::time::Duration;

use test_probe_config::Settings;
use test_probe_directives::{ClusterName, TopicName, WallClock};
use test_probe_encoding::{
    Compatibility, CompatibilityLevel, Framed, HttpSchemaRegistry, IdentifiedSchema, RegisteredSchema, Registration,
    RegistryError, ResolveError, SchemaCatalog, SchemaGuid, SchemaHeader, SchemaId, SchemaRegistry as _,
    SchemaRegistryAdmin as _, SerdesFactory, ValueTarget, VersionChoice,
};
use test_probe_kafka::{ClientError, ClientIdentity, ClientSpec, ClusterError, IncomingRecord, RecordReader};

pub use self::decoded::{Decoded, DecodedPart};
use crate::wiring;
use crate::wiring::registry::{RegistryWiringError, Whose};

/// How long a broker may take for each of three questions about a record.
const RECORD_TIMEOUT: Duration = Duration::from_secs(10);

/// Asks a registry on behalf of a person, and reads bytes by what it knows.
#[derive(Clone, Debug)]
pub struct SchemaTool {
    registry: Arc<HttpSchemaRegistry>,
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
            Self::Wiring(_) | Self::Resolve(_) | Self::NoLocalSchema(_) | Self::NoRecord { .. } => false,
        }
    }
}

impl SchemaTool {
    /// A tool for the registry at `url`, or else the configuration's, with the schemas of `catalog`.
    ///
    /// # Errors
    /// [`SchemaToolError::Wiring`].
    pub fn new(settings: Settings, url: Option<&str>, catalog: SchemaCatalog) -> Result<Self, SchemaToolError> {
        let (urls, whose) = match url {
            Some(url) => (url, Whose::Foreign),
            None => (settings.kafka.schema_registry_url.as_str(), Whose::Configured),
        };
        let registry = Arc::new(wiring::registry::client(&settings, urls, whose)?);
        let serdes = SerdesFactory::new(
            Arc::clone(&registry) as _,
            catalog,
            wiring::registry::serdes(&settings).with_auto_register(true),
            WallClock::system(),
        );
        Ok(Self { registry, serdes, settings: Arc::new(settings) })
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
        Ok(self.registry.by_id(id).await?)
    }

    /// The schema with a GUID.
    ///
    /// # Errors
    /// [`SchemaToolError::Registry`].
    pub async fn by_guid(&self, guid: SchemaGuid) -> Result<IdentifiedSchema, SchemaToolError> {
        Ok(self.registry.by_guid(guid).await?)
    }

    /// Reads bytes of a key or a value; what cannot be decoded is told as such.
    pub async fn decode(&self, framed: Framed<'_>) -> DecodedPart {
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

    async fn record(&self, topic: &TopicName, partition: i32, offset: i64) -> Result<IncomingRecord, SchemaToolError> {
        let identity = ClientIdentity {
            cluster: ClusterName::default(),
            bootstrap_servers: self.settings.kafka.bootstrap_servers.clone(),
            principal: "schema-tool".to_owned(),
            credential: String::new(),
        };
        let spec = ClientSpec {
            properties: self.settings.kafka.properties.clone(),
            ..ClientSpec::new(identity, "test-probe-schema")
        };
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
