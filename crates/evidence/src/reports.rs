//! The reports: each a pure function of the [`RunRecord`], so that a run and its ledger read back give the same bytes.

use std::io;
use std::path::{Path, PathBuf};

use crate::file_names::{CUCUMBER_JSON, HTML_REPORT, JUNIT_REPORT, METRICS, SUMMARY};
use crate::{RunRecord, whole_file};

pub(crate) mod cucumber_json;
pub(crate) mod html;
pub(crate) mod junit;
pub(crate) mod metadata;
mod printable;
mod scenario_groups;
pub(crate) mod summary;
pub(crate) mod summary_table;

/// A report could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the report `{}`; the ledger beside it holds the same, and the report can be made from it later",
    path.display())]
pub struct WriteReportError {
    /// The report.
    pub path: PathBuf,
    /// What the operating system, or the report's writer, says.
    #[source]
    pub source: io::Error,
}

/// Writes `cucumber.json`, `junit-report.xml`, `cucumber-report.html` and `summary.json`.
///
/// Each appears as a whole in place of the one before, so that it can be called after every scenario, and a process
/// that is killed leaves readable reports that call the run incomplete. It costs a few milliseconds for thousands of
/// events: percentiles are selected, not sorted, and plots are thinned out. One caller at a time for a directory.
///
/// # Errors
/// [`WriteReportError`] for the first report that cannot be written; those after it are not tried.
pub fn write_reports(directory: &Path, record: &RunRecord) -> Result<(), WriteReportError> {
    type Render = fn(&RunRecord) -> io::Result<String>;
    let reports: [(&str, Render); 4] = [
        (SUMMARY, |record| summary::summary_json(record).map_err(io::Error::other)),
        (CUCUMBER_JSON, |record| cucumber_json::cucumber_json(record).map_err(io::Error::other)),
        (JUNIT_REPORT, |record| junit::junit_report(record).map_err(io::Error::other)),
        (HTML_REPORT, |record| html::html_report(record).map_err(io::Error::other)),
    ];
    for (name, render) in reports {
        let path = directory.join(name);
        render(record)
            .and_then(|report| whole_file::write(&path, report.as_bytes()))
            .map_err(|source| WriteReportError { path, source })?;
    }
    Ok(())
}

/// Writes `metrics.prom`: the metrics at the end of the run, as whoever keeps them renders them.
///
/// # Errors
/// [`WriteReportError`] when it cannot be written.
pub fn write_metrics(directory: &Path, metrics: &str) -> Result<(), WriteReportError> {
    let path = directory.join(METRICS);
    whole_file::write(&path, metrics.as_bytes()).map_err(|source| WriteReportError { path, source })
}
