use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Checks event-driven systems against a real Kafka: Gherkin scenarios produce and consume events, and leave evidence.
#[derive(Debug, Parser)]
#[command(name = "test-probe", version, after_help = EXIT_STATUSES, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_STATUSES: &str = "Exit status: 0 all passed, 1 a scenario failed, 2 bad input or configuration, 3 the world failed \
(broker, registry), 130 and 143 after SIGINT and SIGTERM. Of several, 2 beats 3 beats 1.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Queues the tests in these folders and runs them; without --config on the embedded Kafka and Schema Registry.
    ///
    /// The embedded Kafka keeps 5 MB or 100 000 records a partition and then drops the oldest; a run that loses records
    /// to this fails and says so.
    Run(RunArguments),
    /// Makes the reports of a run again from the ledger in its evidence folder.
    Report {
        /// The evidence folder: the one that holds events.jsonl.
        dir: PathBuf,
    },
    /// Lists every step that scenarios can use, with its meaning and an example.
    Steps {
        /// A test's folder whose phrase books are listed too.
        dir: Option<PathBuf>,
        /// As text for people, or as JSON for editors.
        #[arg(long, value_enum, default_value_t)]
        format: StepsFormat,
    },
    /// Checks a configuration, or shows each key with its value and where it comes from.
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Checks every key.
    Check {
        /// A configuration file (HOCON); the embedded world's configuration otherwise.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Prints every key as a line of HOCON with the origin of its value behind it; secrets are hidden.
    Print {
        /// A configuration file (HOCON); the embedded world's configuration otherwise.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// The tests' folders: each holds topic-directive.yaml and features/.
    #[arg(required = true, value_name = "DIR")]
    pub(crate) dirs: Vec<PathBuf>,
    /// A configuration file (HOCON); what it does not say comes from the reference configuration.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Only scenarios whose tags satisfy this expression, such as "@smoke and not @slow".
    #[arg(long, value_name = "EXPR")]
    pub(crate) tags: Option<String>,
    /// Where the evidence goes; DIR/evidence otherwise. With several tests, a folder for each below it.
    #[arg(long, value_name = "DIR")]
    pub(crate) evidence: Option<PathBuf>,
    /// What sort of test this is, for the label test_type of the duration metric; the directive's otherwise.
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) test_type: Option<String>,
    /// Checks everything that can be checked without a broker, lists the scenarios, and runs none.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Serves the metrics for Prometheus at http://ADDR/metrics while the tests run.
    #[arg(long, value_name = "ADDR")]
    pub(crate) metrics: Option<SocketAddr>,
    /// Prints failures and the verdict, nothing else.
    #[arg(long, conflicts_with = "json")]
    pub(crate) quiet: bool,
    /// Prints the summaries as JSON, one line a test, nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum StepsFormat {
    #[default]
    Text,
    Json,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_run_takes_several_folders_and_its_options() {
        let line = ["test-probe", "run", "a", "b", "--tags", "@smoke", "--metrics", "127.0.0.1:9100", "--json"];
        let Command::Run(run) = Arguments::try_parse_from(line).unwrap().command else { panic!("a run") };
        assert_eq!(run.dirs, [PathBuf::from("a"), PathBuf::from("b")]);
        assert_eq!((run.tags.as_deref(), run.json), (Some("@smoke"), true));
    }

    #[test]
    fn quiet_and_json_are_one_too_many() {
        assert!(Arguments::try_parse_from(["test-probe", "run", "a", "--quiet", "--json"]).is_err());
        assert!(Arguments::try_parse_from(["test-probe", "run"]).is_err());
    }
}
