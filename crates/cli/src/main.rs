//! The `test-probe` command: arguments, a terminal, and exit statuses around the probe's library.

mod args;
mod commands;
mod configuration;
mod logging;
mod metrics_endpoint;
mod progress;
mod signals;
mod terminal;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Arguments, Command};
use crate::terminal::Terminal;

fn main() -> ExitCode {
    // Clap answers `--help` with 0 and a wrong command line with 2, as the table of exit statuses wants it.
    let arguments = Arguments::parse();
    let terminal = Terminal::new();
    logging::start(&terminal);
    let status = match arguments.command {
        Command::Run(run) => actix_rt::System::new().block_on(commands::run(run, terminal)),
        Command::Report { dir } => commands::report(&dir, &terminal),
        Command::Steps { dir, format } => commands::steps(dir.as_deref(), format, &terminal),
        Command::Schema { command, registry } => {
            actix_rt::System::new().block_on(commands::schema(command, registry, &terminal))
        }
        Command::Doctor(arguments) => actix_rt::System::new().block_on(commands::doctor(arguments, &terminal)),
        Command::Config { command } => commands::config(&command, &terminal),
    };
    ExitCode::from(status.code())
}
