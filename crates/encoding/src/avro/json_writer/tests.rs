use apache_avro::schema::ResolvedSchema;
use serde_json::json;

use super::super::json_reader;
use super::*;

#[track_caller]
fn write_as(schema: &Value, value: &Value) -> Result<Vec<u8>, String> {
    let schema = Schema::parse(schema).unwrap();
    let resolved = ResolvedSchema::new(&schema).unwrap();
    let mut out = Vec::new();
    write(&schema, resolved.get_names(), value, &mut out).map_err(|mismatch| mismatch.to_string())?;
    Ok(out)
}

/// The plain JSON that is read back.
#[track_caller]
fn through(schema: &Value, value: &Value) -> Value {
    let bytes = write_as(schema, value).unwrap();
    let schema = Schema::parse(schema).unwrap();
    let resolved = ResolvedSchema::new(&schema).unwrap();
    json_reader::read(&schema, resolved.get_names(), &mut bytes.as_slice()).unwrap()
}

fn logical(kind: &str, logical: &str) -> Value {
    json!({"type": kind, "logicalType": logical})
}

fn record(name: &str, fields: &Value) -> Value {
    json!({"type": "record", "name": name, "namespace": "com.acme", "fields": fields})
}

#[test]
fn what_does_not_fit_is_named_with_its_place_and_the_schemas_wish() {
    let schema = record(
        "Order",
        &json!([{"name": "items", "type": {"type": "array", "items": record("Item", &json!([
            {"name": "sku", "type": "string"},
            {"name": "n", "type": "int"},
        ]))}}]),
    );
    assert_eq!(
        write_as(&schema, &json!({"items": [{"sku": "a", "n": 1}, {"sku": 5, "n": 1}]})),
        Err("$.items[1].sku: 5 does not fit; the schema wants a string".into())
    );
    assert_eq!(
        write_as(&schema, &json!({"items": [{"sku": "a", "n": 2_147_483_648_i64}]})),
        Err("$.items[0].n: 2147483648 does not fit; the schema wants an int, a whole number of 32 bits".into())
    );
    assert_eq!(
        write_as(&schema, &json!({"items": {"sku": "a"}})),
        Err("$.items: {\"sku\":\"a\"} does not fit; the schema wants an array of com.acme.Item".into())
    );
    assert_eq!(write_as(&schema, &json!([])), Err("$: [] does not fit; the schema wants record com.acme.Order".into()));
}

#[test]
fn a_missing_field_takes_its_default_or_is_an_error() {
    let schema = record(
        "Order",
        &json!([
            {"name": "id", "type": "string"},
            {"name": "note", "type": ["null", "string"]},
            {"name": "n", "type": "int", "default": 7},
            {"name": "tags", "type": {"type": "array", "items": "string"}, "default": ["a"]},
            {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A", "B"]}, "default": "B"},
            {"name": "raw", "type": "bytes", "default": "\u{ff}"},
            {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2},
             "default": "\u{1}"},
            {"name": "some", "type": ["double", "long"], "default": 5},
        ]),
    );
    assert_eq!(
        through(&schema, &json!({"id": "x", "note": null})),
        json!({"id": "x", "note": null, "n": 7, "tags": ["a"], "kind": "B", "raw": "ÿ", "amount": 0.01, "some": 5.0})
    );
    assert_eq!(
        write_as(&schema, &json!({"note": null})),
        Err("$: field `id` of record com.acme.Order is missing and has no default".into())
    );
    assert_eq!(
        write_as(&schema, &json!({"id": "x"})),
        Err("$: field `note` of record com.acme.Order is missing and has no default; null is allowed, but must be \
             written"
            .into())
    );
}

#[test]
fn an_unknown_field_is_an_error_with_the_nearest_one() {
    let schema = record("Order", &json!([{"name": "customerId", "type": "string"}]));
    assert_eq!(
        write_as(&schema, &json!({"custmerId": "x"})),
        Err("$: record com.acme.Order has no field `custmerId`; did you mean `customerId`?".into())
    );
    assert_eq!(
        write_as(&schema, &json!({"customerId": "x", "zz": 1})),
        Err("$: record com.acme.Order has no field `zz`".into())
    );
}

