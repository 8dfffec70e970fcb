use apache_avro::schema::ResolvedSchema;
use serde_json::json;

use super::*;

fn read_as(schema: &Value, bytes: &[u8]) -> Result<Value, String> {
    let schema = Schema::parse(schema).unwrap();
    let resolved = ResolvedSchema::new(&schema).unwrap();
    read(&schema, resolved.get_names(), &mut { bytes }).map_err(|malformed| malformed.to_string())
}

#[test]
fn damage_is_named_with_its_place() {
    let schema = json!({"type": "record", "name": "Order", "fields": [
        {"name": "id", "type": "string"},
        {"name": "items", "type": {"type": "array", "items": "boolean"}},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A"]}},
        {"name": "note", "type": ["null", "string"]},
    ]});
    let head = [2, b'x', 2, 1, 0];
    assert_eq!(
        read_as(&schema, &[&head[..], &[0, 0]].concat()),
        Ok(json!({"id": "x", "items": [true], "kind": "A", "note": null}))
    );
    for (bytes, message) in [
        (vec![200, 1, b'x'], "$.id: 100 bytes are wanted, 1 bytes before the payload's end"),
        (vec![1], "$.id: a length is -1, 0 bytes before the payload's end"),
        (vec![2, 0xff], "$.id: a string is not UTF-8, 0 bytes before the payload's end"),
        (vec![2, b'x', 4, 1, 7], "$.items[1]: a boolean is neither 0 nor 1, 0 bytes before the payload's end"),
        ([&head[..], &[2, 0]].concat(), "$.kind: enum Kind has no such symbol, 1 bytes before the payload's end"),
        ([&head[..], &[0, 4]].concat(), "$.note: the union has no such branch, 0 bytes before the payload's end"),
        ([&head[..], &[0]].concat(), "$.note: a number is cut off or too long, 0 bytes before the payload's end"),
    ] {
        assert_eq!(read_as(&schema, &bytes), Err(message.to_owned()));
    }
    assert_eq!(
        read_as(&json!("int"), &[0xff, 0xff, 0xff, 0xff, 0x7f]),
        Err("$: an int has more than 32 bits, 0 bytes before the payload's end".into())
    );
    assert_eq!(read_as(&json!("double"), &[0]), Err("$: 8 bytes are wanted, 1 bytes before the payload's end".into()));
}

#[test]
fn a_block_may_say_its_size() {
    let array = json!({"type": "array", "items": "int"});
    // Two items in 2 bytes, then one item, then the end.
    assert_eq!(read_as(&array, &[3, 4, 2, 4, 2, 6, 0]), Ok(json!([1, 2, 3])));
}

#[test]
fn a_list_of_nothing_cannot_claim_endless_items() {
    let array = json!({"type": "array", "items": "null"});
    assert_eq!(read_as(&array, &[6, 0]), Ok(json!([null, null, null])));
    let mut endless = Vec::new();
    binary::write_long(i64::MAX, &mut endless);
    assert_eq!(
        read_as(&array, &endless),
        Err("$: there are more than 65536 items and records without bytes, 0 bytes before the payload's end".into())
    );
}

#[test]
fn depth_is_limited() {
    let schema = json!({"type": "record", "name": "Node", "fields": [{"name": "next", "type": ["null", "Node"]}]});
    assert!(read_as(&schema, &[2, 2, 0]).is_ok());
    let message = read_as(&schema, &[2; 1_000_000]).unwrap_err();
    assert!(message.contains(": objects and lists lie more than 128 deep in one another, "), "{message}");
}

#[test]
fn a_float_reads_as_it_was_written() {
    assert_eq!(read_as(&json!("float"), &0.1f32.to_le_bytes()), Ok(json!(0.1)));
    assert_eq!(read_as(&json!("double"), &0.1f64.to_le_bytes()), Ok(json!(0.1)));
}
