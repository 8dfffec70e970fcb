//! What the factory costs above the bare codec, and what decoding and JSON cost: `cargo bench -p test-probe-encoding`.
//!
//! Each figure is the median of many rounds; only ratios of one run count.

#![allow(clippy::print_stdout, reason = "the figures are what this program is for")]
#![allow(clippy::unwrap_used, reason = "what fails here is this program's own doing")]

use std::hint::black_box;
use std::sync::Arc;

use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::writer::datum::GenericDatumWriter;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::json;
use test_probe_directives::{Format, KeyFormat, TopicName, WallClock};
use test_probe_encoding::{
    CloudEvent, CorrelationId, KeyTarget, RegisteredSchema, RegistryError, RegistryFailure, RegistryRequest,
    SchemaCatalog, SchemaId, SchemaRegistry, SchemaText, SerdesFactory, SerdesSettings, ValueTarget,
};
use tokio::time::Instant;

const SCHEMA: &str = r#"{"type":"record","name":"OrderCreated","namespace":"com.acme","fields":[
    {"name":"orderId","type":"string"},{"name":"customerId","type":"string"},{"name":"amount","type":"double"},
    {"name":"currency","type":"string"},{"name":"createdAt","type":"long"},{"name":"note","type":["null","string"]}]}"#;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrderCreated {
    order_id: String,
    customer_id: String,
    amount: f64,
    currency: String,
    created_at: i64,
    note: Option<String>,
}

/// Gives ids and keeps nothing; for keys nothing is registered, so that their own schema is.
#[derive(Debug)]
struct AnyRegistry;

#[async_trait]
impl SchemaRegistry for AnyRegistry {
    fn url(&self) -> &str {
        "none"
    }

    async fn register(&self, _: &str, schema: &SchemaText, _: bool) -> Result<SchemaId, RegistryError> {
        Ok(SchemaId::new(if schema.text.contains("CloudEvent") { 1 } else { 2 }))
    }

    async fn look_up(&self, subject: &str, schema: &SchemaText, _: bool) -> Result<RegisteredSchema, RegistryError> {
        Ok(RegisteredSchema { subject: subject.into(), version: 1, id: SchemaId::new(2), schema: schema.clone() })
    }

    async fn by_id(&self, _: SchemaId) -> Result<SchemaText, RegistryError> {
        Ok(SchemaText::new(Format::Avro, SCHEMA))
    }

    async fn latest(&self, subject: &str) -> Result<RegisteredSchema, RegistryError> {
        if subject.contains("CloudEvent") {
            let request = RegistryRequest::Latest { subject: subject.into() };
            return Err(RegistryError::new(request, self.url(), RegistryFailure::SubjectNotFound));
        }
        self.look_up(subject, &SchemaText::new(Format::Avro, SCHEMA), false).await
    }

    async fn version(&self, subject: &str, _: u32) -> Result<RegisteredSchema, RegistryError> {
        self.latest(subject).await
    }

    async fn subjects(&self, prefix: &str) -> Result<Vec<String>, RegistryError> {
        Ok(vec![format!("{prefix}com.acme.OrderCreated")])
    }
}

const ROUNDS: usize = 101;
const CALLS: u32 = 5_000;

