//! Figures as Markdown, one table a format.

use std::fmt::Write;

use crate::cases::LIBRARIES;

pub struct Cell {
    pub format: &'static str,
    pub row: String,
    pub library: &'static str,
    pub text: String,
}

pub fn render(cells: &[Cell]) -> String {
    let mut out = String::new();
    let mut formats: Vec<&str> = cells.iter().map(|cell| cell.format).collect();
    formats.dedup();
    for format in formats {
        let cells: Vec<&Cell> = cells.iter().filter(|cell| cell.format == format).collect();
        let columns: Vec<&str> =
            LIBRARIES.into_iter().filter(|library| cells.iter().any(|cell| cell.library == *library)).collect();
        let mut rows: Vec<&str> = cells.iter().map(|cell| &*cell.row).collect();
        rows.dedup();
        writeln!(out, "\n| {format} | {} |\n|---|{}", columns.join(" | "), "---:|".repeat(columns.len())).unwrap();
        for row in rows {
            write!(out, "| {row} |").unwrap();
            for column in &columns {
                let cell = cells.iter().find(|cell| cell.row == row && cell.library == *column);
                write!(out, " {} |", cell.map_or("", |cell| &*cell.text)).unwrap();
            }
            out.push('\n');
        }
    }
    out
}
