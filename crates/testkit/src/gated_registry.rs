use std::sync::Arc;

use async_trait::async_trait;
use test_probe_encoding::scripted::ScriptedRegistry;
use test_probe_encoding::{
    IdentifiedSchema, Registered, RegisteredSchema, RegistryError, SchemaGuid, SchemaId, SchemaRegistry, SchemaText,
};
use tokio::sync::watch;

/// A registry whose answers wait at a gate: one that is slow, or hangs, for as long as a test wants.
#[derive(Debug)]
pub struct GatedRegistry {
    registry: Arc<ScriptedRegistry>,
    is_open: watch::Sender<bool>,
}

impl GatedRegistry {
    /// Puts a closed gate before the registry.
    pub fn closed(registry: &Arc<ScriptedRegistry>) -> Arc<Self> {
        Arc::new(Self { registry: Arc::clone(registry), is_open: watch::channel(false).0 })
    }

    /// Lets every answer through, those that wait and those to come.
    pub fn open(&self) {
        self.is_open.send_replace(true);
    }

    async fn pass(&self) {
        let mut is_open = self.is_open.subscribe();
        // The sender lives in `self`, so the wait ends with the gate's opening and never with an error.
        is_open.wait_for(|is_open| *is_open).await.ok();
    }
}

#[async_trait]
impl SchemaRegistry for GatedRegistry {
    fn url(&self) -> &str {
        self.registry.url()
    }

    async fn register(&self, subject: &str, schema: &SchemaText, normalize: bool) -> Result<Registered, RegistryError> {
        self.pass().await;
        self.registry.register(subject, schema, normalize).await
    }

    async fn look_up(
        &self,
        subject: &str,
        schema: &SchemaText,
        normalize: bool,
    ) -> Result<RegisteredSchema, RegistryError> {
        self.pass().await;
        self.registry.look_up(subject, schema, normalize).await
    }

    async fn by_id(&self, id: SchemaId) -> Result<IdentifiedSchema, RegistryError> {
        self.pass().await;
        self.registry.by_id(id).await
    }

    async fn by_guid(&self, guid: SchemaGuid) -> Result<IdentifiedSchema, RegistryError> {
        self.pass().await;
        self.registry.by_guid(guid).await
    }

    async fn latest(&self, subject: &str) -> Result<RegisteredSchema, RegistryError> {
        self.pass().await;
        self.registry.latest(subject).await
    }

    async fn version(&self, subject: &str, version: u32) -> Result<RegisteredSchema, RegistryError> {
        self.pass().await;
        self.registry.version(subject, version).await
    }

    async fn subjects(&self, prefix: &str) -> Result<Vec<String>, RegistryError> {
        self.pass().await;
        self.registry.subjects(prefix).await
    }
}
