use test_probe::ExitStatus;
use test_probe::config::{Entry, Issue, Severity};

use crate::args::ConfigCommand;
use crate::configuration::{self, ConfigurationError};
use crate::terminal::Terminal;

/// Checks a configuration, and shows what it means.
pub(crate) fn config(command: &ConfigCommand, terminal: &Terminal) -> ExitStatus {
    let (ConfigCommand::Check { config } | ConfigCommand::Print { config }) = command;
    let loaded = match configuration::load(config.as_deref()) {
        Ok(loaded) => loaded,
        Err(ConfigurationError::Invalid(invalid)) => {
            invalid.issues.iter().for_each(|issue| terminal.note(issue));
            terminal.error(format_args!("the configuration is invalid: {}", counted(&invalid.issues)));
            return ExitStatus::BadInput;
        }
        Err(error) => {
            terminal.error(error);
            return ExitStatus::BadInput;
        }
    };
    loaded.warnings.iter().for_each(|warning| terminal.note(warning));
    match command {
        ConfigCommand::Check { .. } => {
            let keys = loaded.entries.len();
            terminal.result(format_args!("the configuration is valid: {keys} keys, {}", counted(&loaded.warnings)));
        }
        ConfigCommand::Print { .. } => {
            for Entry { path, value, origin, .. } in &loaded.entries {
                terminal.result(format_args!("{path} = {value}  # {origin}"));
            }
        }
    }
    ExitStatus::Passed
}

/// How many errors there are, where there is one, and how many warnings.
fn counted(issues: &[Issue]) -> String {
    let errors = issues.iter().filter(|issue| issue.severity == Severity::Error).count();
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let warnings = issues.len() - errors;
    let warnings = format!("{warnings} warning{}", plural(warnings));
    if errors == 0 { warnings } else { format!("{errors} error{}, {warnings}", plural(errors)) }
}
