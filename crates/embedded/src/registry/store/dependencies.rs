use test_probe_directives::Format;

use super::super::refusal::Refusal;
use super::super::schema::{self, Dependency, Draft, Reference, StoredSchema};
use super::versions::WantedVersion;
use super::{RegistryStore, WithDeleted};

/// As deep as nobody goes; a cycle cannot come about, since a version is registered after those that it refers to.
const DEEPEST: usize = 100;

impl RegistryStore {
    /// Checks a schema, with all that it refers to.
    pub(super) fn checked(&self, draft: Draft) -> Result<StoredSchema, Refusal> {
        let dependencies = self.dependencies(draft.format, &draft.references)?;
        StoredSchema::new(draft, &dependencies)
    }

    /// What a schema of Avro means, with what it refers to in its place.
    pub(super) fn whole_avro(&self, schema: &StoredSchema) -> Result<Option<apache_avro::Schema>, Refusal> {
        if schema.format != Format::Avro {
            return Ok(None);
        }
        let invalid = |error: apache_avro::Error| Refusal::InvalidSchema(error.to_string());
        let dependencies = self.dependencies(schema.format, &schema.references)?;
        let mut whole = schema::avro(&schema.text, &dependencies)?;
        if !dependencies.is_empty() {
            let texts = dependencies.iter().map(|dependency| dependency.text.as_str());
            let named = apache_avro::Schema::parse_list(texts).map_err(invalid)?;
            whole.denormalize(&named).map_err(invalid)?;
        }
        Ok(Some(whole))
    }

    /// What these references lead to, each once and after what it needs itself.
    fn dependencies(&self, format: Format, references: &[Reference]) -> Result<Vec<Dependency>, Refusal> {
        let mut found = Vec::new();
        self.collect(format, references, 0, &mut found)?;
        Ok(found)
    }

    fn collect(
        &self,
        format: Format,
        references: &[Reference],
        depth: usize,
        found: &mut Vec<Dependency>,
    ) -> Result<(), Refusal> {
        for reference in references {
            let missing = || Refusal::NoSuchReference(reference.clone());
            let wanted = WantedVersion::parse(&reference.version.to_string()).map_err(|_| missing())?;
            let version = self.find(&reference.subject, wanted, WithDeleted(true)).map_err(|_| missing())?;
            let schema = self.kept(version.id).ok_or_else(missing)?;
            if schema.format != format || depth == DEEPEST {
                return Err(missing());
            }
            if found.iter().any(|known| known.name == reference.name) {
                continue;
            }
            self.collect(format, &schema.references, depth + 1, found)?;
            found.push(Dependency { name: reference.name.clone(), text: schema.text.clone() });
        }
        Ok(())
    }
}
