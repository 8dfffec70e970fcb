use std::fmt;

use test_probe_directives::{Format, KeyFormat, TopicName};

use crate::codec::BoxError;
use crate::{RegistryError, RegistryFailure, SchemaId, SchemaIdentity, SchemaReference};

/// A schema that could not be found out, registered or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// No subject has the schema that a value or a key is to be written with (`SchemaNotFoundException`).
    #[error("no schema for {wanted} is registered at {url}; tried {}; {fix}", TriedSubjects(.tried))]
    SchemaNotFound {
        /// The record, its version and the topic.
        wanted: String,
        /// The registry's address.
        url: String,
        /// The subjects asked for, in order, and what the registry said.
        tried: Vec<TriedSubject>,
        /// What to do about it.
        fix: String,
    },
    /// The schema that bytes name is not the registry's.
    #[error(
        "the bytes name schema {schema}, which the Schema Registry at {url} does not have; were they written through \
         another registry?"
    )]
    UnknownSchema {
        /// What the bytes name.
        schema: SchemaIdentity,
        /// The registry's address.
        url: String,
    },
    /// A simple name stands for several records.
    #[error("`{name}` on topic `{topic}` may be any of {}; give the full name", candidates.join(", "))]
    AmbiguousRecord {
        /// The name given.
        name: String,
        /// The topic.
        topic: TopicName,
        /// The full names that it may stand for.
        candidates: Vec<String>,
    },
    /// No record is named, and the topic has none or several.
    #[error("no record is named for topic `{topic}`, and {}", Candidates(.candidates, .local))]
    RecordNotNamed {
        /// The topic.
        topic: TopicName,
        /// The records registered for the topic.
        candidates: Vec<String>,
        /// The records of the test's own schemas.
        local: Vec<String>,
    },
    /// The registered schema is in another format than the one asked for.
    #[error(
        "{asked} is asked for, but subject `{subject}` holds a schema in {registered}; ask for {registered}, or name another subject"
    )]
    FormatMismatch {
        /// The format asked for.
        asked: Format,
        /// The subject.
        subject: String,
        /// The format registered.
        registered: Format,
    },
    /// The registered schema describes another record.
    #[error(
        "record `{asked}` is to be written, but subject `{subject}` describes record `{found}`; name the right record or subject"
    )]
    RecordMismatch {
        /// The record to be written.
        asked: String,
        /// The subject.
        subject: String,
        /// The record that the subject's schema describes.
        found: String,
    },
    /// A schema names one of another subject that the registry does not have.
    #[error(
        "{place} names `{}`, version {} of subject `{}`, which the Schema Registry at {url} does not have ({failure}); \
         register it again",
        reference.name,
        reference.version,
        reference.subject
    )]
    ReferenceNotFound {
        /// Where the schema is.
        place: String,
        /// What it names.
        reference: Box<SchemaReference>,
        /// The registry's address.
        url: String,
        /// What the registry said.
        failure: Box<RegistryFailure>,
    },
    /// A schema names others, and those yet others, without end.
    #[error("{place} names more than {limit} schemas of other subjects; put them into fewer")]
    TooManyReferences {
        /// Where the schema is.
        place: String,
        /// How many are followed.
        limit: usize,
    },
    /// The registry gives no GUID, which the header form needs.
    #[error(
        "the Schema Registry at {url} gives no GUID for the schema with id {id}, and the header form names schemas by it; \
         use a registry that does (Confluent Platform 8.0), or set test-probe.core.schema-registry.schema-id-location to \
         prefix"
    )]
    NoGuid {
        /// The schema's id.
        id: SchemaId,
        /// The registry's address.
        url: String,
    },
    /// The registered text is no schema.
    #[error("{place} cannot be used as a schema")]
    InvalidSchema {
        /// Where the schema is.
        place: String,
        /// What the format's library says.
        #[source]
        source: BoxError,
    },
    /// The keys are of a kind that has no schema.
    #[error("the keys of topic `{topic}` are `{format}`, which have no schema; a cloudevent has one")]
    KeyWithoutSchema {
        /// The topic.
        topic: TopicName,
        /// What the keys are.
        format: KeyFormat,
    },
    /// The registry refused, or did not answer.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

impl ResolveError {
    /// Whether the same question may be answered later, without anybody changing anything.
    pub fn helps_to_ask_again(&self) -> bool {
        matches!(self, Self::Registry(error) if error.helps_to_ask_again())
    }
}

/// A subject that was asked for in vain.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TriedSubject {
    /// The subject, or `{topic}-*.{record}` for "in any name space".
    pub subject: String,
    /// What the registry said.
    pub failure: RegistryFailure,
}

struct TriedSubjects<'a>(&'a [TriedSubject]);

impl fmt::Display for TriedSubjects<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, TriedSubject { subject, failure }) in self.0.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}`{subject}` ({failure})")?;
        }
        Ok(())
    }
}

/// The records that are registered, and those of the test's own schemas.
struct Candidates<'a>(&'a [String], &'a [String]);

impl fmt::Display for Candidates<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name_one = "name one of them, or give the topic's subject";
        match (self.0, self.1) {
            ([], []) => f.write_str(
                "neither the registry nor the test's `schemas/` has one; put a schema such as OrderCreated.avsc into \
                 `schemas/`, or register one for the topic",
            ),
            ([], local) => write!(f, "the test's `schemas/` have {}; {name_one}", local.join(", ")),
            (registered, _) => write!(f, "the registry has {}; {name_one}", registered.join(", ")),
        }
    }
}
