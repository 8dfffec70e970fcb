//! `schema_registry_converter` as a witness: it reads what we write and writes what we read, in each format and both wire
//! forms, over one registry.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;

use prost::Message;
use schema_registry_converter::async_impl::avro::{AvroDecoder, AvroEncoder};
use schema_registry_converter::async_impl::json::{JsonDecoder, JsonEncoder};
use schema_registry_converter::async_impl::proto_raw::{ProtoRawDecoder, ProtoRawEncoder};
use schema_registry_converter::async_impl::schema_registry::SrSettings;
use schema_registry_converter::schema_registry_common::SubjectNameStrategy;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use test_probe_directives::{Format, TopicName, WallClock};
use test_probe_embedded::EmbeddedRegistry;
use test_probe_encoding::{
    DecodeError, EncodeError, Framed, HttpSchemaRegistry, Proto, RegistrySettings, SchemaCatalog, SchemaHeader,
    SchemaIdLocation, SchemaRegistry, SchemaText, SerdesFactory, SerdesSettings, ValueTarget,
};

const AVRO: &str = r#"{"type": "record", "name": "Order", "namespace": "com.acme", "fields": [
    {"name": "id", "type": "string"}, {"name": "cents", "type": "long"},
    {"name": "tags", "type": {"type": "array", "items": "string"}}, {"name": "note", "type": ["null", "string"]}]}"#;
// The second message, and one inside it, so that the message indexes count.
const PROTO: &str = "syntax = \"proto3\"; package com.acme; message Other {} \
    message Order { string id = 1; int64 cents = 2; repeated string tags = 3; message Line { string sku = 1; } }";
const JSON: &str = r#"{"$schema": "http://json-schema.org/draft-07/schema#", "title": "Order", "type": "object",
    "properties": {"id": {"type": "string"}, "cents": {"type": "integer"}}, "required": ["id"]}"#;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Order {
    id: String,
    cents: i64,
    tags: Vec<String>,
    note: Option<String>,
}

#[derive(Clone, PartialEq, Message)]
struct OrderMessage {
    #[prost(string, tag = "1")]
    id: String,
    #[prost(int64, tag = "2")]
    cents: i64,
    #[prost(string, repeated, tag = "3")]
    tags: Vec<String>,
}

impl prost::Name for OrderMessage {
    const NAME: &'static str = "Order";
    const PACKAGE: &'static str = "com.acme";
}

struct Rig {
    registry: EmbeddedRegistry,
    topic: TopicName,
}

impl Rig {
    async fn new(format: Format, text: &str, record: &str) -> Self {
        let rig = Self { registry: EmbeddedRegistry::start().unwrap(), topic: TopicName::new("orders").unwrap() };
        let client = rig.client();
        client.register(&format!("orders-{record}"), &SchemaText::new(format, text), false).await.unwrap();
        rig
    }

    fn client(&self) -> HttpSchemaRegistry {
        HttpSchemaRegistry::new(RegistrySettings::new(self.registry.url())).unwrap()
    }

    fn ours(&self, location: SchemaIdLocation) -> SerdesFactory {
        let settings = SerdesSettings::default().with_schema_id_location(location);
        SerdesFactory::new(Arc::new(self.client()), SchemaCatalog::default(), settings, WallClock::system())
    }

    fn theirs(&self) -> SrSettings {
        SrSettings::new_builder(self.registry.url()).no_proxy().build().unwrap()
    }

    /// What we write: the bytes, and the header where there is one.
    async fn written<T: test_probe_encoding::Encodable + ?Sized>(
        &self,
        location: SchemaIdLocation,
        record: &str,
        value: &T,
    ) -> (Vec<u8>, Option<Vec<u8>>) {
        let target = ValueTarget::new(self.topic.clone()).named(record, None);
        let mut bytes = Vec::new();
        let place = self
            .ours(location)
            .resolving(|serdes| {
                bytes.clear();
                serdes.encode_value(&target, value, &mut bytes)
            })
            .await
            .map_err(|error: EncodeError| error.to_string())
            .unwrap();
        (bytes, place.header().map(|header| header.as_bytes().to_vec()))
    }

    async fn read(&self, bytes: &[u8], header: Option<&[u8]>) -> Value {
        let framed = Framed::new(bytes).with_schema_header(header);
        let read: Result<Value, DecodeError> =
            self.ours(SchemaIdLocation::Prefix).resolving(|serdes| serdes.decode_value_json(framed)).await;
        read.unwrap()
    }
}

fn strategy(record: &str) -> SubjectNameStrategy {
    SubjectNameStrategy::TopicRecordNameStrategy("orders".to_owned(), record.to_owned())
}

