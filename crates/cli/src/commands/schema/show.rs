use test_probe::{ExitStatus, SchemaCatalog, SchemaGuid, SchemaId, SchemaText};

use super::{Outcome, Refusal, tool};
use crate::args::RegistryArguments;
use crate::terminal::Terminal;

pub(super) async fn show(
    subject: Option<&str>,
    version: Option<u32>,
    id: Option<u32>,
    guid: Option<&str>,
    registry: &RegistryArguments,
    terminal: &Terminal,
) -> Outcome {
    let tool = tool(registry, SchemaCatalog::default())?;
    match (subject, id, guid) {
        (None, Some(id), _) => {
            let found = tool.by_id(SchemaId::new(id)).await?;
            terminal
                .result(format_args!("id {id}{}", found.guid.map(|guid| format!(", GUID {guid}")).unwrap_or_default()));
            print(&found.schema, terminal);
        }
        (None, None, Some(text)) => {
            let guid: SchemaGuid =
                text.parse().map_err(|error| Refusal::bad_input(format!("--guid {text}: {error}")))?;
            terminal.result(format_args!("GUID {guid}"));
            print(&tool.by_guid(guid).await?.schema, terminal);
        }
        (None, None, None) => list(&tool.subjects("").await?, tool.registry_url(), terminal),
        (Some(pattern), ..) if pattern.ends_with('*') => {
            list(&tool.subjects(pattern.trim_end_matches('*')).await?, tool.registry_url(), terminal);
        }
        (Some(subject), ..) => {
            let (found, versions, level) = tool.subject(subject, version).await?;
            let guid = found.guid.map(|guid| format!(", GUID {guid}")).unwrap_or_default();
            terminal.result(format_args!("{}, version {}, id {}{guid}", found.subject, found.version, found.id));
            let versions: Vec<String> = versions.iter().map(ToString::to_string).collect();
            let level = level.map(|level| format!("; compatibility {level}")).unwrap_or_default();
            terminal.result(format_args!("versions {}{level}", versions.join(", ")));
            print(&found.schema, terminal);
        }
    }
    Ok(ExitStatus::Passed)
}

fn list(subjects: &[String], url: &str, terminal: &Terminal) {
    subjects.iter().for_each(|subject| terminal.result(subject));
    if subjects.is_empty() {
        terminal.note(format_args!("the Schema Registry at {url} has no such subject"));
    }
}

/// The schema, JSON laid out for reading.
fn print(schema: &SchemaText, terminal: &Terminal) {
    terminal.result(format_args!("{}", schema.format.schema_type()));
    for reference in schema.references.iter() {
        terminal.result(format_args!(
            "names {} (subject {}, version {})",
            reference.name, reference.subject, reference.version
        ));
    }
    let laid_out = serde_json::from_str::<serde_json::Value>(&schema.text)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| schema.text.to_string());
    terminal.result(laid_out.trim_end());
}