/// Nanoseconds per call over one round.
fn round(work: &mut dyn FnMut()) -> f64 {
    let start = Instant::now();
    (0..CALLS).for_each(|_| work());
    start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn measure(name: &str, mut work: impl FnMut()) {
    let figure = median((0..ROUNDS).map(|_| round(&mut work)).collect());
    println!("{name:<40} {figure:>8.1} ns");
}

/// Measures in turns, so that whatever else the machine does meets both alike.
fn compare(name: &str, mut bare: impl FnMut(), mut work: impl FnMut()) {
    let rounds: Vec<(f64, f64)> = (0..ROUNDS).map(|_| (round(&mut bare), round(&mut work))).collect();
    let bare = median(rounds.iter().map(|(bare, _)| *bare).collect());
    let work = median(rounds.iter().map(|(_, work)| *work).collect());
    let ratio = median(rounds.iter().map(|(bare, work)| work / bare).collect());
    println!("{name:<40} {work:>8.1} ns, bare codec {bare:>8.1} ns, ratio {ratio:>5.2}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let order = OrderCreated {
        order_id: "3f2504e0-4f89-41d3-9a0c-0305e82c3301".into(),
        customer_id: "customer-000017".into(),
        amount: 129.95,
        currency: "EUR".into(),
        created_at: 1_769_846_400_250,
        note: Some("leave it with the neighbour, please".into()),
    };
    let key = CloudEvent::new("OrderCreated", CorrelationId::from_label("order-1"), WallClock::system());
    let topic = TopicName::new("orders").unwrap();
    let (values, keys) = (ValueTarget::new(topic.clone()), KeyTarget::new(topic, KeyFormat::CloudEvent));
    let factory = |settings, files: &[(&str, &str)]| {
        let catalog = SchemaCatalog::parse(files.iter().copied()).unwrap();
        SerdesFactory::new(Arc::new(AnyRegistry), catalog, settings, WallClock::system())
    };
    let fixed = factory(SerdesSettings::default().with_auto_register(true), &[("OrderCreated.avsc", SCHEMA)]);
    let latest = factory(SerdesSettings::default(), &[]);

    let mut out = Vec::with_capacity(1024);
    for factory in [&fixed, &latest] {
        factory.resolving(|factory| factory.encode_value(&values, &order, &mut out)).await.unwrap();
    }
    fixed.resolving(|factory| factory.encode_key(&keys, &key, &mut out)).await.unwrap();

    let schema = Schema::parse_str(SCHEMA).unwrap();
    let writer = GenericDatumWriter::builder(&schema).human_readable(false).build().unwrap();
    let reader = GenericDatumReader::builder(&schema).human_readable(false).build().unwrap();

    for (name, factory) in [("encode_value, registered schema", &fixed), ("encode_value, latest schema", &latest)] {
        let mut framed = Vec::with_capacity(1024);
        compare(
            name,
            || {
                out.clear();
                writer.write_ser(&mut out, black_box(&order)).unwrap();
            },
            || {
                framed.clear();
                factory.encode_value(black_box(&values), black_box(&order), &mut framed).unwrap();
            },
        );
    }
    let key_schema = Schema::parse_str(CloudEvent::AVRO_SCHEMA).unwrap();
    let key_writer = GenericDatumWriter::builder(&key_schema).human_readable(false).build().unwrap();
    let mut key_bytes = Vec::with_capacity(1024);
    compare(
        "encode_key, CloudEvent",
        || {
            out.clear();
            key_writer.write_ser(&mut out, black_box(&key)).unwrap();
        },
        || {
            key_bytes.clear();
            fixed.encode_key(black_box(&keys), black_box(&key), &mut key_bytes).unwrap();
        },
    );

    let mut bytes = Vec::new();
    fixed.encode_value(&values, &order, &mut bytes).unwrap();
    compare(
        "decode_value",
        || {
            black_box(reader.read_deser::<OrderCreated>(&mut black_box(&bytes[5..])).unwrap());
        },
        || {
            black_box(fixed.decode_value::<OrderCreated>(black_box(&bytes)).unwrap());
        },
    );
    measure("decode_cloud_event", || {
        black_box(fixed.decode_cloud_event(black_box(&key_bytes)).unwrap());
    });
    let document = json!({
        "orderId": order.order_id, "customerId": order.customer_id, "amount": order.amount,
        "currency": order.currency, "createdAt": order.created_at, "note": order.note,
    });
    let named = values.clone().named("OrderCreated", None);
    fixed.resolving(|factory| factory.encode_json(&named, &document, &mut out)).await.unwrap();
    measure("encode_json", || {
        out.clear();
        fixed.encode_json(black_box(&named), black_box(&document), &mut out).unwrap();
    });
    measure("decode_value_json", || {
        black_box(fixed.decode_value_json(black_box(&bytes)).unwrap());
    });
}
