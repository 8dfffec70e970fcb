//! Random schemas with bytes that fit them, encoded by hand from the specification: lists and maps in several blocks,
//! with their sizes and without, as the library never writes them.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::binary;

#[derive(Clone, Debug)]
enum Shape {
    Simple(Value),
    Enum,
    Fixed(usize, Option<&'static str>),
    Array(Box<Shape>),
    Map(Box<Shape>),
    /// With null at its front, at its end, or without.
    Union(Vec<Shape>, Option<bool>),
    Record(Vec<Shape>, Option<&'static str>),
    /// A record that may hold itself.
    Chain,
}

/// A schema and the bytes of one value.
pub(super) fn schema_and_bytes() -> impl Strategy<Value = (Value, Vec<u8>)> {
    shape().prop_flat_map(|shape| {
        let mut names = Vec::new();
        let schema = schema(&shape, &mut names);
        bytes(&shape).prop_map(move |bytes| (schema.clone(), bytes))
    })
}

fn shape() -> impl Strategy<Value = Shape> {
    let simple = prop::sample::select(vec![
        json!("null"),
        json!("boolean"),
        json!("int"),
        json!("long"),
        json!("float"),
        json!("double"),
        json!("bytes"),
        json!("string"),
        json!({"type": "int", "logicalType": "date"}),
        json!({"type": "int", "logicalType": "time-millis"}),
        json!({"type": "long", "logicalType": "time-micros"}),
        json!({"type": "long", "logicalType": "timestamp-millis"}),
        json!({"type": "long", "logicalType": "timestamp-micros"}),
        json!({"type": "long", "logicalType": "timestamp-nanos"}),
        json!({"type": "long", "logicalType": "local-timestamp-millis"}),
        json!({"type": "long", "logicalType": "local-timestamp-micros"}),
        json!({"type": "long", "logicalType": "local-timestamp-nanos"}),
        json!({"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}),
        json!({"type": "bytes", "logicalType": "big-decimal"}),
        json!({"type": "bytes", "logicalType": "uuid"}),
    ]);
    let fixed = prop::sample::select(vec![
        (0, None),
        (3, None),
        (8, Some("u64")),
        (16, Some("u128")),
        (16, Some("i128")),
        (12, Some("duration")),
        (16, Some("uuid")),
        (4, Some("decimal")),
    ]);
    let leaf = prop_oneof![
        8 => simple.prop_map(Shape::Simple),
        1 => Just(Shape::Enum),
        1 => Just(Shape::Chain),
        2 => fixed.prop_map(|(size, is)| Shape::Fixed(size, is)),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let branches = prop::collection::vec(
            prop_oneof![
                Just(Shape::Simple(json!("int"))),
                Just(Shape::Simple(json!("string"))),
                Just(Shape::Enum),
                prop::collection::vec(inner.clone(), 0..3).prop_map(|fields| Shape::Record(fields, None)),
                inner.clone().prop_map(|field| Shape::Record(vec![field], Some("union_of_records"))),
            ],
            1..4,
        );
        prop_oneof![
            inner.clone().prop_map(|shape| Shape::Array(Box::new(shape))),
            inner.clone().prop_map(|shape| Shape::Map(Box::new(shape))),
            inner.clone().prop_map(|field| Shape::Record(vec![field], Some("union_of_records"))),
            (branches, any::<Option<bool>>()).prop_filter_map(
                "a union holds a simple type once",
                |(branches, null)| {
                    let simple =
                        |name: &str| branches.iter().filter(|b| matches!(b, Shape::Simple(s) if s == name)).count();
                    (simple("int") < 2 && simple("string") < 2).then(|| Shape::Union(branches.clone(), null))
                }
            ),
            (prop::collection::vec(inner, 0..4), any::<bool>())
                // The library does not come back from a tuple of one field.
                .prop_map(|(fields, is)| (is && fields.len() != 1, fields))
                .prop_map(|(is_tuple, fields)| Shape::Record(fields, is_tuple.then_some("tuple"))),
        ]
    })
}

/// The schema; `names` are those that it has so far.
fn schema(shape: &Shape, names: &mut Vec<String>) -> Value {
    let mut name = |called: Option<&str>| {
        let name =
            called.map_or_else(|| format!("T{}", names.len()), |called| format!("org.apache.avro.rust.{called}"));
        let is_known = called.is_some() && names.contains(&name);
        names.push(name.clone());
        (name, is_known)
    };
    match shape {
        Shape::Simple(schema) => schema.clone(),
        Shape::Enum => json!({"type": "enum", "name": name(None).0, "symbols": ["NEW", "PAID", "SENT"]}),
        Shape::Chain => {
            let (name, _) = name(None);
            json!({"type": "record", "name": name, "fields": [{"name": "next", "type": ["null", name]}]})
        }
        Shape::Fixed(size, is @ (None | Some("u64" | "u128" | "i128"))) => match name(*is) {
            (name, true) => json!(name),
            (name, false) => json!({"type": "fixed", "name": name, "size": size}),
        },
        Shape::Fixed(size, logical) => json!({
            "type": "fixed", "name": name(None).0, "size": size, "logicalType": logical, "precision": 5, "scale": 1
        }),
        Shape::Array(items) => json!({"type": "array", "items": schema(items, names)}),
        Shape::Map(values) => json!({"type": "map", "values": schema(values, names)}),
        Shape::Union(branches, null) => {
            let mut branches: Vec<Value> = branches.iter().map(|branch| schema(branch, names)).collect();
            match null {
                Some(true) => branches.insert(0, json!("null")),
                Some(false) => branches.push(json!("null")),
                None => {}
            }
            json!(branches)
        }
        Shape::Record(shapes, is) => {
            let (name, _) = name(None);
            let field = |(index, shape)| json!({"name": format!("f{index}"), "type": schema(shape, names)});
            let fields: Vec<Value> = shapes.iter().enumerate().map(field).collect();
            let mut schema = json!({"type": "record", "name": name, "fields": fields});
            if let Some(is) = is {
                schema[format!("org.apache.avro.rust.{is}")] = json!(true);
            }
            schema
        }
    }
}

fn long(number: i64) -> Vec<u8> {
    let mut out = Vec::new();
    binary::write_long(number, &mut out);
    out
}

fn with_length(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    binary::write_bytes(bytes, &mut out);
    out
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap()
}

/// Items in blocks, some with their size in bytes before them.
fn blocks(item: BoxedStrategy<Vec<u8>>) -> BoxedStrategy<Vec<u8>> {
    let block = (prop::collection::vec(item, 1..3), any::<bool>()).prop_map(|(items, with_size)| {
        let (number, bytes) = (count(items.len()), items.concat());
        if with_size { [long(-number), with_length(&bytes)].concat() } else { [long(number), bytes].concat() }
    });
    prop::collection::vec(block, 0..3).prop_map(|blocks| [blocks.concat(), vec![0]].concat()).boxed()
}

fn bytes(shape: &Shape) -> BoxedStrategy<Vec<u8>> {
    match shape {
        Shape::Simple(schema) => simple_bytes(schema),
        Shape::Enum => (0i64..3).prop_map(long).boxed(),
        Shape::Chain => (0usize..4).prop_map(|links| [vec![2; links], vec![0]].concat()).boxed(),
        Shape::Fixed(size, _) => prop::collection::vec(any::<u8>(), *size).boxed(),
        Shape::Array(items) => blocks(bytes(items)),
        Shape::Map(values) => {
            let entry = ("[a-zä ]{0,3}", bytes(values));
            blocks(entry.prop_map(|(key, value)| [with_length(key.as_bytes()), value].concat()).boxed())
        }
        Shape::Union(branches, null) => {
            let mut all: Vec<BoxedStrategy<Vec<u8>>> = branches.iter().map(bytes).collect();
            match null {
                Some(true) => all.insert(0, Just(Vec::new()).boxed()),
                Some(false) => all.push(Just(Vec::new()).boxed()),
                None => {}
            }
            let indexed = all
                .into_iter()
                .enumerate()
                .map(|(index, branch)| branch.prop_map(move |bytes| [long(count(index)), bytes].concat()).boxed());
            prop::strategy::Union::new(indexed.collect::<Vec<_>>()).boxed()
        }
        Shape::Record(fields, _) => {
            fields.iter().map(bytes).collect::<Vec<_>>().prop_map(|fields| fields.concat()).boxed()
        }
    }
}

fn simple_bytes(schema: &Value) -> BoxedStrategy<Vec<u8>> {
    match schema.as_str().or_else(|| schema.get("type")?.as_str()) {
        Some("null") => Just(Vec::new()).boxed(),
        Some("boolean") => (0u8..2).prop_map(|byte| vec![byte]).boxed(),
        // Small ones too, which fit into smaller numbers.
        Some("int") => prop_oneof![any::<i32>(), -200i32..300].prop_map(|number| long(number.into())).boxed(),
        Some("long") => prop_oneof![any::<i64>(), -200i64..300].prop_map(long).boxed(),
        Some("float") => any::<[u8; 4]>().prop_map(Vec::from).boxed(),
        Some("double") => any::<[u8; 8]>().prop_map(Vec::from).boxed(),
        Some("bytes") => any::<Vec<u8>>().prop_map(|bytes| with_length(&bytes)).boxed(),
        _ => prop_oneof!["\\PC", ".{0,20}"].prop_map(|text| with_length(text.as_bytes())).boxed(),
    }
}