fn order() -> Order {
    Order { id: "A-1".into(), cents: -1_250, tags: vec!["new".into(), "größe".into()], note: Some("late".into()) }
}

#[tokio::test]
async fn avro_goes_both_ways() {
    let rig = Rig::new(Format::Avro, AVRO, "com.acme.Order").await;
    let (decoder, encoder) = (AvroDecoder::new(rig.theirs()), AvroEncoder::new(rig.theirs()));
    let (ours, none) = rig.written(SchemaIdLocation::Prefix, "com.acme.Order", &order()).await;
    assert_eq!(none, None);
    let read = decoder.decode(Some(&ours)).await.unwrap().value;
    assert_eq!(apache_avro::from_value::<Order>(&read).unwrap(), order());
    let theirs = encoder.encode_struct(order(), &strategy("com.acme.Order")).await.unwrap();
    assert_eq!(theirs, ours);

    let (ours, header) = rig.written(SchemaIdLocation::Header, "com.acme.Order", &order()).await;
    let read = decoder.decode_with_header_id(header.as_deref(), Some(&ours)).await.unwrap().value;
    assert_eq!(apache_avro::from_value::<Order>(&read).unwrap(), order());
    let (theirs, named) =
        encoder.encode_struct_with_header_id(order(), &strategy("com.acme.Order"), false).await.unwrap();
    assert_eq!((theirs.as_slice(), named.name), (ours.as_slice(), SchemaHeader::VALUE));
    assert_eq!(Some(&named.value), header.as_ref());
    assert_eq!(rig.read(&theirs, Some(&named.value)).await, serde_json::to_value(order()).unwrap());
}

#[tokio::test]
async fn protobuf_goes_both_ways_with_its_message_indexes() {
    let rig = Rig::new(Format::Protobuf, PROTO, "com.acme.Order").await;
    let (decoder, encoder) = (ProtoRawDecoder::new(rig.theirs()), ProtoRawEncoder::new(rig.theirs()));
    let message = OrderMessage { id: "A-1".into(), cents: -1, tags: vec!["new".into()] };
    let payload = message.encode_to_vec();
    let (ours, _) = rig.written(SchemaIdLocation::Prefix, "com.acme.Order", &Proto(message.clone())).await;
    let read = decoder.decode(Some(&ours)).await.unwrap().unwrap();
    assert_eq!((read.full_name.as_str(), read.bytes.as_slice()), ("com.acme.Order", payload.as_slice()));
    let theirs = encoder.encode(&payload, "com.acme.Order", strategy("com.acme.Order")).await.unwrap();
    assert_eq!(theirs, ours);
    assert_eq!(rig.read(&theirs, None).await, json!({"id": "A-1", "cents": -1, "tags": ["new"]}));

    let (ours, header) = rig.written(SchemaIdLocation::Header, "com.acme.Order", &Proto(message)).await;
    let read = decoder.decode_with_header_id(header.as_deref(), Some(&ours)).await.unwrap().unwrap();
    assert_eq!((read.full_name.as_str(), read.bytes.as_slice()), ("com.acme.Order", payload.as_slice()));
    // A message inside the second one.
    let (theirs, named) = encoder
        .encode_with_header_id(b"\x0a\x01x", "com.acme.Order.Line", strategy("com.acme.Order"), false)
        .await
        .unwrap();
    assert_eq!(rig.read(&theirs, Some(&named.value)).await, json!({"sku": "x"}));
}

#[tokio::test]
async fn json_goes_both_ways() {
    let rig = Rig::new(Format::Json, JSON, "Order").await;
    let (decoder, encoder) = (JsonDecoder::new(rig.theirs()), JsonEncoder::new(rig.theirs()));
    let document = json!({"id": "A-1", "cents": 3});
    let (ours, _) = rig.written(SchemaIdLocation::Prefix, "Order", &document).await;
    assert_eq!(decoder.decode(Some(&ours)).await.unwrap().unwrap().value, document);
    let theirs = encoder.encode(&document, strategy("Order")).await.unwrap();
    assert_eq!(theirs, ours);

    let (ours, header) = rig.written(SchemaIdLocation::Header, "Order", &document).await;
    let read = decoder.decode_with_header_id(header.as_deref(), Some(&ours)).await.unwrap().unwrap();
    assert_eq!(read.value, document);
    let (theirs, named) = encoder.encode_with_header_id(&document, strategy("Order"), false).await.unwrap();
    assert_eq!(rig.read(&theirs, Some(&named.value)).await, document);
}
