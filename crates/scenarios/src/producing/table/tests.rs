use proptest::prelude::*;
use serde_json::json;

use super::*;

fn table(rows: &[&[&str]]) -> Result<EventTable, String> {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
    EventTable::read(&rows).map_err(|error| error.to_string())
}

fn values(rows: &[&[&str]]) -> Vec<Value> {
    table(rows).unwrap().rows().map(|row| row.value().unwrap()).collect()
}

#[test]
fn headings_make_objects_and_lists() {
    let values = values(&[
        &["orderId", "customer.name", "$.customer.vip", "lines[0].sku", "lines[1].sku"],
        &["A-1", "Ann", "true", "x", "y"],
        &["A-2", "", "", "z", ""],
    ]);
    assert_eq!(
        values,
        [
            json!({"orderId": "A-1", "customer": {"name": "Ann", "vip": true}, "lines": [{"sku": "x"}, {"sku": "y"}]}),
            json!({"orderId": "A-2", "lines": [{"sku": "z"}]}),
        ]
    );
}

#[test]
fn cells_are_read_as_json_or_else_as_text() {
    let values = values(&[&["a"], &["10"], &["\"10\""], &["007"], &["null"], &["[1]"], &["two words"]]);
    let cells: Vec<Value> = values.into_iter().map(|value| value["a"].clone()).collect();
    assert_eq!(cells, [json!(10), json!("10"), json!("007"), json!(null), json!([1]), json!("two words")]);
}

#[test]
fn some_columns_say_what_no_field_does() {
    let table =
        table(&[&["@type", "@correlation", "@label", "a"], &["Order", "c-1", "first", "1"], &["", "", "", "2"]])
            .unwrap();
    let rows: Vec<_> =
        table.rows().map(|row| (row.event_type.clone(), row.correlation.clone(), row.label.clone())).collect();
    assert_eq!(rows, [(Some("Order".into()), Some("c-1".into()), Some("first".into())), (None, None, None)]);
    assert_eq!(table.rows().next().unwrap().value().unwrap(), json!({"a": 1}));
}

#[test]
fn another_reading_is_tried_where_the_first_does_not_fit() {
    let mut row = table(&[&["a", "b.c"], &["10", "{\"x\": 1}"]]).unwrap().rows().next().unwrap();
    assert!(row.reread("$.a") && !row.reread("$.a"), "a number, then a text, then nothing more");
    assert!(row.reread("$.b.c.x"), "what lies in a cell is the cell's");
    assert!(!row.reread("$.bc") && !row.reread("$"));
    assert_eq!(row.value().unwrap(), json!({"a": "10", "b": {"c": "{\"x\": 1}"}}));
}

#[test]
fn what_cannot_be_read_is_refused_with_its_column() {
    let refused = |rows: &[&[&str]]| table(rows).unwrap_err();
    for (rows, message) in [
        (
            &[&["@typ"] as &[&str], &["x"]] as &[&[&str]],
            "the table cannot be read: column `@typ` means nothing, did you mean `@type`?; there are @type, @correlation, \
             @label",
        ),
        (
            &[&["a..b"], &["1"]],
            "the table cannot be read: column `a..b` is no field; write such as customer.name or lines[0].sku",
        ),
        (
            &[&["a[x]"], &["1"]],
            "the table cannot be read: column `a[x]` is no field; write such as customer.name or lines[0].sku",
        ),
        (&[&["a", "a.b"], &["1", "2"]], "the table cannot be read: row 1: column `$.a.b` contradicts another column"),
        (&[&["a.b", "a"], &["1", "2"]], "the table cannot be read: row 1: column `$.a` contradicts another column"),
        (
            &[&["a[0]", "a[1]"], &["", "2"]],
            "the table cannot be read: row 1: column `$.a[1]` has a value, but the element before it has none",
        ),
        (&[&["a"]], "the step needs a table below it, with a heading and a row for each event"),
    ] {
        assert_eq!(refused(rows), message);
    }
}

proptest! {
    #[test]
    fn no_table_panics(heading in prop::collection::vec("[a-c.$@\\[\\]0-2]{0,6}", 1..4), cell in "\\PC{0,6}") {
        let row = vec![cell; heading.len()];
        let _table = EventTable::read(&[heading, row]);
    }
}
