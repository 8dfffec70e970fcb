//! What writing and reading cost in each format, against the bare codec and other libraries:
//! `cargo bench -p test-probe-encoding --bench formats`.

#![allow(clippy::print_stdout, reason = "the figures are what this program is for")]
#![allow(clippy::unwrap_used, reason = "what fails here is this program's own doing")]
#![allow(unreachable_pub, reason = "the modules are shared with another program")]

#[path = "formats/cases.rs"]
mod cases;
#[path = "formats/table.rs"]
mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{BenchmarkId, Criterion};
use serde_json::Value;

use self::cases::{BARE, Case};
use self::table::{Cell, render};

/// Each case is measured so many times, and all others in between, so that what else the machine does meets all alike.
const PASSES: usize = 3;

/// Where criterion leaves what it measured.
fn results() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("criterion").join("formats")
}

fn group(case: &Case) -> String {
    format!("{} {}", case.format, case.row)
}

fn measure(criterion: &mut Criterion, case: &mut Case, pass: usize) {
    let mut group = criterion.benchmark_group(group(case));
    group.bench_function(BenchmarkId::new(case.library, pass), |bencher| bencher.iter(&mut case.call));
    group.finish();
}

/// The median of one pass, in nanoseconds; nothing where criterion was told to leave it out.
fn measured(results: &Path, case: &Case, library: &str, pass: usize) -> Option<f64> {
    let path = results.join(group(case)).join(library).join(pass.to_string()).join("new/estimates.json");
    let estimates: Value = serde_json::from_slice(&fs::read(path).ok()?).unwrap();
    estimates["median"]["point_estimate"].as_f64()
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Passes are compared each with itself.
fn cell(results: &Path, case: &Case) -> Option<Cell> {
    let figures = |library| (0..PASSES).map(|pass| measured(results, case, library, pass)).collect::<Option<Vec<_>>>();
    let own = figures(case.library)?;
    let mut text = format!("{:.0} ns", median(own.clone()));
    if let Some(bare) = figures(BARE).filter(|_| case.library != BARE) {
        let ratios = own.iter().zip(bare).map(|(own, bare)| own / bare).collect();
        text.push_str(&format!(", {:.2}", median(ratios)));
    }
    Some(Cell { format: case.format, row: case.row.clone(), library: case.library, text })
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut cases = runtime.block_on(cases::all());
    let results = results();
    // Otherwise the figures of another run would stand among those of this one.
    drop(fs::remove_dir_all(&results));
    let mut criterion = Criterion::default()
        .output_directory(&results)
        .sample_size(30)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(300))
        .nresamples(2_000)
        .configure_from_args();
    for pass in 0..PASSES {
        cases.iter_mut().for_each(|case| measure(&mut criterion, case, pass));
    }
    let cells: Vec<Cell> = cases.iter().filter_map(|case| cell(&results, case)).collect();
    println!("{}", render(&cells));
}
