use std::hint::black_box;
use std::rc::Rc;

use prost::Message;
use prost_reflect::{DynamicMessage, Value};
use schema_registry_converter::async_impl::proto_decoder::ProtoDecoder;
use schema_registry_converter::async_impl::proto_encoder::ProtoEncoder;
use schema_registry_converter::async_impl::proto_raw::{ProtoRawDecoder, ProtoRawEncoder};
use test_probe_directives::Format;
use test_probe_encoding::{Proto, SerdesSettings};

use super::converter::{at_once, settings, strategy};
use super::mock_registry_server::serving;
use super::order::{Order, OrderMessage, PROTOBUF, RECORD};
use super::{BARE, CONVERTER, CONVERTER_DYNAMIC, Case, Cases, OURS, OURS_JSON, OURS_SERDE, Size, ours};

/// The magic byte, the schema's id, and the indexes of the file's first message.
const PREFIX: usize = 6;

pub(super) async fn cases(sizes: &[Size<'_>]) -> Vec<Case> {
    let mut cases = Cases { format: "Protobuf", cases: Vec::new() };
    for size in sizes {
        let row = format!("{} encode", size.name);
        encoding(&mut cases, &row, size.order).await;
        encoding_elsewhere(&mut cases, &row, size.order).await;
        let row = format!("{} decode", size.name);
        decoding(&mut cases, &row, size.order).await;
        decoding_elsewhere(&mut cases, &row, size.order).await;
    }
    cases.cases
}

async fn encoding(cases: &mut Cases, row: &str, order: &Order) {
    let (message, mut out) = (order.message(), Vec::new());
    cases.add(row, BARE, move || {
        out.clear();
        black_box(&message).encode(&mut out).unwrap();
    });

    let factory = ours::factory(Format::Protobuf, PROTOBUF, SerdesSettings::default());
    let (target, named) = ours::targets();
    let message = Proto(order.message());
    ours::framed(&factory, &target, &message).await;
    let (prost, to, mut out) = (factory.clone(), target.clone(), Vec::new());
    cases.add(row, OURS, move || {
        out.clear();
        drop(black_box(prost.encode_value(black_box(&to), black_box(&message), &mut out).unwrap()));
    });
    let (serde, value, mut out) = (factory.clone(), order.clone(), Vec::new());
    ours::framed(&factory, &target, &value).await;
    cases.add(row, OURS_SERDE, move || {
        out.clear();
        drop(black_box(serde.encode_value(black_box(&target), black_box(&value), &mut out).unwrap()));
    });
    let (document, mut out) = (serde_json::to_value(order).unwrap(), Vec::new());
    drop(factory.resolving(|factory| factory.encode_json(&named, &document, &mut out)).await.unwrap());
    cases.add(row, OURS_JSON, move || {
        out.clear();
        drop(black_box(factory.encode_json(black_box(&named), black_box(&document), &mut out).unwrap()));
    });
}

/// Raw, the converter puts a frame around bytes that prost made; otherwise it writes dynamic messages alone, and those
/// are made of prost's by way of bytes.
async fn encoding_elsewhere(cases: &mut Cases, row: &str, order: &Order) {
    let (raw, dynamic, descriptor) = serving("PROTOBUF", PROTOBUF, async |url: String| {
        let (raw, dynamic) = (ProtoRawEncoder::new(settings(url.clone())), ProtoEncoder::new(settings(url)));
        raw.encode(&order.message().encode_to_vec(), RECORD, strategy()).await.unwrap();
        let descriptor = dynamic.get_message_descriptor(RECORD, &strategy()).await.unwrap();
        (raw, dynamic, descriptor)
    })
    .await;
    let (message, to) = (order.message(), strategy());
    cases.add(row, CONVERTER, move || {
        let bytes = black_box(&message).encode_to_vec();
        black_box(at_once(raw.encode(&bytes, RECORD, black_box(&to).clone())));
    });
    let (message, to) = (order.message(), strategy());
    cases.add(row, CONVERTER_DYNAMIC, move || {
        let mut made = DynamicMessage::new(descriptor.clone());
        made.transcode_from(black_box(&message)).unwrap();
        black_box(at_once(dynamic.encode(&made, black_box(&to))));
    });
}

async fn decoding(cases: &mut Cases, row: &str, order: &Order) {
    let factory = ours::factory(Format::Protobuf, PROTOBUF, SerdesSettings::default());
    let bytes: Rc<[u8]> = ours::framed(&factory, &ours::targets().0, order).await.into();

    let framed = Rc::clone(&bytes);
    cases.add(row, BARE, move || {
        black_box(OrderMessage::decode(black_box(&framed[PREFIX..])).unwrap());
    });
    let (prost, framed) = (factory.clone(), Rc::clone(&bytes));
    cases.add(row, OURS, move || {
        black_box(prost.decode_value::<Proto<OrderMessage>>(black_box(&*framed)).unwrap());
    });
    let (serde, framed) = (factory.clone(), Rc::clone(&bytes));
    cases.add(row, OURS_SERDE, move || {
        black_box(serde.decode_value::<Order>(black_box(&*framed)).unwrap());
    });
    cases.add(row, OURS_JSON, move || {
        black_box(factory.decode_value_json(black_box(&*bytes)).unwrap());
    });
}

/// As its users must, prost's message is read from the raw bytes, or made of the dynamic message.
async fn decoding_elsewhere(cases: &mut Cases, row: &str, order: &Order) {
    let factory = ours::factory(Format::Protobuf, PROTOBUF, SerdesSettings::default());
    let bytes: Rc<[u8]> = ours::framed(&factory, &ours::targets().0, order).await.into();
    let framed = Rc::clone(&bytes);
    let (raw, dynamic) = serving("PROTOBUF", PROTOBUF, async |url: String| {
        let (raw, dynamic) = (ProtoRawDecoder::new(settings(url.clone())), ProtoDecoder::new(settings(url)));
        raw.decode(Some(&framed)).await.unwrap();
        dynamic.decode(Some(&framed)).await.unwrap();
        (raw, dynamic)
    })
    .await;
    cases.add(row, CONVERTER, move || {
        let decoded = at_once(raw.decode(Some(black_box(&framed)))).unwrap();
        black_box(OrderMessage::decode(&*decoded.bytes).unwrap());
    });
    cases.add(row, CONVERTER_DYNAMIC, move || {
        let Value::Message(decoded) = at_once(dynamic.decode(Some(black_box(&bytes)))) else { return };
        black_box(decoded.transcode_to::<OrderMessage>().unwrap());
    });
}
