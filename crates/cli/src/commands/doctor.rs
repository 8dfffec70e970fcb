use console::{StyledObject, style};
use test_probe::doctor::{Doctor, Examination, Finding, Verdict};
use test_probe::{ExitStatus, TestFolder, explain};

use crate::args::DoctorArguments;
use crate::configuration;
use crate::terminal::Terminal;

/// Looks at all that a test needs, and tells each finding as it comes, or all of them as JSON.
pub(crate) async fn doctor(arguments: DoctorArguments, terminal: &Terminal) -> ExitStatus {
    let loaded = match configuration::load(arguments.config.as_deref()) {
        Ok(loaded) => loaded,
        Err(error) => return refuse(terminal, &explain(&error)),
    };
    loaded.warnings.iter().for_each(|warning| terminal.note(warning));
    let mut doctor = Doctor::new(loaded.settings);
    if let Some(dir) = &arguments.dir {
        doctor = match TestFolder::read(dir) {
            Ok(folder) => doctor.with_test(folder),
            Err(error) => return refuse(terminal, &explain(&error)),
        };
    }
    let tells_each = !arguments.json;
    let examined = doctor.examine(|finding| {
        if tells_each {
            terminal.result(line(finding));
        }
    });
    let examination = match examined.await {
        Ok(examination) => examination,
        Err(error) => {
            terminal.error(explain(&error));
            return error.exit_status();
        }
    };
    if arguments.json {
        terminal.result(examination.to_json());
    } else {
        terminal.result(format_args!("\n{}", total(&examination)));
    }
    if examination.is_healthy() { ExitStatus::Passed } else { ExitStatus::WorldFailed }
}

fn refuse(terminal: &Terminal, reason: &str) -> ExitStatus {
    terminal.error(reason);
    ExitStatus::BadInput
}

/// A line for the finding, and one more each for a cause and a fix.
fn line(finding: &Finding) -> String {
    let Finding { check, target, verdict, .. } = finding;
    let head = |mark: StyledObject<&str>| format!("{mark:<4} {check:<11} {target}");
    match verdict {
        Verdict::Passed { detail } => format!("{}: {detail}", head(style("ok").green())),
        Verdict::Warning { detail, fix } => {
            format!("{}: {detail}\n     fix:   {fix}", head(style("warn").yellow()))
        }
        Verdict::Failed { cause, fix } => {
            format!("{}\n     cause: {cause}\n     fix:   {fix}", head(style("FAIL").red().bold()))
        }
        Verdict::Skipped { because } => format!("{}: not looked at, {because}", head(style("skip").dim())),
        _ => head(style("?")),
    }
}

/// `12 passed, 1 warning, 1 failed, 2 skipped`
fn total(examination: &Examination) -> String {
    let counts = examination.counts().map(|(name, count)| match (name, count) {
        ("warning", count) if count != 1 => format!("{count} warnings"),
        _ => format!("{count} {name}"),
    });
    counts.join(", ")
}
