use test_probe::ExitStatus;
use test_probe::config::Entry;

use crate::args::ConfigCommand;
use crate::configuration;
use crate::terminal::Terminal;

/// Checks a configuration, and shows what it means.
pub(crate) fn config(command: &ConfigCommand, terminal: &Terminal) -> ExitStatus {
    let (ConfigCommand::Check { config } | ConfigCommand::Print { config }) = command;
    let loaded = match configuration::load(config.as_deref()) {
        Ok(loaded) => loaded,
        Err(error) => {
            terminal.error(error);
            return ExitStatus::BadInput;
        }
    };
    loaded.warnings.iter().for_each(|warning| terminal.note(warning));
    match command {
        ConfigCommand::Check { .. } => {
            let (keys, warnings) = (loaded.entries.len(), loaded.warnings.len());
            terminal.result(format_args!("the configuration is valid: {keys} keys, {warnings} warnings"));
        }
        ConfigCommand::Print { .. } => {
            for Entry { path, value, origin, .. } in &loaded.entries {
                terminal.result(format_args!("{path} = {value}  # {origin}"));
            }
        }
    }
    ExitStatus::Passed
}
