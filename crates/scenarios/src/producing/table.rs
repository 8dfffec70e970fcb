//! A table of events: a row an event, a column a field.

use serde_json::{Map, Value};
use test_probe_actors::dsl::TopicProducer;
use test_probe_directives::{FieldPlace, nearest};
use test_probe_encoding::{EncodeError, ValueTarget};

use crate::InvalidArgument;

#[cfg(test)]
mod tests;

/// A table, read as far as that goes without a schema.
///
/// A heading is a field's name or a JSONPath to it: `customer.name` makes an object, `lines[0].sku` a list. An empty
/// cell is a field that is not there. `@type`, `@correlation` and `@label` say what no field does: the CloudEvent type,
/// the correlation id, and what the scenario calls the event.
#[derive(Clone, Debug)]
pub(crate) struct EventTable {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

#[derive(Clone, Debug)]
enum Column {
    Type,
    Correlation,
    Label,
    Field(FieldPlace),
}

/// One row: what it says of the event, and the cells that make its value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub(crate) event_type: Option<String>,
    pub(crate) correlation: Option<String>,
    pub(crate) label: Option<String>,
    cells: Vec<Cell>,
}

/// A field's text, as it stands in the table, and which of its readings counts.
#[derive(Clone, Debug)]
struct Cell {
    place: FieldPlace,
    readings: Vec<Value>,
    chosen: usize,
}

impl EventTable {
    /// Reads a table, its heading first.
    pub(crate) fn read(rows: &[Vec<String>]) -> Result<Self, InvalidArgument> {
        let refused = |reason: String| InvalidArgument::Table { reason };
        let (heading, rows) =
            rows.split_first().filter(|(_, rows)| !rows.is_empty()).ok_or(InvalidArgument::NoTable)?;
        let columns: Vec<Column> =
            heading.iter().map(|text| Column::read(text)).collect::<Result<_, _>>().map_err(refused)?;
        let table = Self { columns, rows: rows.to_vec() };
        for (index, row) in table.rows().enumerate() {
            row.value().map_err(|reason| refused(format!("row {}: {reason}", index + 1)))?;
        }
        Ok(table)
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Row> {
        self.rows.iter().map(|cells| {
            let mut row = Row::default();
            for (column, text) in self.columns.iter().zip(cells).filter(|(_, text)| !text.is_empty()) {
                match column {
                    Column::Type => row.event_type = Some(text.clone()),
                    Column::Correlation => row.correlation = Some(text.clone()),
                    Column::Label => row.label = Some(text.clone()),
                    Column::Field(place) => {
                        row.cells.push(Cell { place: place.clone(), readings: readings(text), chosen: 0 });
                    }
                }
            }
            row
        })
    }
}

impl Column {
    fn read(text: &str) -> Result<Self, String> {
        const WORDS: [&str; 3] = ["@type", "@correlation", "@label"];
        match text {
            "@type" => Ok(Self::Type),
            "@correlation" => Ok(Self::Correlation),
            "@label" => Ok(Self::Label),
            word if word.starts_with('@') => {
                let hint = nearest(word, WORDS).map(|known| format!(", did you mean `{known}`?")).unwrap_or_default();
                Err(format!("column `{word}` means nothing{hint}; there are {}", WORDS.join(", ")))
            }
            path => FieldPlace::parse(path).map(Self::Field).map_err(|error| error.to_string()),
        }
    }
}

/// What a cell may mean, the likeliest first: `10` is a number, or else a text; `"10"` is only a text.
fn readings(text: &str) -> Vec<Value> {
    match serde_json::from_str(text) {
        Ok(Value::String(quoted)) => vec![Value::String(quoted)],
        Ok(value) => vec![value, Value::from(text)],
        Err(_) => vec![Value::from(text)],
    }
}

impl Row {
    /// The event's value with the readings that are chosen.
    pub(crate) fn value(&self) -> Result<Value, String> {
        let mut value = Value::Object(Map::new());
        for cell in &self.cells {
            cell.place.put(&mut value, cell.readings[cell.chosen].clone()).map_err(|error| error.to_string())?;
        }
        Ok(value)
    }

    /// The event's value, its cells typed by the schema: where a cell does not fit, its next reading is tried. A value
    /// that fits in no reading is given as it is; producing it says what does not fit.
    pub(crate) async fn typed(mut self, producer: &TopicProducer, target: &ValueTarget) -> Result<Value, String> {
        let Some(serdes) = producer.serdes() else { return self.value() };
        loop {
            let value = self.value()?;
            let encoded: Result<_, EncodeError> =
                serdes.resolving(|serdes| serdes.encode_json(target, &value, &mut Vec::new())).await;
            match encoded {
                Err(EncodeError::Json { source, .. }) if self.reread(&source.path) => {}
                _ => return Ok(value),
            }
        }
    }

    /// Chooses another reading of the cell that stands at the path, or in which it lies; `false` when there is none.
    fn reread(&mut self, path: &str) -> bool {
        let lies_in = |cell: &&mut Cell| {
            let rest = path.strip_prefix(cell.place.to_string().as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        match self.cells.iter_mut().find(lies_in) {
            Some(cell) if cell.chosen + 1 < cell.readings.len() => {
                cell.chosen += 1;
                true
            }
            _ => false,
        }
    }
}
