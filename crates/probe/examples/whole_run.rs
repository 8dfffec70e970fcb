//! A whole test from code: the folder is read, its scenarios run on the embedded world, and the evidence is written.
//!
//! `cargo run --release -p test-probe-probe --example whole_run [DIR [EVIDENCE]]`

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::env;
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use test_probe::{Probe, RunOptions, StepBook, TestFolder, evidence};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let dir = arguments.next().unwrap_or_else(|| PathBuf::from("tests/functional/orders"));
    let mut options = RunOptions::default().run_by("the example");
    options.evidence = arguments.next();

    let probe = Probe::builder().start()?;
    let test = probe.prepare(TestFolder::read(dir)?, StepBook::new(), None)?;
    // No runtime is needed: the probe has threads of its own, and this one waits.
    let report = futures_executor::block_on(probe.run(test, options))?;

    println!("{}", evidence::summary_table(&report.record));
    println!("{}; evidence in {}", report.record.verdict_reason(), report.evidence.display());
    probe.shutdown();
    Ok(ExitCode::from(report.exit_status.code()))
}
