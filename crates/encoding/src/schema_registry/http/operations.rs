use async_trait::async_trait;
use reqwest::Method;
use serde::Serialize;

use super::super::{
    IdentifiedSchema, Registered, RegisteredSchema, RegistryError, RegistryFailure, RegistryRequest, SchemaRegistry,
    SchemaText,
};
use super::HttpSchemaRegistry;
use super::messages::{LookUpAnswer, RegisterAnswer, SchemaAnswer, SchemaBody, VersionAnswer};
use super::transport::Question;
use crate::{SchemaGuid, SchemaId};

impl<'a> Question<'a> {
    pub(super) fn get(path: &'a [&'a str], query: &'a [(&'a str, &'a str)]) -> Self {
        Self { method: Method::GET, path, query, body: None }
    }

    pub(super) fn send(
        method: Method,
        path: &'a [&'a str],
        query: &'a [(&'a str, &'a str)],
        body: &impl Serialize,
    ) -> Self {
        // Nothing that is sent has a map with keys other than texts, which is all that could fail.
        Self { method, path, query, body: serde_json::to_vec(body).ok() }
    }
}

/// The part of the address that asks to normalize.
pub(super) fn normalizing(normalize: bool) -> &'static [(&'static str, &'static str)] {
    if normalize { &[("normalize", "true")] } else { &[] }
}

#[async_trait]
impl SchemaRegistry for HttpSchemaRegistry {
    fn url(&self) -> &str {
        &self.shown_url
    }

    async fn register(&self, subject: &str, schema: &SchemaText, normalize: bool) -> Result<Registered, RegistryError> {
        let request = RegistryRequest::Register { subject: subject.to_owned() };
        let path = ["subjects", subject, "versions"];
        let question = Question::send(Method::POST, &path, normalizing(normalize), &SchemaBody::from(schema));
        self.ask(request, question, |answer: RegisterAnswer| Ok(answer.into())).await
    }

    async fn look_up(
        &self,
        subject: &str,
        schema: &SchemaText,
        normalize: bool,
    ) -> Result<RegisteredSchema, RegistryError> {
        let request = RegistryRequest::LookUp { subject: subject.to_owned() };
        let path = ["subjects", subject];
        let question = Question::send(Method::POST, &path, normalizing(normalize), &SchemaBody::from(schema));
        self.ask(request, question, |answer: LookUpAnswer| Ok(answer.of(subject, schema.clone()))).await
    }

    async fn by_id(&self, id: SchemaId) -> Result<IdentifiedSchema, RegistryError> {
        let path = ["schemas", "ids", &id.to_string()];
        self.ask(RegistryRequest::ById { id }, Question::get(&path, &[]), SchemaAnswer::into_schema).await
    }

    async fn by_guid(&self, guid: SchemaGuid) -> Result<IdentifiedSchema, RegistryError> {
        let path = ["schemas", "guids", &guid.to_string()];
        let read = |answer: SchemaAnswer| {
            let found = answer.into_schema()?;
            match found.guid {
                Some(other) if other != guid => {
                    Err(RegistryFailure::Unreadable { message: format!("the schema's GUID is {other}") })
                }
                _ => Ok(IdentifiedSchema { guid: Some(guid), ..found }),
            }
        };
        self.ask(RegistryRequest::ByGuid { guid }, Question::get(&path, &[]), read).await
    }

    async fn latest(&self, subject: &str) -> Result<RegisteredSchema, RegistryError> {
        let request = RegistryRequest::Latest { subject: subject.to_owned() };
        self.version_at(request, subject, "latest").await
    }

    async fn version(&self, subject: &str, version: u32) -> Result<RegisteredSchema, RegistryError> {
        let request = RegistryRequest::Version { subject: subject.to_owned(), version };
        self.version_at(request, subject, &version.to_string()).await
    }

    async fn subjects(&self, prefix: &str) -> Result<Vec<String>, RegistryError> {
        let request = RegistryRequest::Subjects { prefix: prefix.to_owned() };
        let query = [("subjectPrefix", prefix)];
        let read = |mut subjects: Vec<String>| {
            // Older registries do not know the parameter and list all.
            subjects.retain(|subject| subject.starts_with(prefix));
            Ok(subjects)
        };
        self.ask(request, Question::get(&["subjects"], &query), read).await
    }
}

impl HttpSchemaRegistry {
    async fn version_at(
        &self,
        request: RegistryRequest,
        subject: &str,
        version: &str,
    ) -> Result<RegisteredSchema, RegistryError> {
        let path = ["subjects", subject, "versions", version];
        self.ask(request, Question::get(&path, &[]), |answer: VersionAnswer| answer.into_registered(subject)).await
    }
}