#[test]
fn numbers_keep_their_kind_and_range() {
    for (schema, good, bad) in [
        ("int", json!(-2_147_483_648), json!(1.0)),
        ("long", json!(i64::MAX), json!(9_223_372_036_854_775_808_u64)),
        ("long", json!(0), json!("0")),
        ("double", json!(1), json!("one")),
        ("float", json!(0.1), json!(1e39)),
        ("boolean", json!(true), json!(1)),
        ("null", json!(null), json!(0)),
        ("string", json!("x"), json!(null)),
        ("bytes", json!("\u{0}\u{ff}"), json!("€")),
    ] {
        assert!(write_as(&json!(schema), &good).is_ok(), "{schema} {good}");
        assert!(write_as(&json!(schema), &bad).is_err(), "{schema} {bad}");
    }
    for word in ["NaN", "Infinity", "-Infinity"] {
        assert_eq!(through(&json!("double"), &json!(word)), json!(word));
        assert_eq!(through(&json!("float"), &json!(word)), json!(word));
    }
}

#[test]
fn an_enum_takes_its_symbols_and_names_them() {
    let schema = json!({"type": "enum", "name": "Status", "symbols": ["NEW", "PAID"]});
    assert_eq!(write_as(&schema, &json!("PAID")), Ok(vec![2]));
    assert_eq!(
        write_as(&schema, &json!("PAYED")),
        Err("$: \"PAYED\" does not fit; the schema wants one of NEW, PAID (enum Status)".into())
    );
}

#[test]
fn fixed_takes_text_of_its_length() {
    let schema = json!({"type": "fixed", "name": "Two", "size": 2});
    assert_eq!(write_as(&schema, &json!("\u{1}\u{fe}")), Ok(vec![1, 0xfe]));
    assert_eq!(
        write_as(&schema, &json!("abc")),
        Err("$: \"abc\" does not fit; the schema wants fixed Two, a text of 2 characters U+0000 to U+00FF, one a byte"
            .into())
    );
}

#[test]
fn dates_and_times_are_numbers_or_texts() {
    for (kind, name, text, number) in [
        ("int", "date", "2026-01-31", 20_484_i64),
        ("int", "date", "1969-12-31", -1),
        ("int", "time-millis", "08:00:00.2509", 28_800_250),
        ("long", "time-micros", "23:59:59", 86_399_000_000),
        ("long", "timestamp-millis", "2026-01-31T09:00:00.250999+01:00", 1_769_846_400_250),
        ("long", "timestamp-micros", "2026-01-31T08:00:00.250999Z", 1_769_846_400_250_999),
        ("long", "timestamp-nanos", "1970-01-01T00:00:00.000000001Z", 1),
        ("long", "timestamp-millis", "1969-12-31T23:59:59.9999Z", -1),
        ("long", "local-timestamp-millis", "2026-01-31T08:00:00.25", 1_769_846_400_250),
        ("long", "local-timestamp-micros", "2026-01-31T08:00:00", 1_769_846_400_000_000),
        ("long", "local-timestamp-nanos", "1970-01-01T00:00:01", 1_000_000_000),
    ] {
        assert_eq!(through(&logical(kind, name), &json!(text)), json!(number), "{name} {text}");
        assert_eq!(through(&logical(kind, name), &json!(number)), json!(number), "{name} {number}");
    }
    for (kind, name, text) in [
        ("int", "date", "31.01.2026"),
        ("int", "date", "2026-02-30"),
        ("int", "time-millis", "8 o'clock"),
        ("long", "timestamp-millis", "2026-01-31T08:00:00"),
        ("long", "timestamp-nanos", "9999-01-31T08:00:00Z"),
        ("long", "local-timestamp-millis", "2026-01-31T08:00:00Z"),
    ] {
        assert!(write_as(&logical(kind, name), &json!(text)).is_err(), "{name} {text}");
    }
    assert_eq!(
        write_as(&logical("long", "timestamp-millis"), &json!("today")),
        Err("$: \"today\" does not fit; the schema wants a timestamp such as \"2026-01-31T08:00:00Z\", or its \
             milliseconds since 1970"
            .into())
    );
}

