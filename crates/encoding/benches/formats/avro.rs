use std::hint::black_box;
use std::rc::Rc;

use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::writer::datum::GenericDatumWriter;
use schema_registry_converter::async_impl::avro::{AvroDecoder, AvroEncoder};
use serde_avro_fast::ser::SerializerConfig;
use test_probe_directives::Format;
use test_probe_encoding::SerdesSettings;

use super::converter::{at_once, settings, strategy};
use super::mock_registry_server::serving;
use super::order::{AVRO, Order};
use super::{BARE, CONVERTER, Case, Cases, OURS, OURS_JSON, SERDE_AVRO_FAST, Size, ours};

const PREFIX: usize = 5;

pub(super) async fn cases(sizes: &[Size<'_>]) -> Vec<Case> {
    let mut cases = Cases { format: "Avro", cases: Vec::new() };
    for size in sizes {
        encoding(&mut cases, size).await;
        decoding(&mut cases, size).await;
    }
    cases.cases
}

async fn encoding(cases: &mut Cases, size: &Size<'_>) {
    let row = format!("{} encode", size.name);
    let order = Rc::new(size.order.clone());

    let schema: &Schema = Box::leak(Box::new(Schema::parse_str(AVRO).unwrap()));
    let writer = GenericDatumWriter::builder(schema).human_readable(false).build().unwrap();
    let (value, mut out) = (Rc::clone(&order), Vec::new());
    cases.add(&row, BARE, move || {
        out.clear();
        writer.write_ser(&mut out, black_box(&*value)).unwrap();
    });

    let factory = ours::factory(Format::Avro, AVRO, SerdesSettings::default());
    let (target, named) = ours::targets();
    ours::framed(&factory, &target, &*order).await;
    let (value, typed, mut out) = (Rc::clone(&order), factory.clone(), Vec::new());
    cases.add(&row, OURS, move || {
        out.clear();
        drop(black_box(typed.encode_value(black_box(&target), black_box(&*value), &mut out).unwrap()));
    });
    let (document, mut out) = (serde_json::to_value(&*order).unwrap(), Vec::new());
    drop(factory.resolving(|factory| factory.encode_json(&named, &document, &mut out)).await.unwrap());
    cases.add(&row, OURS_JSON, move || {
        out.clear();
        drop(black_box(factory.encode_json(black_box(&named), black_box(&document), &mut out).unwrap()));
    });

    let (value, strategy) = (Rc::clone(&order), strategy());
    let encoder = serving("AVRO", AVRO, async |url| {
        let encoder = AvroEncoder::new(settings(url));
        encoder.encode_struct(&*value, &strategy).await.unwrap();
        encoder
    })
    .await;
    cases.add(&row, CONVERTER, move || {
        black_box(at_once(encoder.encode_struct(black_box(&*value), black_box(&strategy))));
    });

    let schema: &serde_avro_fast::Schema = Box::leak(Box::new(AVRO.parse().unwrap()));
    let (mut config, mut out) = (SerializerConfig::new(schema), Vec::new());
    cases.add(&row, SERDE_AVRO_FAST, move || {
        out.clear();
        serde_avro_fast::to_datum(black_box(&*order), &mut out, &mut config).unwrap();
    });
}

async fn decoding(cases: &mut Cases, size: &Size<'_>) {
    let row = format!("{} decode", size.name);
    let factory = ours::factory(Format::Avro, AVRO, SerdesSettings::default());
    let bytes: Rc<[u8]> = ours::framed(&factory, &ours::targets().0, size.order).await.into();

    let schema: &Schema = Box::leak(Box::new(Schema::parse_str(AVRO).unwrap()));
    let reader = GenericDatumReader::builder(schema).human_readable(false).build().unwrap();
    let framed = Rc::clone(&bytes);
    cases.add(&row, BARE, move || {
        black_box(reader.read_deser::<Order>(&mut black_box(&framed[PREFIX..])).unwrap());
    });

    let (typed, framed) = (factory.clone(), Rc::clone(&bytes));
    cases.add(&row, OURS, move || {
        black_box(typed.decode_value::<Order>(black_box(&*framed)).unwrap());
    });
    let framed = Rc::clone(&bytes);
    cases.add(&row, OURS_JSON, move || {
        black_box(factory.decode_value_json(black_box(&*framed)).unwrap());
    });

    let framed = Rc::clone(&bytes);
    let decoder = serving("AVRO", AVRO, async |url| {
        let decoder = AvroDecoder::new(settings(url));
        decoder.decode(Some(&framed)).await.unwrap();
        decoder
    })
    .await;
    cases.add(&row, CONVERTER, move || {
        let decoded = at_once(decoder.decode(Some(black_box(&framed))));
        black_box(apache_avro::from_value::<Order>(&decoded.value).unwrap());
    });

    let schema: serde_avro_fast::Schema = AVRO.parse().unwrap();
    cases.add(&row, SERDE_AVRO_FAST, move || {
        black_box(serde_avro_fast::from_datum_slice::<Order>(black_box(&bytes[PREFIX..]), &schema).unwrap());
    });
}
