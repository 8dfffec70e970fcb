use std::hint::black_box;

use apache_avro::Schema;
use apache_avro::writer::datum::GenericDatumWriter;
use test_probe_directives::{Format, KeyFormat, WallClock};
use test_probe_encoding::{CloudEvent, CorrelationId, KeyTarget, SerdesSettings};

use super::{BARE, Case, Cases, OURS, ours};

/// The key of every record: a CloudEvent.
pub(super) async fn cases() -> Vec<Case> {
    let mut cases = Cases { format: "Avro", cases: Vec::new() };
    let key = CloudEvent::new("Order", CorrelationId::from_label("order-1"), WallClock::system());
    let target = KeyTarget::new(ours::topic(), KeyFormat::CloudEvent);
    let factory = ours::factory(Format::Avro, CloudEvent::AVRO_SCHEMA, SerdesSettings::default());
    let mut bytes = Vec::new();
    drop(factory.resolving(|factory| factory.encode_key(&target, &key, &mut bytes)).await.unwrap());
    factory.resolving(|factory| factory.decode_cloud_event(&bytes)).await.unwrap();

    let schema: &Schema = Box::leak(Box::new(Schema::parse_str(CloudEvent::AVRO_SCHEMA).unwrap()));
    let writer = GenericDatumWriter::builder(schema).human_readable(false).build().unwrap();
    let (value, mut out) = (key.clone(), Vec::new());
    cases.add("key encode", BARE, move || {
        out.clear();
        writer.write_ser(&mut out, black_box(&value)).unwrap();
    });
    let (encoding, mut out) = (factory.clone(), Vec::new());
    cases.add("key encode", OURS, move || {
        out.clear();
        drop(black_box(encoding.encode_key(black_box(&target), black_box(&key), &mut out).unwrap()));
    });

    // The bare codec cannot read it: it wants a struct that is called by the simple name.
    cases.add("key decode", OURS, move || {
        black_box(factory.decode_cloud_event(black_box(&bytes)).unwrap());
    });
    cases.cases
}
