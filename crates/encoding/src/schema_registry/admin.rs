use async_trait::async_trait;

use super::{Compatibility, CompatibilityLevel, RegistryError, SchemaRegistry, SchemaText, VersionChoice};
use crate::SchemaId;

/// What people ask a registry beside what encoding needs: what it keeps, and what it would take.
///
/// Nothing of it is remembered; each call is one question to the registry.
#[async_trait]
pub trait SchemaRegistryAdmin: SchemaRegistry {
    /// The numbers of a subject's versions, the oldest first.
    ///
    /// # Errors
    /// [`RegistryError`]; notably [`RegistryFailure::SubjectNotFound`](crate::RegistryFailure::SubjectNotFound).
    async fn versions(&self, subject: &str) -> Result<Vec<u32>, RegistryError>;

    /// Whether `schema` could become the next version of `subject`, by the subject's compatibility level. Nothing is
    /// registered.
    ///
    /// For a subject that is not there, Confluent's registry says that everything is compatible with its latest and with
    /// all of its versions; others refuse the question with
    /// [`RegistryFailure::SubjectNotFound`](crate::RegistryFailure::SubjectNotFound).
    ///
    /// # Errors
    /// [`RegistryError`]; notably [`RegistryFailure::VersionNotFound`](crate::RegistryFailure::VersionNotFound) and
    /// [`RegistryFailure::InvalidSchema`](crate::RegistryFailure::InvalidSchema). An incompatible schema is no error.
    async fn is_compatible(
        &self,
        subject: &str,
        versions: VersionChoice,
        schema: &SchemaText,
        normalize: bool,
    ) -> Result<Compatibility, RegistryError>;

    /// The compatibility level of a subject, which is the registry's own where the subject has none; without a subject
    /// the registry's own.
    ///
    /// # Errors
    /// [`RegistryError`].
    async fn compatibility_level(&self, subject: Option<&str>) -> Result<CompatibilityLevel, RegistryError>;

    /// Sets the compatibility level of a subject, which need not be there yet; without a subject the registry's own.
    ///
    /// # Errors
    /// [`RegistryError`]; notably [`RegistryFailure::Denied`](crate::RegistryFailure::Denied).
    async fn set_compatibility_level(
        &self,
        subject: Option<&str>,
        level: CompatibilityLevel,
    ) -> Result<(), RegistryError>;

    /// The ids of the schemas that refer to a version of a subject.
    ///
    /// # Errors
    /// [`RegistryError`]; notably [`RegistryFailure::SubjectNotFound`](crate::RegistryFailure::SubjectNotFound) and
    /// [`RegistryFailure::VersionNotFound`](crate::RegistryFailure::VersionNotFound).
    async fn referenced_by(&self, subject: &str, version: u32) -> Result<Vec<SchemaId>, RegistryError>;
}
