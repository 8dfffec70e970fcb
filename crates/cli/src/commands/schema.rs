mod decode;
mod files;
mod show;

use test_probe::config::{FileIncludes, Layers, ProcessEnvironment, load_file};
use test_probe::{ExitStatus, SchemaCatalog, SchemaTool, SchemaToolError, explain};

use crate::args::{RegistryArguments, SchemaCommand};
use crate::terminal::Terminal;

/// What ends a command early: what to say, and the status.
pub(crate) struct Refusal {
    reason: String,
    status: ExitStatus,
}

type Outcome = Result<ExitStatus, Refusal>;

impl Refusal {
    fn bad_input(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), status: ExitStatus::BadInput }
    }
}

impl From<SchemaToolError> for Refusal {
    fn from(error: SchemaToolError) -> Self {
        let status = if error.is_of_the_world() { ExitStatus::WorldFailed } else { ExitStatus::BadInput };
        Self { reason: explain(&error), status }
    }
}

/// Asks the registry, and shows what it says.
pub(crate) async fn schema(command: SchemaCommand, registry: RegistryArguments, terminal: &Terminal) -> ExitStatus {
    let outcome = match command {
        SchemaCommand::Register(arguments) => files::register(&arguments, &registry, terminal).await,
        SchemaCommand::Check { files, version } => files::check(&files, &version, &registry, terminal).await,
        SchemaCommand::Show { subject, version, id, guid } => {
            show::show(subject.as_deref(), version, id, guid.as_deref(), &registry, terminal).await
        }
        SchemaCommand::Decode { bytes: Some(bytes), header, .. } => {
            decode::bytes(&bytes, header.as_deref(), &registry, terminal).await
        }
        SchemaCommand::Decode { topic, partition, offset, .. } => {
            decode::record(&topic.unwrap_or_default(), partition, offset, &registry, terminal).await
        }
    };
    outcome.unwrap_or_else(|refusal| {
        terminal.error(refusal.reason);
        refusal.status
    })
}

/// The tool for the registry that the command line or the configuration names.
fn tool(registry: &RegistryArguments, catalog: SchemaCatalog) -> Result<SchemaTool, Refusal> {
    let layers = Layers::new().reference();
    let layers = match &registry.config {
        Some(path) => layers.file(load_file(path).map_err(|error| Refusal::bad_input(explain(&error)))?),
        None => layers,
    };
    let loaded = layers.includes(&FileIncludes).environment(&ProcessEnvironment).load();
    let settings = loaded.map_err(|error| Refusal::bad_input(error.to_string()))?.settings;
    Ok(SchemaTool::new(settings, registry.registry.as_deref(), catalog)?)
}
