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
(broker, registry, identity provider), 130 and 143 after SIGINT and SIGTERM. Of several, 2 beats 3 beats 1.";

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
    /// Registers, checks and shows schemas, and decodes the bytes of a record.
    Schema {
        #[command(subcommand)]
        command: SchemaCommand,
        #[command(flatten)]
        registry: RegistryArguments,
    },
    /// Looks at all that a test needs, name by name: DNS, TCP, TLS, token, login, topics, registry, subjects. Each failure
    /// names its cause and a fix; nothing is changed anywhere.
    Doctor(DoctorArguments),
    /// Checks a configuration, or shows each key with its value and where it comes from.
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
}

/// Where schemas are kept.
#[derive(Debug, Args)]
pub(crate) struct RegistryArguments {
    /// The registry's address; the configuration's otherwise (SCHEMA_REGISTRY_URL).
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) registry: Option<String>,
    /// A configuration file (HOCON); what it does not say comes from the reference configuration.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SchemaCommand {
    /// Registers schema files, each after its earlier versions and the files that it names.
    ///
    /// The other schema files of the same folder are there for it: those that it names, and its earlier versions.
    Register(SchemaFileArguments),
    /// Asks whether schema files may become the next versions of their subjects. Status 1 says that one may not.
    Check {
        #[command(flatten)]
        files: SchemaFileArguments,
        /// The version to compare with: a number, `latest` or `all`.
        #[arg(long, default_value = "latest", value_name = "VERSION")]
        version: String,
    },
    /// Lists the subjects, or shows a schema.
    Show {
        /// The subject; a name that ends in `*` lists the subjects that start so.
        subject: Option<String>,
        /// The version; the latest otherwise.
        #[arg(long, requires = "subject", value_name = "NUMBER")]
        version: Option<u32>,
        /// The id of the schema.
        #[arg(long, conflicts_with_all = ["subject", "guid"], value_name = "NUMBER")]
        id: Option<u32>,
        /// The GUID of the schema.
        #[arg(long, conflicts_with = "subject", value_name = "GUID")]
        guid: Option<String>,
    },
    /// Decodes bytes, given in hex, or a record of a topic, by the schema that they name.
    Decode {
        /// The bytes of a key or a value in hex; white space means nothing.
        #[arg(value_name = "HEX", required_unless_present = "topic")]
        bytes: Option<String>,
        /// The bytes of the record header that names the schema, in hex, where there is one.
        #[arg(long, requires = "bytes", value_name = "HEX")]
        header: Option<String>,
        /// The topic, as the cluster calls it.
        #[arg(long, conflicts_with = "bytes", value_name = "TOPIC")]
        topic: Option<String>,
        /// The partition.
        #[arg(long, requires = "topic", default_value_t = 0, value_name = "NUMBER")]
        partition: i32,
        /// The offset; a negative one counts from the end, and -1 is the last record.
        #[arg(long, requires = "topic", default_value_t = -1, allow_hyphen_values = true, value_name = "NUMBER")]
        offset: i64,
    },
}

/// Which schema files, and where they belong.
#[derive(Debug, Args)]
pub(crate) struct SchemaFileArguments {
    /// The files: .avsc, .proto or .json.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The topic that they are for, by which their subjects are called.
    #[arg(long, value_name = "TOPIC", required_unless_present = "subject")]
    pub(crate) topic: Option<String>,
    /// The subject, where it does not follow from the topic. For one file only.
    #[arg(long, value_name = "SUBJECT")]
    pub(crate) subject: Option<String>,
    /// The record of the file that is meant, by its full or simple name; the file's first otherwise. For one file only.
    #[arg(long, value_name = "RECORD")]
    pub(crate) record: Option<String>,
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
pub(crate) struct DoctorArguments {
    /// A test's folder, whose topics, credentials and subjects are looked at too.
    pub(crate) dir: Option<PathBuf>,
    /// A configuration file (HOCON); the embedded world's configuration otherwise.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Prints all findings as one JSON object, nothing else.
    #[arg(long)]
    pub(crate) json: bool,
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
