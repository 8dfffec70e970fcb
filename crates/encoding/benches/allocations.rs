//! How often each library allocates in a call, and how much: `cargo bench -p test-probe-encoding --bench allocations`.

#![allow(clippy::print_stdout, reason = "the figures are what this program is for")]
#![allow(clippy::unwrap_used, reason = "what fails here is this program's own doing")]
#![allow(unreachable_pub, reason = "the modules are shared with another program")]

#[path = "formats/cases.rs"]
mod cases;
#[path = "formats/table.rs"]
mod table;

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

use self::cases::Case;
use self::table::{Cell, render};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// After so many calls what grows once has grown.
const CALLS: usize = 100;

fn cell(mut case: Case) -> Cell {
    (0..CALLS).for_each(|_| (case.call)());
    let region = Region::new(ALLOCATOR);
    (0..CALLS).for_each(|_| (case.call)());
    let change = region.change();
    let calls = (change.allocations + change.reallocations) / CALLS;
    let text = match change.bytes_allocated / CALLS {
        0 => calls.to_string(),
        bytes => format!("{calls} ({bytes} B)"),
    };
    Cell { format: case.format, row: case.row, library: case.library, text }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let cells: Vec<Cell> = cases::all().await.into_iter().map(cell).collect();
    println!("{}", render(&cells));
}