#[test]
fn decimals_are_numbers_or_texts_within_precision_and_scale() {
    let bytes = json!({"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2});
    let fixed = json!({
        "type": {"type": "fixed", "name": "D", "size": 4}, "logicalType": "decimal", "precision": 6, "scale": 2,
    });
    // 1234 is 0x04d2, -50 is 0xce.
    assert_eq!(write_as(&bytes, &json!(12.34)), Ok(vec![4, 0x04, 0xd2]));
    assert_eq!(write_as(&bytes, &json!("12.340")), Ok(vec![4, 0x04, 0xd2]));
    assert_eq!(write_as(&fixed, &json!("-0.5")), Ok(vec![0xff, 0xff, 0xff, 0xce]));
    assert_eq!(through(&fixed, &json!(-9999.99)), json!(-9999.99));
    assert_eq!(
        write_as(&bytes, &json!(12.345)),
        Err("$: 12.345 does not fit; the schema wants a decimal of at most 6 digits, 2 of them after the point, as a \
             number or a text such as \"12.5\""
            .into())
    );
    assert_eq!(through(&logical("bytes", "big-decimal"), &json!("1234.5678")), json!(1234.5678));
}

#[test]
fn uuids_and_durations_are_readable() {
    let uuid = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
    let fixed = json!({"type": {"type": "fixed", "name": "U", "size": 16}, "logicalType": "uuid"});
    assert_eq!(through(&fixed, &json!(uuid)), json!(uuid));
    assert_eq!(through(&logical("string", "uuid"), &json!(uuid)), json!(uuid));
    assert!(write_as(&logical("string", "uuid"), &json!("order-1")).is_err());
    let duration = json!({"type": {"type": "fixed", "name": "D", "size": 12}, "logicalType": "duration"});
    assert_eq!(write_as(&duration, &json!({"days": 2, "millis": 256})), Ok(vec![0, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0, 0]));
    assert_eq!(through(&duration, &json!({"months": 1})), json!({"months": 1, "days": 0, "millis": 0}));
    assert_eq!(
        write_as(&duration, &json!({"hours": 1})),
        Err("$: {\"hours\":1} does not fit; the schema wants a duration such as {\"months\": 1, \"days\": 2, \
             \"millis\": 500}"
            .into())
    );
}

#[test]
fn a_union_takes_the_branch_of_the_values_type() {
    let status = json!({"type": "enum", "name": "Status", "symbols": ["NEW"]});
    let union = json!(["null", "double", "int", "long", status, "string", "bytes", {"type": "array", "items": "int"}]);
    for (value, branch) in [
        (json!(null), 0),
        (json!(1.5), 1),
        (json!(5), 2),
        (json!(5_000_000_000_i64), 3),
        (json!("NEW"), 4),
        (json!("OLD"), 5),
        (json!([1]), 7),
    ] {
        assert_eq!(write_as(&union, &value).unwrap()[0], branch * 2, "{value}");
        assert_eq!(through(&union, &value), value);
    }
    assert_eq!(
        write_as(&union, &json!(true)),
        Err("$: true does not fit; the schema wants null, double, int, long, Status, string, bytes or array".into())
    );
    let both = json!(["bytes", {"type": "long", "logicalType": "timestamp-millis"}]);
    assert_eq!(write_as(&both, &json!("2026-01-31T08:00:00Z")).unwrap()[0], 2, "a time goes before bytes");
}

#[test]
fn a_union_takes_the_form_that_says_the_branch() {
    let union = json!(["null", "int", "long", record("A", &json!([{"name": "x", "type": "int"}]))]);
    assert_eq!(write_as(&union, &json!({"long": 5})), Ok(vec![4, 10]));
    assert_eq!(write_as(&union, &json!({"com.acme.A": {"x": 1}})), Ok(vec![6, 2]));
    assert_eq!(write_as(&union, &json!({"A": {"x": 1}})), Ok(vec![6, 2]));
    assert_eq!(write_as(&union, &json!({"x": 1})), Ok(vec![6, 2]));
    assert_eq!(
        write_as(&union, &json!({"long": "five"})),
        Err("$.long: \"five\" does not fit; the schema wants a long, a whole number of 64 bits".into())
    );
    let map = json!(["null", {"type": "map", "values": "string"}]);
    assert_eq!(through(&map, &json!({"string": "x"})), json!({"string": "x"}), "no branch is called so");
    let text_or_map = json!(["string", {"type": "map", "values": "int"}]);
    assert_eq!(through(&text_or_map, &json!({"string": 1})), json!({"string": 1}), "the named branch does not take it");
}

#[test]
fn an_object_goes_to_the_one_record_that_takes_it() {
    let a = record("A", &json!([{"name": "x", "type": "int"}]));
    let b = record("B", &json!([{"name": "x", "type": "int"}, {"name": "y", "type": "int", "default": 0}]));
    let union = json!([a, b, {"type": "map", "values": "int"}]);
    assert_eq!(write_as(&union, &json!({"x": 1, "y": 2})), Ok(vec![2, 2, 4]));
    assert_eq!(
        write_as(&union, &json!({"x": 1})),
        Err("$: the object fits more than one record of the union; say which: {\"com.acme.A\": …} or \
             {\"com.acme.B\": …}"
            .into())
    );
    assert_eq!(write_as(&union, &json!({"com.acme.B": {"x": 1}})), Ok(vec![2, 2, 0]));
    assert_eq!(through(&union, &json!({"z": 1})), json!({"z": 1}), "the map takes what no record takes");
    assert_eq!(
        write_as(&union, &json!({"z": "no"})),
        Err(
            "$: {\"z\":\"no\"} does not fit; the schema wants record com.acme.A, or record com.acme.B, or a map of int"
                .into()
        )
    );
}

#[test]
fn the_only_record_of_a_union_says_what_is_wrong_inside_it() {
    let schema = record(
        "Order",
        &json!([{
            "name": "customer",
            "type": ["null", record("Customer", &json!([{"name": "id", "type": "string"}]))],
        }]),
    );
    assert_eq!(
        write_as(&schema, &json!({"customer": {"id": 5}})),
        Err("$.customer.id: 5 does not fit; the schema wants a string".into())
    );
}

#[test]
fn a_type_is_named_again_where_it_is_used_again() {
    let schema = record(
        "Node",
        &json!([{"name": "value", "type": "int"}, {"name": "next", "type": ["null", "Node"], "default": null}]),
    );
    let list = json!({"value": 1, "next": {"value": 2, "next": null}});
    assert_eq!(write_as(&schema, &json!({"value": 1, "next": {"value": 2}})), Ok(vec![2, 2, 4, 0]));
    assert_eq!(through(&schema, &list), list);
}

#[test]
fn depth_is_limited() {
    let schema = record("Node", &json!([{"name": "next", "type": ["null", "Node"]}]));
    let mut list = json!({"next": null});
    for _ in 0..MAX_DEPTH + 1 {
        list = json!({"next": list});
    }
    let message = write_as(&schema, &list).unwrap_err();
    assert!(message.ends_with(": objects and lists lie more than 128 deep in one another"), "{message}");
}

#[test]
fn a_maps_entries_keep_the_documents_order() {
    let map = json!({"type": "map", "values": "int"});
    assert_eq!(write_as(&map, &json!({"b": 1, "a": 2})), Ok(vec![4, 2, b'b', 2, 2, b'a', 4, 0]));
    assert_eq!(write_as(&map, &json!({})), Ok(vec![0]));
}

#[test]
fn a_long_value_is_cut_in_the_message() {
    let message = write_as(&json!("int"), &json!("x".repeat(1000))).unwrap_err();
    assert!(message.starts_with("$: \"xxx") && message.contains("x… does not fit") && message.len() < 200, "{message}");
}
