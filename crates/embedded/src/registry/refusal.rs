/// Why the registry refuses a request, in the words and numbers of Confluent's API.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("Subject '{0}' not found.")]
    SubjectNotFound(String),
    #[error("Version {0} not found.")]
    VersionNotFound(u32),
    #[error("Schema {0} not found")]
    SchemaIdNotFound(u32),
    #[error("Schema not found")]
    SchemaNotFound,
    #[error("Either the input schema or one its references is invalid. details: {0}")]
    InvalidSchema(String),
    #[error(
        "The specified version '{0}' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \
         \"latest\""
    )]
    InvalidVersion(String),
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
    /// The HTTP status.
    pub(super) const fn status(&self) -> u16 {
        match self {
            Self::SubjectNotFound(_)
            | Self::VersionNotFound(_)
            | Self::SchemaIdNotFound(_)
            | Self::SchemaNotFound
            | Self::NoSuchPlace => 404,
            Self::NoSuchMethod => 405,
            Self::Incompatible { .. } => 409,
            Self::InvalidSchema(_) | Self::InvalidVersion(_) => 422,
            Self::Unreadable(_) => 400,
            Self::AskedFor(status) => *status,
        }
    }

    /// The `error_code` of the body.
    pub(super) fn code(&self) -> u32 {
        match self {
            Self::SubjectNotFound(_) => 40401,
            Self::VersionNotFound(_) => 40402,
            Self::SchemaIdNotFound(_) | Self::SchemaNotFound => 40403,
            Self::InvalidSchema(_) => 42201,
            Self::InvalidVersion(_) => 42202,
            Self::AskedFor(status) => u32::from(*status) * 100 + 1,
            Self::Incompatible { .. } | Self::Unreadable(_) | Self::NoSuchPlace | Self::NoSuchMethod => {
                u32::from(self.status())
            }
        }
    }
}
