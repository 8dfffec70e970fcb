//! Random schemas with values that fit them.

use proptest::prelude::*;
use serde_json::{Map, Number, Value, json};

/// A schema without the names, which must differ within one schema and are given last.
#[derive(Clone, Debug)]
enum Shape {
    Simple(Value),
    Enum(Vec<&'static str>),
    Fixed(usize),
    Array(Box<Shape>),
    Map(Box<Shape>),
    Nullable(Box<Shape>),
    Record(Vec<Shape>),
}

/// A schema and a value in the form in which it is read back.
pub(super) fn schema_and_value() -> impl Strategy<Value = (Value, Value)> {
    shape().prop_flat_map(|shape| {
        let schema = named(&shape, &mut 0);
        value(&shape).prop_map(move |value| (schema.clone(), value))
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
        json!({"type": "long", "logicalType": "local-timestamp-millis"}),
        json!({"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}),
    ]);
    let leaf = prop_oneof![
        8 => simple.prop_map(Shape::Simple),
        1 => Just(Shape::Enum(vec!["NEW", "PAID", "SENT"])),
        1 => (0usize..4).prop_map(Shape::Fixed),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|shape| Shape::Array(Box::new(shape))),
            inner.clone().prop_map(|shape| Shape::Map(Box::new(shape))),
            inner.clone().prop_filter_map("a union holds null once and no union", |shape| {
                let takes_null =
                    matches!(&shape, Shape::Nullable(_)) || matches!(&shape, Shape::Simple(s) if s == "null");
                (!takes_null).then(|| Shape::Nullable(Box::new(shape)))
            }),
            prop::collection::vec(inner, 0..4).prop_map(Shape::Record),
        ]
    })
}

fn named(shape: &Shape, names: &mut u32) -> Value {
    let mut name = || {
        *names += 1;
        format!("T{names}")
    };
    match shape {
        Shape::Simple(schema) => schema.clone(),
        Shape::Enum(symbols) => json!({"type": "enum", "name": name(), "symbols": symbols}),
        Shape::Fixed(size) => json!({"type": "fixed", "name": name(), "size": size}),
        Shape::Array(items) => json!({"type": "array", "items": named(items, names)}),
        Shape::Map(values) => json!({"type": "map", "values": named(values, names)}),
        Shape::Nullable(other) => json!(["null", named(other, names)]),
        Shape::Record(shapes) => {
            let name = name();
            let fields: Vec<Value> = shapes
                .iter()
                .enumerate()
                .map(|(index, shape)| json!({"name": format!("f{index}"), "type": named(shape, names)}))
                .collect();
            json!({"type": "record", "name": name, "namespace": "com.acme", "fields": fields})
        }
    }
}

fn value(shape: &Shape) -> BoxedStrategy<Value> {
    match shape {
        Shape::Simple(schema) => simple_value(schema),
        Shape::Enum(symbols) => prop::sample::select(symbols.clone()).prop_map(Value::from).boxed(),
        Shape::Fixed(size) => bytes_text(prop::collection::vec(any::<u8>(), *size)),
        Shape::Array(items) => prop::collection::vec(value(items), 0..4).prop_map(Value::from).boxed(),
        // The witness keeps maps in an order of its own, so that only one entry has a sure place.
        Shape::Map(values) => prop::collection::btree_map("[a-z ]{0,3}", value(values), 0..2)
            .prop_map(|entries| Value::Object(entries.into_iter().collect()))
            .boxed(),
        Shape::Nullable(other) => prop_oneof![Just(Value::Null), value(other)].boxed(),
        Shape::Record(shapes) => shapes
            .iter()
            .map(value)
            .collect::<Vec<_>>()
            .prop_map(|values| {
                let fields = values.into_iter().enumerate().map(|(index, value)| (format!("f{index}"), value));
                Value::Object(fields.collect::<Map<_, _>>())
            })
            .boxed(),
    }
}

fn simple_value(schema: &Value) -> BoxedStrategy<Value> {
    let logical = schema.get("logicalType").and_then(Value::as_str);
    let kind = schema.as_str().or_else(|| schema.get("type")?.as_str());
    match (kind, logical) {
        (_, Some("decimal")) => {
            (-999_999_999i32..=999_999_999).prop_map(|cents| json!(f64::from(cents) / 100.0)).boxed()
        }
        (Some("null"), _) => Just(Value::Null).boxed(),
        (Some("boolean"), _) => any::<bool>().prop_map(Value::from).boxed(),
        (Some("int"), _) => any::<i32>().prop_map(Value::from).boxed(),
        (Some("long"), _) => any::<i64>().prop_map(Value::from).boxed(),
        (Some("float"), _) => any::<f32>().prop_map(|number| float(&number.to_string())).boxed(),
        (Some("double"), _) => any::<f64>().prop_map(|number| float(&number.to_string())).boxed(),
        (Some("bytes"), _) => bytes_text(any::<Vec<u8>>()),
        _ => any::<String>().prop_map(Value::from).boxed(),
    }
}

fn float(text: &str) -> Value {
    match text {
        "inf" => json!("Infinity"),
        "-inf" => json!("-Infinity"),
        "NaN" => json!("NaN"),
        number => Number::from_f64(number.parse().unwrap()).map(Value::Number).unwrap(),
    }
}

fn bytes_text(bytes: impl Strategy<Value = Vec<u8>> + 'static) -> BoxedStrategy<Value> {
    bytes.prop_map(|bytes| Value::from(bytes.into_iter().map(char::from).collect::<String>())).boxed()
}
