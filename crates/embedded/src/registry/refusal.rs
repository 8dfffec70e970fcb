use super::schema::Reference;

/// Why the registry refuses a request, in the words and numbers of Confluent's API.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("Subject '{0}' not found.")]
    SubjectNotFound(String),
    #[error("Version {0} not found.")]
    VersionNotFound(u32),
    #[error("Schema {0} not found")]
    SchemaIdNotFound(String),
    #[error("Schema not found")]
    SchemaNotFound,
    #[error("Subject '{0}' was soft deleted. Set permanent=true to delete permanently")]
    SubjectDeleted(String),
    #[error("Subject '{0}' was not deleted first before being permanently deleted")]
    SubjectNotDeleted(String),
    #[error("Subject '{subject}' Version {version} was soft deleted. Set permanent=true to delete permanently")]
    VersionDeleted { subject: String, version: u32 },
    #[error("Subject '{subject}' Version {version} was not deleted first before being permanently deleted")]
    VersionNotDeleted { subject: String, version: u32 },
    #[error("Subject '{0}' does not have subject-level compatibility configured")]
    NoLevelOfItsOwn(String),
    #[error("Subject '{0}' does not have subject-level mode configured")]
    NoModeOfItsOwn(String),
    #[error("Either the input schema or one its references is invalid. details: {0}")]
    InvalidSchema(String),
    #[error(
        "Either the input schema or one its references is invalid. details: No schema reference found for subject \
         \"{}\" and version {}", .0.subject, .0.version
    )]
    NoSuchReference(Reference),
    #[error(
        "The specified version '{0}' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \
         \"latest\""
    )]
    InvalidVersion(String),
    #[error(
        "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, \
         forward_transitive, and full_transitive"
    )]
    InvalidLevel,
    #[error("One or more references exist to the schema of subject \"{subject}\", version {version}.")]
    IsReferredTo { subject: String, version: u32 },
    #[error(
        "Schema being registered is incompatible with an earlier schema for subject \"{subject}\", details: [{reason}]"
    )]
    Incompatible { subject: String, reason: String },
    #[error("Unable to parse the request: {0}")]
    Unreadable(String),
    #[error("HTTP 404 Not Found")]
    NoSuchPlace,
    #[error("HTTP 405 Method Not Allowed")]
    NoSuchMethod,
    #[error("This failure was asked for")]
    AskedFor(u16),
}

impl Refusal {
    /// The HTTP status: the first three digits of the code.
    pub(super) fn status(&self) -> u16 {
        let code = self.code();
        u16::try_from(if code < 1000 { code } else { code / 100 }).unwrap_or(500)
    }

    /// The `error_code` of the body.
    pub(super) fn code(&self) -> u32 {
        match self {
            Self::Unreadable(_) => 400,
            Self::NoSuchPlace => 404,
            Self::SubjectNotFound(_) => 40401,
            Self::VersionNotFound(_) => 40402,
            Self::SchemaIdNotFound(_) | Self::SchemaNotFound => 40403,
            Self::SubjectDeleted(_) => 40404,
            Self::SubjectNotDeleted(_) => 40405,
            Self::VersionDeleted { .. } => 40406,
            Self::VersionNotDeleted { .. } => 40407,
            Self::NoLevelOfItsOwn(_) => 40408,
            Self::NoModeOfItsOwn(_) => 40409,
            Self::NoSuchMethod => 405,
            Self::Incompatible { .. } => 409,
            Self::InvalidSchema(_) | Self::NoSuchReference(_) => 42201,
            Self::InvalidVersion(_) => 42202,
            Self::InvalidLevel => 42203,
            Self::IsReferredTo { .. } => 42206,
            Self::AskedFor(status) => u32::from(*status) * 100 + 1,
        }
    }
}
