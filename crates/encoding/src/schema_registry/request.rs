use std::fmt;

use super::{CompatibilityLevel, VersionChoice};
use crate::{SchemaGuid, SchemaId};

/// A question to a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names of the fields say all there is to say")]
pub enum RegistryRequest {
    /// [`SchemaRegistry::register`](crate::SchemaRegistry::register).
    Register { subject: String },
    /// [`SchemaRegistry::look_up`](crate::SchemaRegistry::look_up).
    LookUp { subject: String },
    /// [`SchemaRegistry::by_id`](crate::SchemaRegistry::by_id).
    ById { id: SchemaId },
    /// [`SchemaRegistry::by_guid`](crate::SchemaRegistry::by_guid).
    ByGuid { guid: SchemaGuid },
    /// [`SchemaRegistry::latest`](crate::SchemaRegistry::latest).
    Latest { subject: String },
    /// [`SchemaRegistry::version`](crate::SchemaRegistry::version).
    Version { subject: String, version: u32 },
    /// [`SchemaRegistry::subjects`](crate::SchemaRegistry::subjects).
    Subjects { prefix: String },
    /// [`SchemaRegistryAdmin::versions`](crate::SchemaRegistryAdmin::versions).
    Versions { subject: String },
    /// [`SchemaRegistryAdmin::is_compatible`](crate::SchemaRegistryAdmin::is_compatible).
    IsCompatible { subject: String, versions: VersionChoice },
    /// [`SchemaRegistryAdmin::compatibility_level`](crate::SchemaRegistryAdmin::compatibility_level).
    CompatibilityLevel { subject: Option<String> },
    /// [`SchemaRegistryAdmin::set_compatibility_level`](crate::SchemaRegistryAdmin::set_compatibility_level).
    SetCompatibilityLevel { subject: Option<String>, level: CompatibilityLevel },
    /// [`SchemaRegistryAdmin::referenced_by`](crate::SchemaRegistryAdmin::referenced_by).
    ReferencedBy { subject: String, version: u32 },
}

impl fmt::Display for RegistryRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Register { subject } => write!(f, "register the schema under subject `{subject}`"),
            Self::LookUp { subject } => write!(f, "find the schema under subject `{subject}`"),
            Self::ById { id } => write!(f, "give the schema with id {id}"),
            Self::ByGuid { guid } => write!(f, "give the schema with GUID {guid}"),
            Self::Latest { subject } => write!(f, "give the latest version of subject `{subject}`"),
            Self::Version { subject, version } => write!(f, "give version {version} of subject `{subject}`"),
            Self::Subjects { prefix } => write!(f, "list the subjects that start with `{prefix}`"),
            Self::Versions { subject } => write!(f, "list the versions of subject `{subject}`"),
            Self::IsCompatible { subject, versions } => {
                write!(f, "compare the schema with {versions} of subject `{subject}`")
            }
            Self::CompatibilityLevel { subject: Some(subject) } => {
                write!(f, "give the compatibility level of subject `{subject}`")
            }
            Self::CompatibilityLevel { subject: None } => f.write_str("give its own compatibility level"),
            Self::SetCompatibilityLevel { subject: Some(subject), level } => {
                write!(f, "set the compatibility level of subject `{subject}` to {level}")
            }
            Self::SetCompatibilityLevel { subject: None, level } => {
                write!(f, "set its own compatibility level to {level}")
            }
            Self::ReferencedBy { subject, version } => {
                write!(f, "list the schemas that refer to version {version} of subject `{subject}`")
            }
        }
    }
}
