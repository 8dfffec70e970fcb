use std::path::{Path, PathBuf};

use test_probe::{ExitStatus, SchemaCatalog, SchemaPlace, TopicName, VersionChoice, explain};

use super::{Outcome, Refusal, tool};
use crate::args::{RegistryArguments, SchemaFileArguments};
use crate::terminal::Terminal;

pub(super) async fn register(
    arguments: &SchemaFileArguments,
    registry: &RegistryArguments,
    terminal: &Terminal,
) -> Outcome {
    let tool = tool(registry, catalog(&arguments.files)?)?;
    for (file, place) in places(arguments)? {
        let done = tool.register(&place).await?;
        let what = if done.is_new { "registered" } else { "was there" };
        let version = done.version.map(|version| format!(", version {version}")).unwrap_or_default();
        let guid = done.guid.map(|guid| format!(", GUID {guid}")).unwrap_or_default();
        terminal.result(format_args!(
            "{}: {what} under {}{version}, id {}{guid}",
            file.display(),
            done.subject,
            done.id
        ));
    }
    Ok(ExitStatus::Passed)
}

pub(super) async fn check(
    arguments: &SchemaFileArguments,
    version: &str,
    registry: &RegistryArguments,
    terminal: &Terminal,
) -> Outcome {
    let versions = match version {
        "latest" => VersionChoice::Latest,
        "all" => VersionChoice::All,
        number => VersionChoice::Number(number.parse().ok().filter(|number| *number > 0).ok_or_else(|| {
            Refusal::bad_input(format!("--version {number}: it must be a number from 1 on, `latest` or `all`"))
        })?),
    };
    let tool = tool(registry, catalog(&arguments.files)?)?;
    let mut status = ExitStatus::Passed;
    for (file, place) in places(arguments)? {
        let (subject, compatibility) = tool.check(&place, versions).await?;
        let verdict = if compatibility.is_compatible { "compatible" } else { "NOT compatible" };
        terminal.result(format_args!("{}: {verdict} with {versions} of {subject}", file.display()));
        if !compatibility.is_compatible {
            compatibility.messages.iter().for_each(|message| terminal.result(format_args!("  {message}")));
            status = ExitStatus::Failed;
        }
    }
    Ok(status)
}

/// The schema files of the folders that the files lie in.
fn catalog(files: &[PathBuf]) -> Result<SchemaCatalog, Refusal> {
    let mut folders: Vec<&Path> = files.iter().map(|file| folder_of(file)).collect();
    folders.sort();
    folders.dedup();
    let mut texts = Vec::new();
    for folder in folders {
        let unreadable =
            |path: &Path, error: std::io::Error| Refusal::bad_input(format!("{}: {error}", path.display()));
        for entry in std::fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
            let path = entry.map_err(|error| unreadable(folder, error))?.path();
            let is_schema = path.extension().is_some_and(|extension| {
                ["avsc", "proto", "json"].iter().any(|known| extension.eq_ignore_ascii_case(known))
            });
            if path.is_file() && is_schema {
                let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
                texts.push((name_of(&path)?, text));
            }
        }
    }
    if let Some(file) = files.iter().find(|file| !file.is_file()) {
        return Err(Refusal::bad_input(format!("{}: there is no such file", file.display())));
    }
    SchemaCatalog::parse(texts).map_err(|error| Refusal::bad_input(explain(&error)))
}

fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn name_of(path: &Path) -> Result<String, Refusal> {
    let name = path.file_name().and_then(|name| name.to_str());
    name.map(str::to_owned).ok_or_else(|| Refusal::bad_input(format!("{}: its name is no text", path.display())))
}

/// Each file, and where its schema belongs.
fn places(arguments: &SchemaFileArguments) -> Result<Vec<(&Path, SchemaPlace)>, Refusal> {
    let SchemaFileArguments { files, topic, subject, record } = arguments;
    if files.len() > 1 && (subject.is_some() || record.is_some()) {
        return Err(Refusal::bad_input("--subject and --record are for one file; name one, or give --topic"));
    }
    let topic = topic.as_deref().map(TopicName::new).transpose();
    let topic = topic.map_err(|error| Refusal::bad_input(format!("--topic: {error}")))?;
    let place = |file: &Path| {
        let name = name_of(file)?;
        let (stem, version) = SchemaCatalog::file_name(&name)
            .ok_or_else(|| Refusal::bad_input(format!("{}: .avsc, .proto or .json is expected", file.display())))?;
        let record = record.clone().unwrap_or(stem);
        Ok::<_, Refusal>(SchemaPlace { topic: topic.clone(), subject: subject.clone(), record, version: Some(version) })
    };
    files.iter().map(|file| Ok((file.as_path(), place(file)?))).collect()
}
