//! Tables whose rows are events: a column's heading is a field's name, or a path to it.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{REDACTED, Redaction};
use crate::FieldPlace;

/// The events that rows below a heading stand for: each row as a whole, and each of its cells alone, in case that the
/// columns do not go together.
pub(super) fn documents(rows: &[Vec<String>]) -> impl Iterator<Item = Value> {
    let (columns, rows) = match rows.split_first() {
        Some((heading, rows)) => (columns(heading), rows),
        None => (Vec::new(), rows),
    };
    rows.iter().flat_map(move |row| {
        let alone: Vec<Value> = columns.iter().zip(row).map(|(column, cell)| column.alone(reading(cell))).collect();
        std::iter::once(whole(&columns, row)).chain(alone)
    })
}

/// Hides what the rows should not show.
pub(super) fn hide(rows: &mut [Vec<String>], redaction: &Redaction) {
    let Some((heading, rows)) = rows.split_first_mut() else { return };
    let columns = columns(heading);
    for row in rows {
        let whole = redaction.applied(&whole(&columns, row)).into_owned();
        for (column, cell) in columns.iter().zip(row.iter_mut()) {
            let value = reading(cell);
            let alone = redaction.applied(&column.alone(value.clone())).into_owned();
            if [&whole, &alone].into_iter().any(|document| column.reached(document) == REDACTED) {
                REDACTED.clone_into(cell);
            } else if *column.reached(&alone) != value {
                // A document stands in the cell, and a part of it is hidden.
                *cell = column.reached(&alone).to_string();
            }
        }
        row.iter_mut().for_each(|cell| hide_text(cell, redaction));
    }
    heading.iter_mut().for_each(|cell| hide_text(cell, redaction));
}

fn hide_text(cell: &mut String, redaction: &Redaction) {
    if let Cow::Owned(hidden) = redaction.text(cell) {
        *cell = hidden;
    }
}

/// What a heading says of its cells.
enum Column {
    Field(FieldPlace),
    /// No field's name; but a path of the redaction may call it so.
    Named(String),
}

fn columns(heading: &[String]) -> Vec<Column> {
    let column = |text: &String| match FieldPlace::parse(text) {
        Ok(place) => Column::Field(place),
        Err(_) => Column::Named(text.clone()),
    };
    heading.iter().map(column).collect()
}

impl Column {
    /// An event with nothing but this cell.
    fn alone(&self, value: Value) -> Value {
        match self {
            Self::Field(place) => place.alone(value),
            Self::Named(name) => Value::Object(Map::from_iter([(name.clone(), value)])),
        }
    }

    fn reached<'a>(&self, document: &'a Value) -> &'a Value {
        match self {
            Self::Field(place) => place.reached(document),
            Self::Named(name) => document.get(name).unwrap_or(&Value::Null),
        }
    }
}

/// The event of a row, as far as its columns go together.
fn whole(columns: &[Column], row: &[String]) -> Value {
    let mut document = Value::Object(Map::new());
    for (column, cell) in columns.iter().zip(row) {
        if let Column::Field(place) = column {
            let _contradiction = place.put(&mut document, reading(cell));
        }
    }
    document
}

/// What a cell means: JSON, or else a text.
fn reading(cell: &str) -> Value {
    serde_json::from_str(cell).unwrap_or_else(|_| Value::from(cell))
}
