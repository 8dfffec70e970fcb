use async_trait::async_trait;
use reqwest::Method;
use serde::de::IgnoredAny;

use super::super::{
    Compatibility, CompatibilityLevel, RegistryError, RegistryRequest, SchemaRegistryAdmin, SchemaText, VersionChoice,
};
use super::HttpSchemaRegistry;
use super::messages::{CompatibilityAnswer, LevelAnswer, LevelBody, SchemaBody};
use super::transport::Question;
use crate::SchemaId;

#[async_trait]
impl SchemaRegistryAdmin for HttpSchemaRegistry {
    async fn versions(&self, subject: &str) -> Result<Vec<u32>, RegistryError> {
        let request = RegistryRequest::Versions { subject: subject.to_owned() };
        self.ask(request, Question::get(&["subjects", subject, "versions"], &[]), Ok).await
    }

    async fn is_compatible(
        &self,
        subject: &str,
        versions: VersionChoice,
        schema: &SchemaText,
        normalize: bool,
    ) -> Result<Compatibility, RegistryError> {
        let request = RegistryRequest::IsCompatible { subject: subject.to_owned(), versions };
        let number = match versions {
            VersionChoice::Latest => Some("latest".to_owned()),
            VersionChoice::Number(number) => Some(number.to_string()),
            VersionChoice::All => None,
        };
        let mut path = vec!["compatibility", "subjects", subject, "versions"];
        path.extend(number.as_deref());
        let query: &[_] =
            if normalize { &[("verbose", "true"), ("normalize", "true")] } else { &[("verbose", "true")] };
        let question = Question::send(Method::POST, &path, query, &SchemaBody::from(schema));
        self.ask(request, question, |answer: CompatibilityAnswer| Ok(answer.into())).await
    }

    async fn compatibility_level(&self, subject: Option<&str>) -> Result<CompatibilityLevel, RegistryError> {
        let request = RegistryRequest::CompatibilityLevel { subject: subject.map(str::to_owned) };
        let (path, query) = (config_of(subject), [("defaultToGlobal", "true")]);
        let query = if subject.is_some() { &query[..] } else { &[] };
        self.ask(request, Question::get(&path, query), LevelAnswer::into_level).await
    }

    async fn set_compatibility_level(
        &self,
        subject: Option<&str>,
        level: CompatibilityLevel,
    ) -> Result<(), RegistryError> {
        let request = RegistryRequest::SetCompatibilityLevel { subject: subject.map(str::to_owned), level };
        let path = config_of(subject);
        let question = Question::send(Method::PUT, &path, &[], &LevelBody { compatibility: level.as_str() });
        self.ask(request, question, |IgnoredAny| Ok(())).await
    }

    async fn referenced_by(&self, subject: &str, version: u32) -> Result<Vec<SchemaId>, RegistryError> {
        let request = RegistryRequest::ReferencedBy { subject: subject.to_owned(), version };
        let path = ["subjects", subject, "versions", &version.to_string(), "referencedby"];
        let read = |ids: Vec<u32>| Ok(ids.into_iter().map(SchemaId::new).collect());
        self.ask(request, Question::get(&path, &[]), read).await
    }
}

fn config_of(subject: Option<&str>) -> Vec<&str> {
    ["config"].into_iter().chain(subject).collect()
}
