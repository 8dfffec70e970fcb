//! The evidence of told runs, as files and as reports.
#![allow(clippy::unwrap_used, reason = "a test ends where its story cannot go on, helpers included")]

mod arbitrary;
mod cucumber_json;
mod figures;
mod golden;
mod html;
mod junit;
mod ledger;
mod metadata;
mod payloads;
mod recompute;
mod redaction;
mod replay;
mod runs;
mod story;
mod verdicts;
mod write_reports;
