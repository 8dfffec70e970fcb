use std::hint::black_box;
use std::rc::Rc;

use schema_registry_converter::async_impl::json::{JsonDecoder, JsonEncoder};
use test_probe_directives::Format;
use test_probe_encoding::SerdesSettings;

use super::converter::{at_once, settings, strategy};
use super::mock_registry_server::serving;
use super::order::{JSON, Order};
use super::{BARE, CONVERTER, Case, Cases, OURS, OURS_JSON, Size, ours};

const PREFIX: usize = 5;

pub(super) async fn cases(sizes: &[Size<'_>]) -> Vec<Case> {
    let mut cases = Cases { format: "JSON Schema", cases: Vec::new() };
    for size in sizes {
        checked_encoding(&mut cases, &format!("{} encode, checked", size.name), size.order).await;
        encoding(&mut cases, &format!("{} encode", size.name), size.order).await;
        decoding(&mut cases, &format!("{} decode", size.name), size.order).await;
    }
    cases.cases
}

async fn checked_encoding(cases: &mut Cases, row: &str, order: &Order) {
    let validator = jsonschema::validator_for(&serde_json::from_str(JSON).unwrap()).unwrap();
    let (value, mut out) = (order.clone(), Vec::new());
    cases.add(row, BARE, move || {
        out.clear();
        assert!(validator.is_valid(&serde_json::to_value(black_box(&value)).unwrap()));
        serde_json::to_writer(&mut out, &value).unwrap();
    });

    let factory = ours::factory(Format::Json, JSON, SerdesSettings::default().with_validate_json(true));
    let (target, named) = ours::targets();
    ours::framed(&factory, &target, order).await;
    let (typed, value, mut out) = (factory.clone(), order.clone(), Vec::new());
    cases.add(row, OURS, move || {
        out.clear();
        drop(black_box(typed.encode_value(black_box(&target), black_box(&value), &mut out).unwrap()));
    });
    let (document, mut out) = (serde_json::to_value(order).unwrap(), Vec::new());
    drop(factory.resolving(|factory| factory.encode_json(&named, &document, &mut out)).await.unwrap());
    cases.add(row, OURS_JSON, move || {
        out.clear();
        drop(black_box(factory.encode_json(black_box(&named), black_box(&document), &mut out).unwrap()));
    });

    let (value, to) = (order.clone(), strategy());
    let encoder = serving("JSON", JSON, async |url| {
        let encoder = JsonEncoder::new(settings(url));
        encoder.encode(&serde_json::to_value(order).unwrap(), to.clone()).await.unwrap();
        encoder
    })
    .await;
    cases.add(row, CONVERTER, move || {
        let value = serde_json::to_value(black_box(&value)).unwrap();
        black_box(at_once(encoder.encode(&value, black_box(&to).clone())));
    });
}

async fn encoding(cases: &mut Cases, row: &str, order: &Order) {
    let (value, mut out) = (order.clone(), Vec::new());
    cases.add(row, BARE, move || {
        out.clear();
        serde_json::to_writer(&mut out, black_box(&value)).unwrap();
    });

    let factory = ours::factory(Format::Json, JSON, SerdesSettings::default().with_validate_json(false));
    let (target, _) = ours::targets();
    ours::framed(&factory, &target, order).await;
    let (value, mut out) = (order.clone(), Vec::new());
    cases.add(row, OURS, move || {
        out.clear();
        drop(black_box(factory.encode_value(black_box(&target), black_box(&value), &mut out).unwrap()));
    });
}

/// Neither checks what it reads.
async fn decoding(cases: &mut Cases, row: &str, order: &Order) {
    let factory = ours::factory(Format::Json, JSON, SerdesSettings::default());
    let bytes: Rc<[u8]> = ours::framed(&factory, &ours::targets().0, order).await.into();

    let framed = Rc::clone(&bytes);
    cases.add(row, BARE, move || {
        black_box(serde_json::from_slice::<Order>(black_box(&framed[PREFIX..])).unwrap());
    });
    let (typed, framed) = (factory.clone(), Rc::clone(&bytes));
    cases.add(row, OURS, move || {
        black_box(typed.decode_value::<Order>(black_box(&*framed)).unwrap());
    });
    let framed = Rc::clone(&bytes);
    cases.add(row, OURS_JSON, move || {
        black_box(factory.decode_value_json(black_box(&*framed)).unwrap());
    });

    let decoder = serving("JSON", JSON, async |url| {
        let decoder = JsonDecoder::new(settings(url));
        decoder.decode(Some(&bytes)).await.unwrap();
        decoder
    })
    .await;
    cases.add(row, CONVERTER, move || {
        let decoded = at_once(decoder.decode(Some(black_box(&bytes)))).unwrap();
        black_box(serde_json::from_value::<Order>(decoded.value).unwrap());
    });
}
